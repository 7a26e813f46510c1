package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reverse mode: records a graph's values and gives the map of cotangents. */
final class Backward {
  private Backward() {}

  /**
   * Records the graph into the trace of its arguments.
   *
   * @param active the arguments whose cotangents are wanted
   */
  static Pullback record(Graph graph, Tensor anchor, List<Tensor> arguments, boolean[] active) {
    boolean[] activeValues = Activity.of(graph, active);
    Tensor[] values = new Tensor[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i);
    }
    List<Pullback.@Nullable Pull> pulls = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<Tensor> operands = node.operands().stream().map(v -> values[v.id()]).toList();
      boolean[] activeOperands = flags(node.operands(), activeValues);
      List<Tensor> results;
      if (Flags.any(flags(node.results(), activeValues))) {
        Pullback recorded = BackwardRules.record(node.op(), anchor, operands, activeOperands);
        results = recorded.results();
        pulls.add(recorded.pull());
      } else {
        results = anchor.apply(node.op(), operands);
        pulls.add(null);
      }
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    List<Tensor> results = graph.outputs().stream().map(v -> values[v.id()]).toList();
    return new Pullback(results, cotangents -> pull(graph, activeValues, pulls, cotangents));
  }

  private static List<@Nullable Tensor> pull(
      Graph graph,
      boolean[] active,
      List<Pullback.@Nullable Pull> pulls,
      List<@Nullable Tensor> cotangents) {
    @Nullable Tensor[] bars = new @Nullable Tensor[graph.valueCount()];
    for (int i = 0; i < cotangents.size(); i++) {
      int id = graph.outputs().get(i).id();
      if (active[id]) {
        bars[id] = Tensors.plusOrNull(bars[id], cotangents.get(i));
      }
    }
    for (int n = graph.nodes().size() - 1; n >= 0; n--) {
      Node node = graph.nodes().get(n);
      List<@Nullable Tensor> results = new ArrayList<>();
      for (Value result : node.results()) {
        results.add(bars[result.id()]);
      }
      Pullback.Pull pull = pulls.get(n);
      if (pull == null || !Flags.any(Flags.present(results))) {
        continue;
      }
      List<@Nullable Tensor> operands = pull.apply(results);
      for (int i = 0; i < operands.size(); i++) {
        int id = node.operands().get(i).id();
        if (active[id]) {
          bars[id] = Tensors.plusOrNull(bars[id], operands.get(i));
        }
      }
    }
    List<@Nullable Tensor> inputs = new ArrayList<>();
    for (Value input : graph.inputs()) {
      inputs.add(bars[input.id()]);
    }
    return inputs;
  }

  private static boolean[] flags(List<Value> values, boolean[] of) {
    boolean[] flags = new boolean[values.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = of[values.get(i).id()];
    }
    return flags;
  }
}
