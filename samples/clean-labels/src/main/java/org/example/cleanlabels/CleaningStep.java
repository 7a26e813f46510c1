package org.example.cleanlabels;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.Levels;
import dev.espalier.training.objective.Examples;
import dev.espalier.training.objective.GlobalNorm;
import dev.espalier.training.step.Batches;
import dev.espalier.training.step.StepFunction;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Softmax regression in which every example i to train on has a weight {@code logistic(v_i)}. The
 * classifier is the inner level and the weights the outer one:
 *
 * <pre>
 * min over v of   mean of l(a, t; y(v)) over held-out examples, whose labels are right
 * y(v) minimises  mean of logistic(v_i) l(a_i, t_i; y) over the batch + ridge |y|^2 / 2
 * </pre>
 *
 * <p>Targets are {@code [batch, 2]}: the label and the number of the example.
 *
 * <p>Source: A. Shaban et al., "Truncated Back-propagation for Bilevel Optimization",
 * arXiv:1810.10667, section 4.2 (data hyper-cleaning).
 *
 * @param data how many examples, features and classes
 * @param method moves both levels
 * @param rate of the outer level
 * @param ridge of the classifier
 */
public record CleaningStep(Sizes data, BilevelMethod method, double rate, double ridge)
    implements StepFunction {
  /**
   * How many.
   *
   * @param examples to train on
   * @param features of an example
   * @param classes to tell apart
   */
  public record Sizes(int examples, int features, int classes) {}

  /** The path of v. */
  static final String WEIGHT = "example_weight";

  private static final Levels LEVELS = Levels.outside(WEIGHT);

  @Override
  public Held init(Key key) {
    Tensor anchor = key.bits().constant(DType.F32, 0.0);
    Tree<Tensor> both =
        Tree.of(WEIGHT, anchor.broadcast(Shape.of(data.examples())))
            .and("weight", anchor.broadcast(Shape.of(data.features(), data.classes())))
            .and("bias", anchor.broadcast(Shape.of(data.classes())));
    return new Held(both, method.init(LEVELS, both));
  }

  @Override
  public Set<Objective.Batch> batches() {
    return Set.of(Objective.Batch.VALIDATION);
  }

  @Override
  public Update step(Held held, Batches batches, Tensor number, Key key) {
    Examples own = batches.own();
    Examples clean = Objects.requireNonNull(batches.others().get(Objective.Batch.VALIDATION));
    Tensor which = own.targets().at(1, 1);
    Tensor learningRate = number.constant(DType.F32, rate);
    BilevelMethod.Step done =
        method.step(
            LEVELS,
            (v, y) -> losses(y, clean.inputs(), clean.targets()).mean(),
            (v, y) ->
                v.get(WEIGHT)
                    .take(which, 0)
                    .logistic()
                    .mul(losses(y, own.inputs(), own.targets()))
                    .mean()
                    .add(y.get("weight").square().sum().mul(ridge / 2))
                    .add(y.get("bias").square().sum().mul(ridge / 2)),
            held.parameters(),
            held.state(),
            new StepContext(number, learningRate, key));
    return new Update(
        new Held(done.both(), done.state()),
        done.value(),
        GlobalNorm.of(done.gradient()),
        learningRate,
        done.report());
  }

  @Override
  public Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key) {
    throw new UnsupportedOperationException("the outer level asks about held-out examples");
  }

  private static Tensor scores(Tree<Tensor> y, Tensor inputs) {
    Tensor products = inputs.matmul(y.get("weight"));
    return products.add(y.get("bias").broadcastLike(products));
  }

  private static Tensor losses(Tree<Tensor> y, Tensor inputs, Tensor targets) {
    Tensor scores = scores(y, inputs);
    Tensor hot = targets.at(1, 0).oneHot(scores.shape().extent(1), scores.dtype());
    return scores.logSoftmax(-1).mul(hot).sum(1).neg();
  }

  @Override
  public List<String> metrics() {
    return List.of("loss", "accuracy");
  }

  @Override
  public Tree<Tensor> evaluate(Held held, Tensor inputs, Tensor targets) {
    Tensor right = predict(held, inputs).argMax(-1).eq(targets.at(1, 0)).to(DType.F32);
    return Tree.of("loss", losses(held.parameters(), inputs, targets)).and("accuracy", right);
  }

  @Override
  public Tensor predict(Held held, Tensor inputs) {
    return scores(held.parameters(), inputs);
  }
}
