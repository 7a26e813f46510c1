package dev.espalier.api.ir;

import java.util.List;
import java.util.Objects;

/**
 * One application of an operation.
 *
 * @param op the operation
 * @param operands what it is applied to
 * @param results what it gives
 */
public record Node(Op op, List<Value> operands, List<Value> results) {
  public Node {
    Objects.requireNonNull(op);
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }

  /** The only result. */
  public Value result() {
    return results.getFirst();
  }
}
