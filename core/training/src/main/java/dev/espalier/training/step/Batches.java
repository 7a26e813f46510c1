package dev.espalier.training.step;

import dev.espalier.api.training.Objective;
import dev.espalier.training.objective.Examples;
import java.util.Map;

/**
 * The batches that a step holds.
 *
 * @param own the step's own
 * @param others those that it holds besides
 */
public record Batches(Examples own, Map<Objective.Batch, Examples> others) {
  /** Copies the map. */
  public Batches {
    others = Map.copyOf(others);
  }
}
