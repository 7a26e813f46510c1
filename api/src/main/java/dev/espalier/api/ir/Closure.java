package dev.espalier.api.ir;

import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * A function that was traced inside another trace, and the outer tensors that it used: they are the
 * last inputs of the graph, in this order.
 *
 * @param graph the function
 * @param captures the outer tensors
 */
public record Closure(Graph graph, List<Tensor> captures) {
  public Closure {
    captures = List.copyOf(captures);
  }
}
