package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values of a graph: which node makes them, and which are only another view of the elements of
 * another, in the same order and of the same element type, and so need neither work nor memory.
 *
 * <p>A convolution whose result is read by a transpose alone, which leaves the spatial axes where
 * they are, writes its result in the transpose's order: then that is the view.
 */
final class Values {
  private final List<Value> roots = new ArrayList<>();
  private final List<Integer> producers = new ArrayList<>();
  private final List<Node> nodes;
  private final BitSet views = new BitSet();
  private final BitSet absorbed = new BitSet();

  /** For the results of convolutions where they stand, if not row-major. */
  private final Map<Integer, View> written = new HashMap<>();

  Values(Graph graph) {
    nodes = graph.nodes();
    findViews(graph);
    for (Value input : graph.inputs()) {
      roots.add(input);
      producers.add(-1);
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (Value result : nodes.get(i).results()) {
        roots.add(views.get(i) ? root(nodes.get(i).operands().getFirst()) : result);
        producers.add(i);
      }
    }
    absorb(graph);
  }

  private void findViews(Graph graph) {
    Map<Integer, List<Integer>> readers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (Value operand : nodes.get(i).operands()) {
        readers.computeIfAbsent(operand.id(), v -> new ArrayList<>()).add(i);
      }
    }
    graph
        .outputs()
        .forEach(v -> readers.computeIfAbsent(v.id(), id -> new ArrayList<>()).add(nodes.size()));
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (keepsElements(node)) {
        views.set(i);
      } else if (node.op() instanceof Convolution op) {
        order(op, node, readers);
      }
    }
  }

  /** Lets a convolution write in the order of the transpose that alone reads its result. */
  private void order(Convolution op, Node convolution, Map<Integer, List<Integer>> readers) {
    Value value = convolution.result();
    while (true) {
      List<Integer> of = readers.getOrDefault(value.id(), List.of());
      if (of.size() != 1 || of.getFirst() == nodes.size()) {
        return;
      }
      Node reader = nodes.get(of.getFirst());
      if (reader.op() instanceof Reshape) {
        value = reader.result();
      } else if (reader.op() instanceof Transpose && !keepsElements(reader)) {
        Optional<View> view = View.written(op, convolution, reader);
        if (view.isPresent()) {
          written.put(convolution.result().id(), view.get());
          views.set(of.getFirst());
        }
        return;
      } else {
        return;
      }
    }
  }

  /** Where the result of a convolution stands, [batch, groups, out, ...]. */
  View written(Node convolution) {
    View view = written.get(convolution.result().id());
    Convolution op = (Convolution) convolution.op();
    return view != null
        ? view
        : View.of(convolution.result(), this, View.results(op, convolution).extents());
  }

  /** Finds the movements and conversions that only steps need which read through them. */
  private void absorb(Graph graph) {
    Set<Integer> needed = new HashSet<>();
    graph.outputs().forEach(v -> needed.add(root(v).id()));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      boolean moves =
          node.op() instanceof Transpose
              || node.op() instanceof Reverse
              || node.op() instanceof Slice
              || node.op() instanceof Convert;
      if (isView(i)) {
        continue;
      }
      if (moves && !needed.contains(node.result().id())) {
        absorbed.set(i);
      } else {
        reads(node).forEach(v -> needed.add(v.id()));
      }
    }
  }

  /** Whether no step needs the results of the node of that index in memory. */
  boolean isAbsorbed(int index) {
    return absorbed.get(index);
  }

  /**
   * The values in memory that the step of a node reads, or in the loop itself where it is in one: a
   * loop makes broadcasts and counters anew, and so reads what those are made of.
   */
  List<Value> reads(Node node) {
    if (node.op() instanceof Convolution op) {
      return View.operands(op, node, this).stream().map(View::source).toList();
    }
    if (node.op() instanceof Composite) {
      return AttentionSteps.reads(node, this).stream().map(this::root).toList();
    }
    List<Value> found = new ArrayList<>();
    if (node.op() instanceof Dot) {
      ProductOperand.of(node, this).forEach(operand -> found.add(root(operand.value())));
      return found;
    }
    for (Value operand : node.operands()) {
      Optional<Node> made =
          Fusion.isElementwise(node)
              ? producer(operand).filter(Fusion::isMadeInLoops)
              : Optional.empty();
      if (made.isPresent()) {
        made.get().operands().forEach(source -> found.add(root(source)));
      } else {
        found.add(root(operand));
      }
    }
    return found;
  }

  /** Where the elements stand for a step that reads by strides. */
  View view(Value value) {
    return View.of(value, this, value.type().shape().extents());
  }

  /** The value whose elements these are. */
  Value root(Value value) {
    return roots.get(value.id());
  }

  /** The index of the node that computes the value's elements; -1 for an input. */
  int producerIndex(Value value) {
    return producers.get(root(value).id());
  }

  /** The node that computes the value's elements. */
  Optional<Node> producer(Value value) {
    int index = producerIndex(value);
    return index < 0 ? Optional.empty() : Optional.of(nodes.get(index));
  }

  /** Whether the result of the node of that index is a view of its operand. */
  boolean isView(int index) {
    return views.get(index);
  }

  /** Whether the node's result has the elements of its operand in the same order. */
  private static boolean keepsElements(Node node) {
    if (node.operands().isEmpty()) {
      return false;
    }
    Value from = node.operands().getFirst();
    return switch (node.op()) {
      case Reshape _ -> true;
      case Convert convert -> convert.to() == from.type().dtype();
      case Bitcast bitcast -> bitcast.to() == from.type().dtype();
      case Broadcast _, Slice _ ->
          from.type().shape().size() == node.result().type().shape().size();
      case Transpose transpose -> keepsOrder(transpose, from.type().shape());
      default -> false;
    };
  }

  /** Whether the axes of an extent other than 1 stay in order. */
  private static boolean keepsOrder(Transpose transpose, Shape shape) {
    int last = -1;
    for (int axis : transpose.permutation()) {
      if (shape.extent(axis) != 1) {
        if (axis < last) {
          return false;
        }
        last = axis;
      }
    }
    return true;
  }
}
