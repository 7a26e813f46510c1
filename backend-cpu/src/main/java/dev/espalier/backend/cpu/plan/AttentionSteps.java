package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.AttentionBackwardStep;
import dev.espalier.backend.cpu.run.AttentionStep;
import dev.espalier.backend.cpu.run.AttentionStep.Vectors;
import dev.espalier.backend.cpu.run.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attention and its derivative. Their operands are read where they stand, as parts of larger arrays
 * in any order of the axes; their results are written in the order of axes in which they are used.
 */
final class AttentionSteps {
  /** The operands that are vectors: q, k, v, and of the derivative also o and o'. */
  private static final List<Integer> VECTORS = List.of(0, 1, 2, 3, 5);

  private AttentionSteps() {}

  static boolean isKnown(Composite composite) {
    return CausalAttention.isForward(composite) || CausalAttention.isBackward(composite);
  }

  /**
   * Attention as a step does it.
   *
   * @param op a composite whose results have the axes in the order in which they are used
   * @param orders for each result the transpose that makes of it what it was
   */
  record Lowered(Composite op, List<Optional<Transpose>> orders) {}

  /** What a node is lowered to, in an element type that is computed with. */
  static Lowered lowered(Node node, Graph graph, DType dtype) {
    Composite op = (Composite) node.op();
    boolean forward = CausalAttention.isForward(op);
    List<TensorType> types = node.operands().stream().map(v -> v.type().withDType(dtype)).toList();
    List<Optional<Transpose>> orders = node.results().stream().map(v -> order(v, graph)).toList();
    Graph body =
        Graph.trace(
            op.name(),
            types,
            in -> {
              List<Tensor> made = new ArrayList<>();
              if (forward) {
                CausalAttention.Attended attended =
                    CausalAttention.apply(in.get(0), in.get(1), in.get(2));
                made.add(attended.output());
                made.add(attended.logSums());
              } else {
                made.addAll(CausalAttention.applyBackward(in));
              }
              for (int i = 0; i < made.size(); i++) {
                if (orders.get(i).isPresent()) {
                  Tensor result = made.get(i);
                  made.set(i, result.apply(orders.get(i).get(), List.of(result)).getFirst());
                }
              }
              return made;
            });
    return new Lowered(new Composite(op.name(), body, new Composite.OfBody()), orders);
  }

  /** The exchange of positions and heads, where the result is used in that order. */
  private static Optional<Transpose> order(Value result, Graph graph) {
    return graph.nodes().stream()
        .filter(node -> node.operands().contains(result))
        .map(Node::op)
        .filter(op -> op instanceof Transpose transpose && exchanges(transpose.permutation()))
        .map(op -> (Transpose) op)
        .findFirst();
  }

  /** Whether the last axis but one and the one before it are exchanged, and no others. */
  private static boolean exchanges(List<Integer> permutation) {
    int rank = permutation.size();
    boolean exchanges = rank >= 3;
    for (int axis = 0; axis < rank; axis++) {
      int wanted = axis == rank - 3 ? rank - 2 : axis == rank - 2 ? rank - 3 : axis;
      exchanges &= permutation.get(axis) == wanted;
    }
    return exchanges;
  }

  /** What a step reads: of vectors whose elements are adjacent what they are views of. */
  static List<Value> reads(Node node, Values values) {
    List<Value> reads = new ArrayList<>(node.operands());
    for (int i : VECTORS) {
      if (i < reads.size()) {
        reads.set(i, view(reads.get(i), values.view(reads.get(i))).source());
      }
    }
    return reads;
  }

  private static View view(Value value, View view) {
    boolean adjacent = view.strides().getLast() == 1 || value.type().shape().extent(-1) == 1;
    return adjacent ? view : View.itself(value);
  }

  static Step build(Composite op, Node node, StepFactory.Site site) {
    Shape shape = node.operands().getFirst().type().shape();
    ArrayKind arrays = ArrayKind.of(node.operands().getFirst().type().dtype());
    List<Vectors> in = new ArrayList<>();
    for (int i : VECTORS) {
      if (i < node.operands().size()) {
        Value value = node.operands().get(i);
        in.add(vectors(value.type().shape(), view(value, site.view(value)), site));
      }
    }
    int time = shape.extent(-2);
    int features = shape.extent(-1);
    if (in.size() == 3) {
      return new AttentionStep(
          arrays,
          time,
          features,
          in.get(0),
          in.get(1),
          in.get(2),
          result(op, node, 0, site),
          site.slot(node.results().get(1)));
    }
    List<Vectors> out = new ArrayList<>();
    for (int i = 0; i < node.results().size(); i++) {
      out.add(result(op, node, i, site));
    }
    int parts =
        AttentionBackwardStep.partsSize(arrays, in.getFirst().heads().size(), time, features);
    return new AttentionBackwardStep(
        arrays,
        time,
        features,
        in,
        site.slot(node.operands().get(4)),
        site.slot(node.operands().get(6)),
        out,
        site.workspace(arrays, parts),
        in.getFirst().heads().stream().map(head -> site.kept()).toList());
  }

  /** A result, whose axes the body may have exchanged last. */
  private static Vectors result(Composite op, Node node, int index, StepFactory.Site site) {
    Value value = node.results().get(index);
    View view = View.itself(value);
    Shape shape = value.type().shape();
    Value made = op.body().outputs().get(index);
    for (Node inner : op.body().nodes()) {
      if (inner.op() instanceof Transpose && inner.result().equals(made)) {
        // An exchange is its own inverse.
        view = view.transposed(((Transpose) inner.op()).permutation());
        shape = inner.operands().getFirst().type().shape();
      }
    }
    return vectors(shape, view, site);
  }

  private static Vectors vectors(Shape shape, View view, StepFactory.Site site) {
    int rank = shape.rank();
    List<Integer> heads = List.of(view.offset());
    for (int axis = 0; axis < rank - 2; axis++) {
      List<Integer> longer = new ArrayList<>();
      for (int head : heads) {
        for (int i = 0; i < shape.extent(axis); i++) {
          longer.add(head + i * view.strides().get(axis));
        }
      }
      heads = longer;
    }
    List<Integer> kept = heads.stream().map(head -> site.kept()).toList();
    return new Vectors(site.slot(view.source()), heads, view.strides().get(rank - 2), kept);
  }
}
