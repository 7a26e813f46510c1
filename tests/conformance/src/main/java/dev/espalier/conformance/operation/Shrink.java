package dev.espalier.conformance.operation;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes a failing graph small: the first node that is wrong becomes the only output, what it needs
 * is given as inputs where it then still fails, and the elements of inputs become 0 or 1.
 */
final class Shrink {
  private static final int MOST_ELEMENTS = 64;

  private final Predicate<RandomGraph> fails;

  private Shrink(Predicate<RandomGraph> fails) {
    this.fails = fails;
  }

  /** The smallest graph found that fails as the first did. */
  static RandomGraph shrink(RandomGraph failing, Predicate<RandomGraph> fails) {
    Shrink shrink = new Shrink(fails);
    RandomGraph small = shrink.firstWrong(failing);
    small = shrink.withoutAncestors(small);
    return shrink.simpleInputs(small);
  }

  /** The graph up to the first node, in order, whose results are wrong by themselves. */
  private RandomGraph firstWrong(RandomGraph of) {
    for (Node node : of.graph().nodes()) {
      for (Value result : node.results()) {
        RandomGraph cut = cut(of, result, Set.of());
        if (fails.test(cut)) {
          return cut;
        }
      }
    }
    return of;
  }

  /** As many values as possible given, in place of computed; from the output backwards. */
  private RandomGraph withoutAncestors(RandomGraph of) {
    RandomGraph small = of;
    boolean shrunk = true;
    while (shrunk) {
      shrunk = false;
      for (Node node : small.graph().nodes().reversed()) {
        for (Value result : node.results()) {
          if (small.graph().outputs().size() == 1 && !small.graph().outputs().contains(result)) {
            RandomGraph next = cut(small, small.graph().outputs().getFirst(), Set.of(result));
            if (next.graph().nodes().size() < small.graph().nodes().size() && fails.test(next)) {
              small = next;
              shrunk = true;
              break;
            }
          }
        }
        if (shrunk) {
          break;
        }
      }
    }
    return small;
  }

  private RandomGraph simpleInputs(RandomGraph of) {
    RandomGraph small = of;
    for (int i = 0; i < of.inputs().size(); i++) {
      int size = Math.min(MOST_ELEMENTS, of.inputs().get(i).type().shape().size());
      for (int element = 0; element < size; element++) {
        for (double simple : new double[] {0, 1}) {
          RandomGraph next = withElement(small, i, element, simple);
          if (fails.test(next)) {
            small = next;
            break;
          }
        }
      }
    }
    return small;
  }

  private static RandomGraph withElement(RandomGraph of, int input, int element, double value) {
    NdArray before = of.inputs().get(input);
    double[] values = before.toDoubles();
    values[element] = value;
    List<NdArray> inputs = new ArrayList<>(of.inputs());
    inputs.set(
        input, NdArray.of(values, before.type().shape().extents()).convert(before.type().dtype()));
    return new RandomGraph(of.graph(), inputs);
  }

  /** What a value needs, with some values given as inputs by the reference. */
  private static RandomGraph cut(RandomGraph of, Value output, Set<Value> given) {
    Graph graph = of.graph();
    List<Value> all = new ArrayList<>(graph.inputs());
    graph.nodes().forEach(node -> all.addAll(node.results()));
    List<NdArray> computed =
        Reference.run(new Graph(graph.name(), graph.inputs(), graph.nodes(), all), of.inputs());

    Set<Value> needed = new HashSet<>(Set.of(output));
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      boolean isGiven = node.results().stream().anyMatch(given::contains);
      if (!isGiven && node.results().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        needed.addAll(node.operands());
      }
    }
    List<Value> inputs = new ArrayList<>();
    List<NdArray> values = new ArrayList<>();
    Map<Value, Value> renumbered = new HashMap<>();
    Set<Value> made = new HashSet<>();
    kept.forEach(node -> made.addAll(node.results()));
    for (int i = 0; i < all.size(); i++) {
      if (needed.contains(all.get(i)) && !made.contains(all.get(i))) {
        inputs.add(renumber(renumbered, all.get(i)));
        values.add(computed.get(i));
      }
    }
    if (inputs.isEmpty()) {
      // A graph has an input to hang constants on.
      inputs.add(renumber(renumbered, graph.inputs().getFirst()));
      values.add(of.inputs().getFirst());
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : kept) {
      List<Value> operands = node.operands().stream().map(renumbered::get).toList();
      List<Value> results = node.results().stream().map(r -> renumber(renumbered, r)).toList();
      nodes.add(new Node(node.op(), operands, results));
    }
    Value result = renumbered.get(output);
    return new RandomGraph(
        new Graph(
            graph.name(), inputs, nodes, List.of(result == null ? inputs.getFirst() : result)),
        values);
  }

  private static Value renumber(Map<Value, Value> renumbered, Value value) {
    Value next = new Value(renumbered.size(), value.type());
    renumbered.put(value, next);
    return next;
  }
}
