package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Removes nodes whose results reach no output. */
final class DeadCode {
  private DeadCode() {}

  static Graph remove(Graph graph) {
    boolean[] used = new boolean[graph.valueCount()];
    graph.outputs().forEach(v -> used[v.id()] = true);
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.results().stream().anyMatch(v -> used[v.id()])) {
        node.operands().forEach(v -> used[v.id()] = true);
        kept.add(node);
      }
    }
    if (kept.size() == graph.nodes().size()) {
      return graph;
    }
    Map<Integer, Value> values = new HashMap<>();
    graph.inputs().forEach(v -> values.put(v.id(), v));
    List<Node> nodes = new ArrayList<>();
    for (Node node : kept.reversed()) {
      List<Value> operands = node.operands().stream().map(v -> get(values, v)).toList();
      List<Value> results = new ArrayList<>();
      for (Value result : node.results()) {
        Value numbered = new Value(values.size(), result.type());
        values.put(result.id(), numbered);
        results.add(numbered);
      }
      nodes.add(new Node(node.op(), operands, results));
    }
    return new Graph(
        graph.name(),
        graph.inputs(),
        nodes,
        graph.outputs().stream().map(v -> get(values, v)).toList());
  }

  private static Value get(Map<Integer, Value> values, Value value) {
    Value found = values.get(value.id());
    if (found == null) {
      throw new AssertionError(value);
    }
    return found;
  }
}
