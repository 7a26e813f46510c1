package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.Objects;

/**
 * A value in a graph: an input or a result of a node.
 *
 * @param id its number; the values of a graph are numbered from 0 without gaps, inputs first, then
 *     results in the order of the nodes
 * @param type its type
 */
public record Value(int id, TensorType type) {
  public Value {
    Objects.requireNonNull(type);
  }

  @Override
  public String toString() {
    return "%" + id + ":" + type;
  }
}
