package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;

/**
 * U-DoG: the accelerated steps of UniXGrad, as long as the distance moved so far over the gradients
 * seen so far, so that no learning rate is left to tune. In step t from 0 on, all sums to t:
 *
 * <pre>
 * r     = the longest way from the start to any x and y so far, at least reach * (1 + |start|)
 * omega = sum of r,  alpha = omega / r
 * m     = gradient at (omega * y + sum of earlier omega * x) / sum of omega
 * Gx    = max of alpha^2 |m|^2 + sum of earlier alpha^2 |g - m|^2
 * x     = y - rate * omega / sqrt(Gx) * m
 * g     = gradient at the mean of x, weighted by omega
 * Gy    = Gx + alpha^2 |g - m|^2
 * y     = y - rate * omega / sqrt(Gy) * g
 * </pre>
 *
 * <p>A run's parameters are the first point that a step asks at; evaluated and shipped is the
 * weighted mean of x. The rate is a factor, 1 in the paper: with 1 no step is longer than r in x.
 * Two gradients a step.
 *
 * <p>State: {@code origin/PATH}, the start; {@code leading/PATH}, y; {@code average/PATH}, the mean
 * of x; and the F64 scalars {@code distance}, {@code omega}, {@code weight} (of the mean), {@code
 * largest} and {@code differences} (the two terms of Gx).
 *
 * <p>Source: I. Kreisler, M. Ivgi, O. Hinder, Y. Carmon, "Accelerated Parameter-Free Stochastic
 * Optimization", arXiv:2404.00666. The paper's theory multiplies Gx and Gy by factors of the
 * noise's tail and of log t. Here there are none, and Gx begins with the first gradient, which
 * keeps the first step within reach: both are ours.
 *
 * @param reach the first distance, relative to 1 + |start|; small and greater than 0
 */
public record UniversalDog(double reach) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> start = WorkingPrecision.of(parameters);
    Tensor first = Norm.of(start).add(1).mul(reach);
    Tensor none = first.zerosLike();
    return start
        .under("origin")
        .and(start.under("leading"))
        .and(start.under("average"))
        .and("distance", first)
        .and("omega", first)
        .and("weight", none)
        .and("largest", none)
        .and("differences", none);
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> y = state.subtree("leading");
    Tensor omega = state.get("omega");
    Tensor alpha = omega.div(state.get("distance"));
    Tensor weight = state.get("weight").add(omega);

    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Tree<Tensor> m = WorkingPrecision.of(here.gradient());
    Tensor largest = state.get("largest").max(alpha.mul(Norm.of(m)).square());
    Tree<Tensor> x = moved(y, m, omega, largest.add(state.get("differences")), context);
    Tree<Tensor> average = towards(state.subtree("average"), x, omega.div(weight));

    Tree<Tensor> g =
        WorkingPrecision.of(objective.gradient(WorkingPrecision.back(average, parameters)));
    Tensor apart = alpha.mul(Norm.of(g.zip(m, Tensor::sub))).square();
    Tensor differences = state.get("differences").add(apart);
    Tree<Tensor> leading = moved(y, g, omega, largest.add(differences), context);

    Tree<Tensor> origin = state.subtree("origin");
    Tensor distance = state.get("distance").max(away(x, origin)).max(away(leading, origin));
    Tensor nextOmega = omega.add(distance);
    Tree<Tensor> next = towards(average, leading, nextOmega.div(weight.add(nextOmega)));
    return new Step(
        WorkingPrecision.back(next, parameters),
        origin
            .under("origin")
            .and(leading.under("leading"))
            .and(average.under("average"))
            .and("distance", distance)
            .and("omega", nextOmega)
            .and("weight", weight)
            .and("largest", largest)
            .and("differences", differences),
        here.value(),
        Tree.of("distance", distance.to(DType.F32)));
  }

  private static Tree<Tensor> moved(
      Tree<Tensor> from, Tree<Tensor> against, Tensor omega, Tensor sum, StepContext context) {
    // Where the sum is 0 every gradient was.
    Tensor safe = sum.eq(0).select(sum.onesLike(), sum);
    Tensor by = context.learningRate().to(DType.F64).mul(omega).div(safe.sqrt());
    return from.zip(Norm.scaled(against, by), Tensor::sub);
  }

  private static Tree<Tensor> towards(Tree<Tensor> from, Tree<Tensor> to, Tensor share) {
    return from.zip(Norm.scaled(to.zip(from, Tensor::sub), share), Tensor::add);
  }

  private static Tensor away(Tree<Tensor> point, Tree<Tensor> origin) {
    return Norm.of(point.zip(origin, Tensor::sub));
  }

  @Override
  public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    return WorkingPrecision.back(state.subtree("average"), parameters);
  }
}
