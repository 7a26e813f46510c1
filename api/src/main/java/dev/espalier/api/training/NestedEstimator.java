package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.EnumSet;
import java.util.Set;

/** An estimator of an estimator; states and reports lie under {@code inner} and {@code outer}. */
record NestedEstimator(GradientEstimator first, GradientEstimator second)
    implements GradientEstimator {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return first.init(parameters).under("inner").and(second.init(parameters).under("outer"));
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Estimate one = first.estimate(inner, parameters, state.subtree("inner"), context.part(0));
    for (Objective.Need need : second.needs()) {
      if (!one.objective().offers().contains(need)) {
        throw Objective.notOffered(
            first.getClass().getSimpleName()
                + ", which "
                + second.getClass().getSimpleName()
                + " asks,",
            need,
            one.objective().offers());
      }
    }
    Estimate two =
        second.estimate(one.objective(), parameters, state.subtree("outer"), context.part(1));
    return new Estimate(
        two.objective(),
        one.state().under("inner").and(two.state().under("outer")),
        one.report().under("inner").and(two.report().under("outer")));
  }

  @Override
  public Set<Objective.Need> needs() {
    return first.needs();
  }

  /** What the outer one asks, the inner one answers in its own way or hands through. */
  @Override
  public Set<Objective.Need> handsThrough() {
    Set<Objective.Need> needs = EnumSet.noneOf(Objective.Need.class);
    needs.addAll(first.handsThrough());
    needs.addAll(second.needs());
    needs.addAll(second.handsThrough());
    return needs;
  }

  @Override
  public Set<Objective.Batch> batches() {
    Set<Objective.Batch> batches = EnumSet.noneOf(Objective.Batch.class);
    batches.addAll(first.batches());
    batches.addAll(second.batches());
    return batches;
  }
}
