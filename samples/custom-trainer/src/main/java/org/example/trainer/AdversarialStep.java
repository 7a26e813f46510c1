package org.example.trainer;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.Derivatives;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.FunctionObjective;
import dev.espalier.training.objective.GlobalNorm;
import dev.espalier.training.step.StepFunction;
import java.util.function.Function;

/**
 * A generative adversarial network: a generator G makes samples of noise z, and a discriminator D
 * tells them from real ones x. Each has its own optimizer, and a step moves both, the discriminator
 * first:
 *
 * <pre>
 * D makes small  E softplus(-D(x)) + E softplus(D(G(z))) + penalty/2 E |dD(x)/dx|^2
 * G makes small  E softplus(-D(G(z)))
 * </pre>
 *
 * <p>The penalty is the square of D's derivative in its input, so D's update takes a second
 * derivative; it is one graph all the same.
 *
 * <p>Source: I. Goodfellow et al., "Generative Adversarial Nets", arXiv:1406.2661 (the generator's
 * loss is the one that does not saturate, section 3); L. Mescheder et al., "Which Training Methods
 * for GANs do actually Converge?", arXiv:1801.04406 (the penalty, R1).
 *
 * @param generator from noise of its input type to samples
 * @param discriminator from samples to one number each, [batch, 1]
 * @param generatorOptimizer moves the generator
 * @param discriminatorOptimizer moves the discriminator
 * @param rate the learning rate of both
 * @param penalty the weight of the penalty, at least 0
 */
public record AdversarialStep(
    Model generator,
    Model discriminator,
    Optimizer generatorOptimizer,
    Optimizer discriminatorOptimizer,
    double rate,
    double penalty)
    implements StepFunction {
  private static final String G = "generator";
  private static final String D = "discriminator";

  @Override
  public Held init(Key key) {
    Tree<Tensor> g = generator.init(key.fold(0));
    Tree<Tensor> d = discriminator.init(key.fold(1));
    return new Held(
        g.under(G).and(d.under(D)),
        generatorOptimizer.init(g).under(G).and(discriminatorOptimizer.init(d).under(D)));
  }

  @Override
  public Update step(Held held, Tensor real, Tensor targets, Tensor number, Key key) {
    Tree<Tensor> g = held.parameters().subtree(G);
    Tree<Tensor> d = held.parameters().subtree(D);
    Tensor learningRate = number.constant(DType.F32, rate);
    int batch = real.shape().extent(0);
    Tensor noise = noise(key.fold(0), batch);
    Tensor other = noise(key.fold(1), batch);

    Tensor fixed = generate(g, noise);
    Objective tellApart = objective(D, discriminatorOptimizer, at -> apart(at, real, fixed));
    Optimizer.Step criticised =
        discriminatorOptimizer.step(
            tellApart,
            d,
            held.state().subtree(D),
            new StepContext(number, learningRate, key.fold(2)));

    Tree<Tensor> critic = criticised.parameters();
    Objective deceive =
        objective(
            G,
            generatorOptimizer,
            at -> judge(critic, generate(at, other)).neg().softplus().mean());
    Optimizer.Step deceived =
        generatorOptimizer.step(
            deceive,
            g,
            held.state().subtree(G),
            new StepContext(number, learningRate, key.fold(3)));

    return new Update(
        new Held(
            deceived.parameters().under(G).and(critic.under(D)),
            deceived.state().under(G).and(criticised.state().under(D))),
        deceived.loss(),
        GlobalNorm.of(deceive.gradient(g)),
        learningRate,
        Tree.of("discriminator_loss", criticised.loss()));
  }

  private static Objective objective(
      String player, Optimizer optimizer, Function<Tree<Tensor>, Tensor> function) {
    return new FunctionObjective(function)
        .restrictedTo("the " + player + "'s optimizer", optimizer.needs());
  }

  /** What the discriminator makes small. */
  private Tensor apart(Tree<Tensor> d, Tensor real, Tensor fake) {
    Tensor loss = judge(d, real).neg().softplus().mean().add(judge(d, fake).softplus().mean());
    if (penalty == 0) {
      return loss;
    }
    // Examples do not meet in D: the gradient of the sum holds each example's own.
    Tensor slopes =
        Derivatives.gradient(x -> judge(d, x.get("x")).sum(), Tree.of("x", real)).get("x");
    return loss.add(slopes.square().sum().div(real.shape().extent(0)).mul(penalty / 2));
  }

  private Tensor judge(Tree<Tensor> d, Tensor samples) {
    Key unused = new Key(samples.constant(DType.I64, 0L));
    return discriminator.apply(d, samples, unused, false);
  }

  private Tensor generate(Tree<Tensor> g, Tensor noise) {
    Key unused = new Key(noise.constant(DType.I64, 0L));
    return generator.apply(g, noise, unused, false);
  }

  private Tensor noise(Key key, int batch) {
    return key.normal(
        generator.inputType().dtype(), Shape.of(batch).concat(generator.inputType().shape()));
  }

  /** How the discriminator takes each held-out example: {@code softplus(-D(x))}. */
  @Override
  public Tree<Tensor> evaluate(Held held, Tensor inputs, Tensor targets) {
    Tensor judged = judge(held.parameters().subtree(D), inputs).neg().softplus();
    return Tree.of("loss", judged.reshape(inputs.shape().extent(0)));
  }

  /** Samples made of noise. */
  @Override
  public Tensor predict(Held held, Tensor noise) {
    return generate(held.parameters().subtree(G), noise);
  }
}
