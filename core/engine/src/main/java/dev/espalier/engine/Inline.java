package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * Records a graph's nodes into a trace; unlike {@link Graph#apply} also for graphs without inputs.
 */
final class Inline {
  private Inline() {}

  static List<Tensor> apply(Graph graph, Tensor anchor, List<Tensor> arguments) {
    Tensor[] values = new Tensor[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i);
    }
    for (Node node : graph.nodes()) {
      List<Tensor> results =
          anchor.apply(node.op(), node.operands().stream().map(v -> values[v.id()]).toList());
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return graph.outputs().stream().map(v -> values[v.id()]).toList();
  }
}
