package dev.espalier.api.training;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An estimator of an estimator; states and reports lie under {@code inner} and {@code outer}. Where
 * the outer one has guards the inner one's report is not told: it is from before what is released.
 */
record NestedEstimator(GradientEstimator first, GradientEstimator second)
    implements GradientEstimator {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return first.init(parameters).under("inner").and(second.init(parameters).under("outer"));
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Estimate one =
        first.estimate(inner, parameters, state.subtree("inner"), part(context, 0, "inner"));
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
        second.estimate(
            one.objective(), parameters, state.subtree("outer"), part(context, 1, "outer"));
    // What the outer one guards is protected by what it does, which this is from before.
    Tree<Tensor> before = second.guards().isEmpty() ? one.report().under("inner") : Tree.empty();
    return new Estimate(
        two.objective(),
        one.state().under("inner").and(two.state().under("outer")),
        before.and(two.report().under("outer")));
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

  private static StepContext part(StepContext context, long number, String which) {
    return context.part(number).drawing(context.drawn().subtree(which));
  }

  /** Both may want values drawn. */
  @Override
  public Optional<HostDraws> hostDraws() {
    return first.hostDraws().isEmpty() && second.hostDraws().isEmpty()
        ? Optional.empty()
        : Optional.of(new NestedDraws(first.hostDraws(), second.hostDraws()));
  }

  @Override
  public ExampleSampling sampling() {
    return first.sampling().serves(second.sampling()) ? first.sampling() : second.sampling();
  }

  @Override
  public List<RunGuard> guards() {
    List<RunGuard> guards = new ArrayList<>(first.guards());
    guards.addAll(second.guards());
    return guards;
  }

  private record NestedDraws(Optional<HostDraws> first, Optional<HostDraws> second)
      implements HostDraws {
    @Override
    public Tree<TensorType> types(Tree<TensorType> parameters) {
      return types(first, parameters, "inner").and(types(second, parameters, "outer"));
    }

    private static Tree<TensorType> types(
        Optional<HostDraws> of, Tree<TensorType> parameters, String which) {
      return of.map(draws -> draws.types(parameters).under(which)).orElse(Tree.empty());
    }

    @Override
    public Source open() {
      Optional<Source> one = first.map(HostDraws::open);
      Optional<Source> two = second.map(HostDraws::open);
      return new Source() {
        @Override
        public void draw(Tree<NdArray> into) {
          one.ifPresent(source -> source.draw(into.subtree("inner")));
          two.ifPresent(source -> source.draw(into.subtree("outer")));
        }

        @Override
        public void close() {
          one.ifPresent(Source::close);
          two.ifPresent(Source::close);
        }
      };
    }
  }
}
