package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import java.util.List;
import java.util.Objects;

/**
 * A small graph with inputs on which backends are compared with the reference, and derivatives with
 * differences.
 *
 * @param op the operation that it is about, as it is printed; the row of the tolerances
 * @param name unlike that of every other case
 * @param graph the graph
 * @param inputs its inputs
 * @param differentiable whether the outputs are smooth functions of the floating-point inputs near
 *     these inputs: away from kinks, poles, ties and equal eigenvalues
 */
public record OpCase(
    String op, String name, Graph graph, List<NdArray> inputs, boolean differentiable) {
  public OpCase {
    Objects.requireNonNull(op);
    Objects.requireNonNull(name);
    Objects.requireNonNull(graph);
    inputs = List.copyOf(inputs);
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
