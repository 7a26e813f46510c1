package dev.espalier.engine;

import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import java.util.List;

/** Which values of a graph may have a derivative in chosen inputs. */
final class Activity {
  private Activity() {}

  /** For each value whether it is floating point and depends on an active input. */
  static boolean[] of(Graph graph, boolean[] activeInputs) {
    boolean[] active = new boolean[graph.valueCount()];
    for (int i = 0; i < activeInputs.length; i++) {
      active[i] = activeInputs[i] && graph.inputs().get(i).type().dtype().isFloat();
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Composite(_, _, Composite.Jvp(Graph rule))) {
        ofOwnRule(node, rule, active);
        continue;
      }
      boolean any = false;
      for (Value operand : node.operands()) {
        any |= active[operand.id()];
      }
      for (Value result : node.results()) {
        active[result.id()] = any && result.type().dtype().isFloat();
      }
    }
    return active;
  }

  /** A rule says itself what depends on the tangents; that of a stopped gradient does not. */
  private static void ofOwnRule(Node node, Graph rule, boolean[] active) {
    List<Value> floats = node.operands().stream().filter(v -> v.type().dtype().isFloat()).toList();
    boolean[] inputs = new boolean[node.operands().size() + floats.size()];
    for (int i = 0; i < floats.size(); i++) {
      inputs[node.operands().size() + i] = active[floats.get(i).id()];
    }
    boolean[] outputs = ofOutputs(rule, inputs);
    int at = 0;
    for (Value result : node.results()) {
      active[result.id()] = result.type().dtype().isFloat() && outputs[at++];
    }
  }

  /** For each output whether it is active. */
  static boolean[] ofOutputs(Graph graph, boolean[] activeInputs) {
    boolean[] active = of(graph, activeInputs);
    boolean[] outputs = new boolean[graph.outputs().size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = active[graph.outputs().get(i).id()];
    }
    return outputs;
  }

  /**
   * The carries of a loop that become active over its iterations, for a body (constants, carries,
   * xs) to carries.
   */
  static boolean[] ofCarries(Graph body, boolean[] constants, boolean[] carries, boolean[] xs) {
    boolean[] active = carries.clone();
    boolean changed = true;
    while (changed) {
      boolean[] inputs = Flags.join(constants, active, xs);
      boolean[] outputs = ofOutputs(body, inputs);
      changed = false;
      for (int i = 0; i < active.length; i++) {
        if (outputs[i] && !active[i]) {
          active[i] = true;
          changed = true;
        }
      }
    }
    return active;
  }
}
