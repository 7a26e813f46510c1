package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    Map<Value, Pointwise> functions = new HashMap<>();
    Set<Value> inside = new HashSet<>();
    for (Pointwise function : Pointwise.in(graph, activeValues)) {
      functions.put(function.last().result(), function);
      function.nodes().forEach(node -> inside.add(node.result()));
    }
    Tensor[] values = new Tensor[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i);
    }
    List<@Nullable Recorded> recorded = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<Tensor> operands = node.operands().stream().map(v -> values[v.id()]).toList();
      boolean[] activeOperands = flags(node.operands(), activeValues);
      List<Tensor> results;
      if (inside.contains(node.results().getFirst())) {
        results = anchor.apply(node.op(), operands);
        Pointwise function = functions.get(node.result());
        recorded.add(function == null ? null : recorded(function, values, activeValues));
      } else if (Flags.any(flags(node.results(), activeValues))) {
        Pullback rule = BackwardRules.record(node.op(), anchor, operands, activeOperands);
        results = rule.results();
        recorded.add(new Recorded(node.operands(), rule.pull()));
      } else {
        results = anchor.apply(node.op(), operands);
        recorded.add(null);
      }
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    List<Tensor> results = graph.outputs().stream().map(v -> values[v.id()]).toList();
    return new Pullback(results, cotangents -> pull(graph, activeValues, recorded, cotangents));
  }

  /**
   * How cotangents of a node's results become such of other values.
   *
   * @param values those that get them
   */
  private record Recorded(List<Value> values, Pullback.Pull pull) {}

  private static Recorded recorded(Pointwise function, Tensor[] values, boolean[] active) {
    return new Recorded(
        List.of(function.source()),
        bars -> {
          Tensor bar = Tensors.required(bars.getFirst());
          return Collections.<@Nullable Tensor>singletonList(
              bar.mul(function.derivative(values, active)));
        });
  }

  private static List<@Nullable Tensor> pull(
      Graph graph,
      boolean[] active,
      List<@Nullable Recorded> recorded,
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
      Recorded rule = recorded.get(n);
      if (rule == null || !Flags.any(Flags.present(results))) {
        continue;
      }
      List<@Nullable Tensor> found = rule.pull().apply(results);
      for (int i = 0; i < found.size(); i++) {
        int id = rule.values().get(i).id();
        if (active[id]) {
          bars[id] = Tensors.plusOrNull(bars[id], found.get(i));
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
