package dev.espalier.plugins.privacy;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.Reference.arxiv;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Set;

/**
 * Private SPIDER: a gradient estimate that is carried along by differences, which need the less
 * noise the less the parameters moved.
 *
 * <pre>
 * t mod q = 0:  v = (sum_i clip(g_i(w), L0) + N(0, (z1 L0)^2)) / B
 * otherwise:    v = v' + (sum_i clip(g_i(w) - g_i(w'), D) + N(0, (z2 D)^2)) / B,
 *               D = min(L1 |w - w'|, 2 L0)
 * </pre>
 *
 * <p>w' and v' are those of the step before. The next parameters are the optimizer's matter;
 * descent at the rate 1/(2 L1) is the paper's.
 *
 * <p>The paper supposes that losses are L0-Lipschitz and L1-smooth, from which the bounds follow;
 * here gradients and differences are clipped to them, so that they hold of any loss, and where the
 * supposition is true nothing is clipped. The paper states the two noises up to a constant; here
 * they are multipliers of the two bounds, with {@code min(sigma2^2 |w - w'|^2, sigmahat2^2)} the
 * square of {@code z2 D}, and an accountant adds up the unlike steps. Batches of both kinds have
 * one expected size.
 *
 * <p>Source: R. Arora, R. Bassily, T. Gonzalez, C. Guzman, M. Menart, E. Ullah, "Faster Rates of
 * Convergence to Stationary Points in Differentially Private Optimization", arXiv:2206.00846,
 * algorithm 1.
 *
 * @param protection noise and ledger
 * @param bound L0, greater than 0
 * @param smoothness L1, greater than 0
 * @param period q, at least 1
 * @param multiplier z1, at least 0
 * @param differenceMultiplier z2, at least 0
 */
record DpSpider(
    Protection protection,
    double bound,
    double smoothness,
    long period,
    double multiplier,
    double differenceMultiplier)
    implements PrivateEstimator {
  static final Citation CITATION =
      cite(
          arxiv(
              "2206.00846",
              2022,
              "Faster Rates of Convergence to Stationary Points in Differentially Private Optimization",
              "Raman Arora",
              "Raef Bassily",
              "Tomás González",
              "Cristóbal Guzmán",
              "Michael Menart",
              "Enayat Ullah"),
          "v' + (sum_i clip(g_i(w) - g_i(w'), D) + N(0, (zD)^2))/B");

  /** The smallest bound of a difference: parameters that did not move have none to tell. */
  private static final double LEAST = 0x1p-100;

  static DpSpider of(Params p) {
    PrivateSettings settings = PrivateSettings.of(p);
    double bound = PrivateSettings.bound(p);
    double fresh = PrivateSettings.noise(p);
    double difference =
        p.real("difference_noise", 1, "noise multiplier of differences").notNegative();
    long period =
        p.integer("period", 10, "steps from one fresh gradient to the next").in(1, 1L << 40);
    double smoothness =
        p.real("smoothness", 1, "bound of a difference's norm over the parameters' move")
            .positive();
    Ledger.Mechanism mechanism =
        rate -> step -> List.of(new PrivateSteps(rate, step % period == 0 ? fresh : difference, 1));
    return new DpSpider(
        settings.protection(mechanism), bound, smoothness, period, fresh, difference);
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return parameters.map(Tensor::zerosLike).under("estimate").and(parameters.under("parameters"));
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> before = state.subtree("parameters");
    Tree<Tensor> carried = state.subtree("estimate");
    Tensor fresh = context.step().rem((double) period).eq(0);
    Tensor moved =
        PrivateEstimator.norm(parameters.zip(before, Tensor::sub))
            .mul(smoothness)
            .min(2 * bound)
            .max(LEAST);
    Tensor limit = fresh.select(moved.constantLike(bound), moved);

    Tree<Tensor> here = inner.perExampleGradients(parameters);
    Tree<Tensor> there = inner.perExampleGradients(before);
    Tree<Tensor> contributions =
        here.zip(there, (g, h) -> fresh.broadcast(g.shape()).select(g, g.sub(h)));
    Clipping clipping =
        (norms, groups) -> {
          Tensor most = limit.to(norms.dtype()).broadcast(norms.shape());
          return most.div(norms.max(most));
        };
    Tree<Tensor> sum = clipping.of(moved, contributions).sum();
    // One of the two: both take what was drawn for this step, and one is released.
    Tree<Tensor> mean = noisyMean(inner, sum, limit, multiplier, context);
    Tree<Tensor> difference = noisyMean(inner, sum, limit, differenceMultiplier, context);
    Tree<Tensor> changed = carried.zip(difference, Tensor::add);
    Tree<Tensor> estimate = mean.zip(changed, (v, c) -> fresh.broadcast(v.shape()).select(v, c));
    return new Estimate(
        answer(parameters, estimate),
        estimate.under("estimate").and(parameters.under("parameters")),
        Tree.of("difference_bound", limit));
  }

  @Override
  public String name() {
    return "dp-spider";
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.PER_EXAMPLE_GRADIENTS);
  }
}
