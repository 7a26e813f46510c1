package dev.espalier.training.step;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Objective;
import dev.espalier.training.objective.Examples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types of the batches that a step is given.
 *
 * @param inputs a batch of inputs
 * @param targets a batch of targets
 * @param padded whether rows may be no examples: then a BOOL for each row says which are, and an
 *     F64 scalar what means divide by
 * @param others the other batches
 */
public record StepInputs(
    TensorType inputs, TensorType targets, boolean padded, Map<Objective.Batch, Pair> others) {
  /** Inputs and targets of a batch. */
  public record Pair(TensorType inputs, TensorType targets) {}

  /** Copies the map, in the order of the enum. */
  public StepInputs {
    Map<Objective.Batch, Pair> ordered = new EnumMap<>(Objective.Batch.class);
    ordered.putAll(others);
    others = Collections.unmodifiableMap(ordered);
  }

  /** A batch of which every row is an example, and no other. */
  public static StepInputs of(TensorType inputs, TensorType targets) {
    return new StepInputs(inputs, targets, false, Map.of());
  }

  /** The same with so many rows. */
  public StepInputs withRows(int rows) {
    return new StepInputs(
        inputs.withShape(inputs.shape().with(0, rows)),
        targets.withShape(targets.shape().with(0, rows)),
        padded,
        others);
  }

  /** Inputs, targets, then presence and count where padded, then those of the other batches. */
  List<TensorType> types() {
    List<TensorType> types = new ArrayList<>(List.of(inputs, targets));
    if (padded) {
      types.add(TensorType.of(DType.BOOL, inputs.shape().extent(0)));
      types.add(TensorType.of(DType.F64));
    }
    others.values().forEach(pair -> types.addAll(List.of(pair.inputs(), pair.targets())));
    return types;
  }

  /** The batches of tensors of {@link #types}. */
  Batches batches(List<Tensor> in) {
    Examples own =
        padded
            ? new Examples(in.get(0), in.get(1), Optional.of(in.get(2)), Optional.of(in.get(3)))
            : Examples.all(in.get(0), in.get(1));
    Map<Objective.Batch, Examples> held = new EnumMap<>(Objective.Batch.class);
    int at = padded ? 4 : 2;
    for (Objective.Batch batch : others.keySet()) {
      held.put(batch, Examples.all(in.get(at), in.get(at + 1)));
      at += 2;
    }
    return new Batches(own, held);
  }
}
