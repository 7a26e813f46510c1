package dev.espalier.training.objective;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Optional;

/** Remembers the gradient that was asked for at the parameters a step begins with. */
public final class NormRecorder {
  private final SameTensors<Tree<Tensor>> asked = new SameTensors<>();
  private final Tree<Tensor> start;

  /** A recorder for the step that begins at these parameters. */
  public NormRecorder(Tree<Tensor> start) {
    this.start = start;
  }

  /** An objective with the same answers, which are looked at. */
  public Objective watch(Objective inner) {
    return new GradientObjective(
        inner,
        (parameters, found) -> {
          asked.keep(parameters, found.gradient());
          return found;
        });
  }

  /** The norm of the gradient at the start; empty where it was not asked for. */
  public Optional<Tensor> norm() {
    return start.isEmpty()
        ? Optional.empty()
        : asked.find(start, tree -> tree.leaves().getFirst()).map(GlobalNorm::of);
  }
}
