package dev.espalier.training.objective;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.WrappedObjective;
import java.util.Optional;
import java.util.Set;

/** Remembers the gradient that was asked for at the parameters a step begins with. */
public final class NormRecorder {
  private final SameTensors<Tree<Tensor>> asked = new SameTensors<>();
  private final Tree<Tensor> start;

  /** A recorder for the step that begins at these parameters. */
  public NormRecorder(Tree<Tensor> start) {
    this.start = start;
  }

  /** An objective with the same answers, of which those about its own batch are looked at. */
  public Objective watch(Objective inner) {
    return new Watching(inner, asked);
  }

  private record Watching(Objective inner, SameTensors<Tree<Tensor>> asked)
      implements WrappedObjective {
    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      ValueAndGradient found = inner.valueAndGradient(parameters);
      asked.keep(parameters, found.gradient());
      return found;
    }

    @Override
    public Set<Batch> batches() {
      return inner.batches();
    }

    @Override
    public Objective on(Batch batch) {
      return inner.on(batch);
    }

    @Override
    public Objective part(int from, int to) {
      return inner.part(from, to);
    }
  }

  /** The norm of the gradient at the start; empty where it was not asked for. */
  public Optional<Tensor> norm() {
    return start.isEmpty()
        ? Optional.empty()
        : asked.find(start, tree -> tree.leaves().getFirst()).map(GlobalNorm::of);
  }
}
