package dev.espalier.plugins.privacy;

import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.RunGuard;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * DP-SGD: {@code (sum_i clip(g_i, C) + N(0, (z C)^2)) / B}, B being the expected number of examples
 * in a batch that Poisson sampling draws. Every optimizer that asks for gradients alone works with
 * it.
 *
 * <p>An example that is added or removed changes the sum by at most C, so each step is a subsampled
 * Gaussian with the noise multiplier z. Everything is computed from that sum, so the objective
 * answers nothing but the gradient at the step's point: a value for a line search, a product with a
 * Hessian or another point would touch examples beside it. Its value is NaN, as an optimizer that
 * used the loss would release it.
 *
 * <p>The batch may be gone through in parts, of which each is clipped and summed by itself, so that
 * fewer rows are held at a time; noise is added once, to the whole sum.
 *
 * <p>Sources: M. Abadi et al., "Deep Learning with Differential Privacy", arXiv:1607.00133;
 * clipping by norm alone from Z. Bu et al., arXiv:2206.07136; the privacy of what comes after is
 * that of post-processing.
 *
 * @param clipping scales single gradients so that none is longer than the bound
 * @param bound C, greater than 0
 * @param multiplier z, at least 0; a run without noise is refused by its ledger
 * @param parts how many parts a batch is gone through in, at least 1
 * @param noise where the noise is from
 * @param ledger counts
 */
record DpSgd(
    Clipping clipping, double bound, double multiplier, int parts, Noise noise, Ledger ledger)
    implements GradientEstimator {
  /** What a step costs. */
  static Ledger.Mechanism mechanism(double multiplier) {
    return (step, rate) -> new PrivateSteps(rate, multiplier, 1);
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> sum = clippedSum(inner, parameters);
    Tensor any = sum.leaves().getFirst();
    Tree<Tensor> noisy = noise.add(sum, any.constant(DType.F64, bound), multiplier, context);
    Tree<Tensor> mean = noisy.map(s -> s.div(inner.examples(s).broadcast(s.shape())));
    return new Estimate(answer(parameters, mean, "dp-sgd"), state, Tree.empty());
  }

  private Tree<Tensor> clippedSum(Objective inner, Tree<Tensor> parameters) {
    if (parts == 1) {
      return inner.clippedSum(parameters, clipping).sum();
    }
    int rows = inner.rows();
    int count = Math.min(parts, rows);
    Optional<Tree<Tensor>> sum = Optional.empty();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) rows * i / count);
      int to = (int) ((long) rows * (i + 1) / count);
      Tree<Tensor> part = inner.part(from, to).clippedSum(parameters, clipping).sum();
      sum = Optional.of(sum.map(before -> before.zip(part, Tensor::add)).orElse(part));
    }
    return sum.orElseThrow();
  }

  /** A gradient at one point, of which nothing else may be asked. */
  static Objective answer(Tree<Tensor> point, Tree<Tensor> gradient, String name) {
    Tensor any = gradient.leaves().getFirst();
    Tensor unknown = any.constant(any.dtype(), Double.NaN);
    return Objective.at(
        point,
        new Objective.ValueAndGradient(unknown, gradient),
        name + ", which would touch examples that are not accounted for,");
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.CLIPPED_SUM);
  }

  @Override
  public Optional<HostDraws> hostDraws() {
    return noise.hostDraws();
  }

  @Override
  public ExampleSampling sampling() {
    return noise.sampling();
  }

  @Override
  public List<RunGuard> guards() {
    return List.of(ledger);
  }

  /** The ledger adds up unlike steps. */
  @Override
  public Set<String> changeable() {
    return PrivateSettings.CHANGEABLE;
  }
}
