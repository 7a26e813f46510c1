package dev.espalier.plugins.privacy;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.Reference.arxiv;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.privacy.Budget;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Set;

/**
 * DiceSGD: what clipping took off is fed back, itself clipped, so that there is no bias of clipping
 * where descent comes to rest.
 *
 * <pre>
 * v = (sum_i clip(g_i, C1) + clip(e, C2)) / B
 * gradient = v + N(0, s^2) / B,   s = z (C1 + 2 C2)
 * e' = e + sum_i g_i - B v
 * </pre>
 *
 * <p>e and C2 are B times the paper's, so that both bounds are of sums. e is of the examples, and
 * without noise: it is in the run's state and in its checkpoints, which are not private with it,
 * under {@code unprotected/error}. The released parameters are.
 *
 * <p><b>Privacy.</b> Let one example be added. Fix what was released before the step, and who else
 * was drawn in all steps: the parameters, the others' gradients and the e without the example are
 * then known, and the sum before noise is moved by {@code b c + h}. Here b is 1 where the example
 * is drawn in this step, which nothing released so far depends on, and {@code |c| <= C1}. And
 * {@code h = clip(e) - clip(e without it)} depends on when the example was drawn before; {@code |h|
 * <= 2 C2}, and no less can be said without a bound of gradients, for e grows by all that clipping
 * takes off. Subsampling hides b and does not hide h, which one draw long ago may have moved.
 *
 * <p>Noise of variance s^2 is the sum of independent ones of variances s1^2 and s2^2 = s^2 - s1^2,
 * and what is released can be computed from two releases: what b c moves, with the first, and what
 * h moves, with the second.
 *
 * <ul>
 *   <li>The first is a subsampled Gaussian of the batch's rate and the multiplier s1/C1.
 *   <li>The second is, whatever was released before, a mixture over h of normal distributions at
 *       most 2 C2 away from the one without the example. Hockey-stick and Renyi divergences are
 *       quasi-convex in pairs, so it is not further away than the furthest: a Gaussian with every
 *       example in every batch and the multiplier s2/(2 C2).
 * </ul>
 *
 * Pairs that dominate each step given all before dominate in composition (Y. Zhu, J. Dong, Y.-X.
 * Wang, arXiv:2106.08567, theorem 10), so a step is accounted as these two. Any s1 will do; {@link
 * #split} takes the one for which the sum of their Renyi divergences is smallest at the order that
 * the budget is about. At the rate 1 this is one Gaussian of sensitivity C1 + 2 C2 again.
 *
 * <p>Discrete noise is accounted as that in every step, whatever the rate: it is no sum of two
 * noises, and rounding to its grid moves neighbouring sums apart by a vector that comes neither of
 * {@code b c} nor of h alone, so that it would count in both releases. The sums are apart by {@code
 * C1 + 2 C2} at most and by the rounding, and {@link Noise.Discrete} raises the deviation for this
 * bound. Subsampling then hides nothing.
 *
 * <p>Where this differs: the paper's theorem bounds how far e can be apart by constants of the
 * problem, and the authors' program doubles the noise of two equal bounds and counts both as
 * subsampled, over more epochs. Nothing is supposed of the problem here, which costs more noise.
 *
 * <p>Source: X. Zhang, Z. Bu, Z. S. Wu, M. Hong, "Differentially Private SGD Without Clipping Bias:
 * An Error-Feedback Approach", arXiv:2311.14632, algorithm 2. The accounting is our own.
 *
 * @param protection noise and ledger
 * @param bound C1, greater than 0
 * @param errorBound C2, greater than 0
 * @param multiplier z, at least 0
 */
record DiceSgd(Protection protection, double bound, double errorBound, double multiplier)
    implements PrivateEstimator {
  static final Citation CITATION =
      cite(
          arxiv(
              "2311.14632",
              2023,
              "Differentially Private SGD Without Clipping Bias: An Error-Feedback Approach",
              "Xinwei Zhang",
              "Zhiqi Bu",
              "Zhiwei Steven Wu",
              "Mingyi Hong"),
          "(sum_i clip(g_i, C1) + clip(e, C2) + noise) / B");

  private static final String ERROR = "unprotected/error";

  /** Ratios of the two variances that are looked at. */
  private static final SectionSearch RATIOS = new SectionSearch(0x1p-40, 0x1p40, 1e-4);

  private static final double MOST_ORDER = 256;

  static DiceSgd of(Params p) {
    PrivateSettings settings = PrivateSettings.of(p);
    double bound = PrivateSettings.bound(p);
    double errorBound =
        p.real("error_clip", 1, "the bound of what is fed back, as a sum").positive();
    double multiplier = PrivateSettings.noise(p);
    return new DiceSgd(
        settings.protection(rate -> {
          List<PrivateSteps> released =
              settings.noise() instanceof Noise.Discrete
                  ? whole(multiplier)
                  : split(rate, multiplier, bound, errorBound, settings.budget());
          return step -> released;
        }),
        bound,
        errorBound,
        multiplier);
  }

  /** A step with discrete noise: one Gaussian of the whole sensitivity, of every example. */
  private static List<PrivateSteps> whole(double multiplier) {
    return List.of(new PrivateSteps(1, multiplier, 1));
  }

  /** The two releases that a step is accounted as where noise is not discrete. */
  static List<PrivateSteps> split(
      double rate, double multiplier, double bound, double errorBound, Budget budget) {
    double deviation = multiplier * (bound + 2 * errorBound);
    double order = order(budget);
    double ratio =
        RATIOS
            .from(
                bound / (2 * errorBound),
                r ->
                    new SampledGaussianDivergence(rate, deviation / bound * Math.sqrt(r / (1 + r)))
                            .at(order)
                        + order / 2 * (1 + r) * Math.pow(2 * errorBound / deviation, 2))
            .x();
    return List.of(
        new PrivateSteps(rate, deviation / bound * Math.sqrt(ratio / (1 + ratio)), 1),
        new PrivateSteps(1, deviation / (2 * errorBound) * Math.sqrt(1 / (1 + ratio)), 1));
  }

  /**
   * The order 1 + a for which {@code epsilon = (1 + a) mu^2/2 + log(1/delta)/a} of a Gaussian that
   * spends all of the budget is smallest.
   */
  private static double order(Budget budget) {
    double log = -Math.log(budget.delta());
    double above = (log + Math.sqrt(log * log + budget.epsilon() * log)) / budget.epsilon();
    return Math.clamp(1 + above, 1.01, MOST_ORDER);
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
    Tensor size = PrivateEstimator.norm(error);
    Tensor factor = size.constantLike(errorBound).div(size.max(errorBound));
    Tree<Tensor> sum =
        clipped.zip(error, (s, e) -> s.add(e.mul(factor.to(e.dtype()).broadcast(e.shape()))));
    Tree<Tensor> next = error.zip(whole, Tensor::add).zip(sum, Tensor::sub);
    Tree<Tensor> gradient = noisyMean(inner, sum, bound + 2 * errorBound, multiplier, context);
    return new Estimate(answer(parameters, gradient), next.under(ERROR), Tree.empty());
  }

  @Override
  public String name() {
    return "dice-sgd";
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.CLIPPED_SUM, Objective.Need.GRADIENT);
  }
}
