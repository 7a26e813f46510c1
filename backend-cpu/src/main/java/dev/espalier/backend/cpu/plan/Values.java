package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The values of a graph: which node makes them, and which are only another view of the elements of
 * another, in the same order and of the same element type, and so need neither work nor memory.
 */
final class Values {
  private final List<Value> roots = new ArrayList<>();
  private final List<Integer> producers = new ArrayList<>();
  private final List<StridedView> views = new ArrayList<>();
  private final Set<Integer> read = new HashSet<>();
  private final List<Node> nodes;

  Values(Graph graph) {
    nodes = graph.nodes();
    for (Value input : graph.inputs()) {
      roots.add(input);
      producers.add(-1);
      views.add(StridedView.itself(input));
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (Value result : nodes.get(i).results()) {
        roots.add(isView(nodes.get(i)) ? root(nodes.get(i).operands().getFirst()) : result);
        producers.add(i);
        views.add(viewOf(nodes.get(i), result));
      }
    }
    graph.outputs().forEach(v -> read.add(root(v).id()));
    for (Node node : nodes.reversed()) {
      if (!isView(node) && !isUnread(node)) {
        reads(node).forEach(v -> read.add(root(v).id()));
      }
    }
  }

  private StridedView viewOf(Node node, Value result) {
    return node.operands().isEmpty()
        ? StridedView.itself(result)
        : view(node.operands().getFirst())
            .through(node)
            .orElseGet(() -> StridedView.itself(result));
  }

  /** Where the elements stand for a step that reads by strides. */
  StridedView view(Value value) {
    return views.get(value.id());
  }

  /** The values that the step of a node reads: its operands, or what they are views of. */
  List<Value> reads(Node node) {
    return node.op() instanceof Composite ? AttentionSteps.reads(node, this) : node.operands();
  }

  /** Whether nothing reads the results, because what would reads the operand by strides. */
  boolean isUnread(Node node) {
    return node.results().stream().noneMatch(v -> read.contains(v.id()));
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

  /** Whether the node's result is a view of its operand. */
  static boolean isView(Node node) {
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
