package dev.espalier.training.step;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
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
 * @param padded whether rows of the own and of the previous batch may be no examples: then a BOOL
 *     for each row says which are, and an F64 scalar what means divide by. Whatever stands in those
 *     rows, model and loss have to be finite there
 * @param others how many rows the other batches have
 * @param drawn what the host draws for the step besides
 */
public record StepInputs(
    TensorType inputs,
    TensorType targets,
    boolean padded,
    Map<Objective.Batch, Integer> others,
    Tree<TensorType> drawn) {
  /** Copies the map, in the order of the enum. */
  public StepInputs {
    Map<Objective.Batch, Integer> ordered = new EnumMap<>(Objective.Batch.class);
    ordered.putAll(others);
    others = Collections.unmodifiableMap(ordered);
  }

  /** A batch of which every row is an example, and no other. */
  public static StepInputs of(TensorType inputs, TensorType targets) {
    return new StepInputs(inputs, targets, false, Map.of(), Tree.empty());
  }

  /** With other batches, each of so many rows; the previous one has as many as the own. */
  public StepInputs holding(Map<Objective.Batch, Integer> rows) {
    return new StepInputs(inputs, targets, padded, rows, drawn);
  }

  /** With rows that may be no examples. */
  public StepInputs withPadding() {
    return new StepInputs(inputs, targets, true, others, drawn);
  }

  /** With values that the host draws. */
  public StepInputs drawing(Tree<TensorType> types) {
    return new StepInputs(inputs, targets, padded, others, types);
  }

  /** With so many rows. */
  public StepInputs withRows(int rows) {
    return new StepInputs(of(inputs, rows), of(targets, rows), padded, others, drawn);
  }

  /** The rows of the own batch. */
  public int rows() {
    return inputs.shape().extent(0);
  }

  private static TensorType of(TensorType type, int rows) {
    return type.withShape(type.shape().with(0, rows));
  }

  private int rows(Objective.Batch batch) {
    return batch == Objective.Batch.PREVIOUS ? rows() : others.getOrDefault(batch, 0);
  }

  private boolean padded(Objective.Batch batch) {
    return padded && batch == Objective.Batch.PREVIOUS;
  }

  /**
   * Of the own batch, then of each other in the order of the enum: inputs, targets, and where it is
   * padded presence and count. Then what the host draws.
   */
  public List<TensorType> types() {
    List<TensorType> types = new ArrayList<>(types(rows(), padded));
    others.keySet().forEach(batch -> types.addAll(types(rows(batch), padded(batch))));
    types.addAll(drawn.leaves());
    return types;
  }

  private List<TensorType> types(int rows, boolean withPresence) {
    List<TensorType> types = new ArrayList<>(List.of(of(inputs, rows), of(targets, rows)));
    if (withPresence) {
      types.addAll(List.of(TensorType.of(DType.BOOL, rows), TensorType.of(DType.F64)));
    }
    return types;
  }

  /** The batches of tensors of {@link #types}. */
  Batches batches(List<Tensor> in) {
    int at = padded ? 4 : 2;
    Examples own = examples(in.subList(0, at));
    Map<Objective.Batch, Examples> held = new EnumMap<>(Objective.Batch.class);
    for (Objective.Batch batch : others.keySet()) {
      int end = at + (padded(batch) ? 4 : 2);
      held.put(batch, examples(in.subList(at, end)));
      at = end;
    }
    return new Batches(own, held, drawn.withLeaves(in.subList(at, in.size())));
  }

  private static Examples examples(List<Tensor> in) {
    return in.size() == 2
        ? Examples.all(in.get(0), in.get(1))
        : new Examples(in.get(0), in.get(1), Optional.of(in.get(2)), Optional.of(in.get(3)));
  }
}
