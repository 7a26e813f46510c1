package dev.espalier.engine;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A function of one value, element by element: {@code y = f(x)} made of several operations, none of
 * whose other results is needed elsewhere. Its reverse rule is {@code x' = y' f'(x)} with {@code
 * f'} by the forward rules, so that of all that the operations leave behind only {@code f'(x)} is
 * kept for the way back: for the exact GELU one array in place of three.
 *
 * <p>Only where x is used on several ways; along a single one the operations' own rules keep no
 * more.
 *
 * @param source x
 * @param nodes the operations in order, of which the last makes y
 */
record Pointwise(Value source, List<Node> nodes) {
  Pointwise {
    nodes = List.copyOf(nodes);
  }

  /** The operation that makes y. */
  Node last() {
    return nodes.getLast();
  }

  /**
   * The functions in a graph.
   *
   * @param active which values may have a derivative
   */
  static List<Pointwise> in(Graph graph, boolean[] active) {
    Map<Value, Value> sources = new HashMap<>();
    Map<Value, List<Node>> members = new LinkedHashMap<>();
    Set<Value> used = new HashSet<>();
    Set<Value> shared = new HashSet<>();
    Map<Value, Set<Value>> leaving = new HashMap<>();
    for (Node node : graph.nodes()) {
      Optional<Value> source = source(node, active, sources);
      for (Value operand : node.operands()) {
        if (!active[operand.id()]) {
          continue;
        }
        Value from = sources.getOrDefault(operand, operand);
        if (source.isEmpty()) {
          leaves(operand, from, leaving);
        } else if (!used.add(operand)) {
          shared.add(from);
        }
      }
      source.ifPresent(from -> {
        sources.put(node.result(), from);
        members.computeIfAbsent(from, _ -> new ArrayList<>()).add(node);
      });
    }
    for (Value output : graph.outputs()) {
      if (active[output.id()]) {
        leaves(output, sources.getOrDefault(output, output), leaving);
      }
    }
    List<Pointwise> found = new ArrayList<>();
    members.forEach((source, nodes) -> {
      Set<Value> out = leaving.getOrDefault(source, Set.of());
      if (shared.contains(source) && out.size() == 1) {
        List<Node> needed = needed(nodes, out.iterator().next());
        if (needed.size() > 1) {
          found.add(new Pointwise(source, needed));
        }
      }
    });
    return found;
  }

  private static void leaves(Value value, Value source, Map<Value, Set<Value>> leaving) {
    if (!value.equals(source)) {
      leaving.computeIfAbsent(source, _ -> new HashSet<>()).add(value);
    }
  }

  /** What the result of an operation is a function of, element by element. */
  private static Optional<Value> source(Node node, boolean[] active, Map<Value, Value> sources) {
    boolean elementwise =
        switch (node.op()) {
          case Unary _, Binary _, Select _, Polygamma _ -> active[node.result().id()];
          default -> false;
        };
    if (!elementwise) {
      return Optional.empty();
    }
    Set<Value> of = new HashSet<>();
    for (Value operand : node.operands()) {
      if (active[operand.id()]) {
        of.add(sources.getOrDefault(operand, operand));
      }
    }
    return of.size() == 1 ? Optional.of(of.iterator().next()) : Optional.empty();
  }

  /** The operations that a value depends on, in order. */
  private static List<Node> needed(List<Node> nodes, Value result) {
    Set<Value> wanted = new HashSet<>(Set.of(result));
    List<Node> needed = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      if (wanted.contains(node.result())) {
        wanted.addAll(node.operands());
        needed.addFirst(node);
      }
    }
    return needed;
  }

  /**
   * The derivative of y.
   *
   * @param values the graph's, by id
   */
  Tensor derivative(Tensor[] values, boolean[] active) {
    Map<Value, Tensor> tangents = new HashMap<>();
    tangents.put(source, values[source.id()].onesLike());
    for (Node node : nodes) {
      List<Tensor> operands = node.operands().stream().map(v -> values[v.id()]).toList();
      Tensor z = values[node.result().id()];
      @Nullable Tensor sum = null;
      for (int i = 0; i < operands.size(); i++) {
        Tensor tangent = tangents.get(node.operands().get(i));
        if (tangent == null || !active[node.operands().get(i).id()]) {
          continue;
        }
        Optional<UnaryOperator<Tensor>> partial =
            ElementwiseDerivatives.partial(node.op(), operands, z, i, /* forward= */ true);
        if (partial.isPresent()) {
          sum = Tensors.plus(sum, partial.get().apply(tangent));
        }
      }
      if (sum != null) {
        tangents.put(node.result(), sum);
      }
    }
    Tensor derivative = tangents.get(last().result());
    return derivative == null ? values[source.id()].zerosLike() : derivative;
  }
}
