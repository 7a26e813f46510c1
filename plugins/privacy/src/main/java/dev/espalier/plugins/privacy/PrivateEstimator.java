package dev.espalier.plugins.privacy;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.RunGuard;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Optional;

/**
 * A gradient estimator that protects its examples: how they are drawn, where noise is from, what is
 * counted and what is refused. What is left to each is its formula and how far one example moves
 * it.
 *
 * <p>Everything that is released is computed from noised sums, so the objective answers nothing but
 * the gradient at the step's point: a value for a line search, a product with a Hessian or another
 * point would touch examples beside them. Its value is NaN, as an optimizer that used the loss
 * would release it.
 */
interface PrivateEstimator extends GradientEstimator {
  /**
   * What protects.
   *
   * @param noise where the noise is from
   * @param ledger counts
   */
  record Protection(Noise noise, Ledger ledger) {}

  /** Noise and ledger. */
  Protection protection();

  /** The name that it is registered under. */
  String name();

  /**
   * A sum with noise, over the number of examples that Poisson sampling is expected to draw.
   *
   * @param inner knows that number
   * @param sum whatever the batch, one example moves it by at most the sensitivity
   * @param sensitivity an F64 scalar, greater than 0
   * @param multiplier the noise's deviation over the sensitivity, at least 0
   * @param context of the step
   */
  default Tree<Tensor> noisyMean(
      Objective inner,
      Tree<Tensor> sum,
      Tensor sensitivity,
      double multiplier,
      StepContext context) {
    return protection()
        .noise()
        .add(sum, sensitivity, multiplier, context)
        .map(s -> s.div(inner.examples(s).broadcast(s.shape())));
  }

  /** The same, of a sensitivity that is known before the run. */
  default Tree<Tensor> noisyMean(
      Objective inner,
      Tree<Tensor> sum,
      double sensitivity,
      double multiplier,
      StepContext context) {
    Tensor any = sum.leaves().getFirst();
    return noisyMean(inner, sum, any.constant(DType.F64, sensitivity), multiplier, context);
  }

  /** A gradient at one point, of which nothing else may be asked. */
  default Objective answer(Tree<Tensor> point, Tree<Tensor> gradient) {
    Tensor any = gradient.leaves().getFirst();
    Tensor unknown = any.constant(any.dtype(), Double.NaN);
    return Objective.at(
        point,
        new Objective.ValueAndGradient(unknown, gradient),
        name() + ", which would touch examples that are not accounted for,");
  }

  /** The norm over all leaves, an F64 scalar. */
  static Tensor norm(Tree<Tensor> tree) {
    return tree.leaves().stream()
        .map(leaf -> leaf.to(DType.F64).square().sum())
        .reduce(Tensor::add)
        .orElseThrow()
        .sqrt();
  }

  @Override
  default Optional<HostDraws> hostDraws() {
    return protection().noise().hostDraws();
  }

  /** As secretly as the noise. */
  @Override
  default ExampleSampling sampling() {
    return protection().noise().sampling();
  }

  @Override
  default List<RunGuard> guards() {
    return List.of(protection().ledger());
  }
}
