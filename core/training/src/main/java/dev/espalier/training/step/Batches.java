package dev.espalier.training.step;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.training.objective.Examples;
import java.util.Map;

/**
 * What a step is given anew.
 *
 * @param own the step's own batch
 * @param others those that it holds besides
 * @param drawn what the host drew for it
 */
public record Batches(Examples own, Map<Objective.Batch, Examples> others, Tree<Tensor> drawn) {
  /** Copies the map. */
  public Batches {
    others = Map.copyOf(others);
  }

  /** Batches of a step for which the host draws nothing. */
  public Batches(Examples own, Map<Objective.Batch, Examples> others) {
    this(own, others, Tree.empty());
  }
}
