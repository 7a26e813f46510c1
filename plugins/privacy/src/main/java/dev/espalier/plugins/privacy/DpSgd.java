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
import java.util.Optional;
import java.util.Set;

/**
 * DP-SGD: {@code (sum_i clip(g_i, C) + N(0, (z C)^2)) / B}, B being the expected number of examples
 * in a batch that Poisson sampling draws. Every optimizer that asks for gradients alone works with
 * it.
 *
 * <p>An example that is added or removed changes the sum by at most C, so each step is a subsampled
 * Gaussian with the noise multiplier z.
 *
 * <p>The batch may be gone through in parts, of which each is clipped and summed by itself, so that
 * fewer rows are held at a time; noise is added once, to the whole sum.
 *
 * <p>Sources: M. Abadi et al., "Deep Learning with Differential Privacy", arXiv:1607.00133;
 * clipping by norm alone from Z. Bu et al., arXiv:2206.07136; the privacy of what comes after is
 * that of post-processing.
 *
 * @param protection noise and ledger
 * @param clipping scales single gradients so that none is longer than the bound
 * @param bound C, greater than 0
 * @param multiplier z, at least 0; a run without noise is refused by its ledger
 * @param parts how many parts a batch is gone through in, at least 1
 */
record DpSgd(Protection protection, Clipping clipping, double bound, double multiplier, int parts)
    implements PrivateEstimator {
  static final Citation CITATION =
      cite(
              arxiv(
                  "1607.00133",
                  2016,
                  "Deep Learning with Differential Privacy",
                  "Martín Abadi",
                  "Andy Chu",
                  "Ian Goodfellow",
                  "H. Brendan McMahan",
                  "Ilya Mironov",
                  "Kunal Talwar",
                  "Li Zhang"),
              "(sum_i clip(g_i, C) + N(0, (z C)^2)) / B")
          .and(
              arxiv(
                  "2206.07136",
                  2022,
                  "Automatic Clipping: Differentially Private Deep Learning Made Easier and Stronger",
                  "Zhiqi Bu",
                  "Yu-Xiang Wang",
                  "Sheng Zha",
                  "George Karypis"));

  static DpSgd of(Params p) {
    PrivateSettings settings = PrivateSettings.of(p);
    double bound = PrivateSettings.bound(p);
    double multiplier = PrivateSettings.noise(p);
    return new DpSgd(
        settings.protection(rate -> step -> List.of(new PrivateSteps(rate, multiplier, 1))),
        PrivateSettings.clipping(p, bound),
        bound,
        multiplier,
        (int) p.integer("parts", 1, "parts that a batch is gone through in").in(1, 1 << 20));
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> sum = clippedSum(inner, parameters);
    Tree<Tensor> gradient = noisyMean(inner, sum, bound, multiplier, context);
    return new Estimate(answer(parameters, gradient), state, Tree.empty());
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

  @Override
  public String name() {
    return "dp-sgd";
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.CLIPPED_SUM);
  }

  /** The ledger adds up unlike steps. */
  @Override
  public Set<String> changeable() {
    return PrivateSettings.CHANGEABLE;
  }
}
