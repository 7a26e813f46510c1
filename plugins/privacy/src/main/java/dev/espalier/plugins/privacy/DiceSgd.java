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
 * DiceSGD: what clipping took off is fed back, itself clipped, so that there is no bias of clipping
 * where descent comes to rest.
 *
 * <pre>
 * v = (sum_i clip(g_i, C1) + clip(e, C2)) / B
 * gradient = v + N(0, (z (C1 + 2 C2) / B)^2)
 * e' = e + sum_i g_i - B v
 * </pre>
 *
 * <p>e and C2 are B times the paper's, so that both bounds are of sums. e is of the examples, and
 * without noise: it is in the run's state and in its checkpoints, which are not private with it,
 * under {@code unprotected/error}. The released parameters are.
 *
 * <p>Where this differs: the paper's theorem on privacy bounds how far e can be apart for two
 * neighbouring datasets by constants of the problem. Here nothing is supposed of the problem. Two
 * clipped errors are at most 2 C2 apart, whatever they are, in every step after the example was
 * drawn, so subsampling hides nothing of that: a step is accounted as a Gaussian of sensitivity
 * {@code C1 + 2 C2} with every example in every batch. That costs more than the paper's.
 *
 * <p>Source: X. Zhang, Z. Bu, Z. S. Wu, M. Hong, "Differentially Private SGD Without Clipping Bias:
 * An Error-Feedback Approach", arXiv:2311.14632, algorithm 2.
 *
 * @param bound C1, greater than 0
 * @param errorBound C2, greater than 0
 * @param multiplier z, at least 0
 * @param noise where the noise is from
 * @param ledger counts
 */
record DiceSgd(double bound, double errorBound, double multiplier, Noise noise, Ledger ledger)
    implements GradientEstimator {
  private static final String ERROR = "unprotected/error";

  /** What a step costs: as if every example were in it. */
  static Ledger.Mechanism mechanism(double multiplier) {
    return (step, rate) -> new PrivateSteps(1, multiplier, 1);
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return parameters.map(Tensor::zerosLike).under(ERROR);
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> error = state.subtree(ERROR);
    Tree<Tensor> clipped = inner.clippedSum(parameters, Clipping.flat(bound)).sum();
    Tree<Tensor> whole =
        inner.gradient(parameters).map(g -> g.mul(inner.examples(g).broadcast(g.shape())));
    Tensor size = DpSpider.norm(error);
    Tensor factor = size.constantLike(errorBound).div(size.max(errorBound));
    Tree<Tensor> sum =
        clipped.zip(error, (s, e) -> s.add(e.mul(factor.to(e.dtype()).broadcast(e.shape()))));
    Tree<Tensor> next = error.zip(whole, Tensor::add).zip(sum, Tensor::sub);
    Tensor sensitivity = size.constant(DType.F64, bound + 2 * errorBound);
    Tree<Tensor> noisy = noise.add(sum, sensitivity, multiplier, context);
    return new Estimate(
        DpSgd.answer(
            parameters, noisy.map(s -> s.div(inner.examples(s).broadcast(s.shape()))), "dice-sgd"),
        next.under(ERROR),
        Tree.empty());
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.CLIPPED_SUM, Objective.Need.GRADIENT);
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
}
