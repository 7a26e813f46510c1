package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A graph in terms of what the steps can do: composites are replaced by their bodies, but for
 * attention; operations that accumulate 16-bit floats by the same ones in F32 between conversions
 * (those that order booleans in I32, those that factorise matrices in F64); reductions by ones of
 * neighbouring axes; transposes of transposes by one; what takes one element of each row as {@link
 * RowIndices} says; and what no output needs is left out.
 */
final class Lowering {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Integer, Transpose> transposes = new HashMap<>();
  private final Map<Integer, Value> transposed = new HashMap<>();
  private int next;

  private Lowering(int inputs) {
    next = inputs;
  }

  static Graph lower(Graph graph) {
    Lowering lowering = new Lowering(graph.inputs().size());
    List<Value> outputs = lowering.inline(graph, graph.inputs());
    return withoutDead(
        RowIndices.rewritten(
            new Graph(graph.name(), graph.inputs(), List.copyOf(lowering.nodes), outputs)));
  }

  private List<Value> inline(Graph graph, List<Value> arguments) {
    @Nullable Value[] values = new @Nullable Value[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[graph.inputs().get(i).id()] = arguments.get(i);
    }
    for (Node node : graph.nodes()) {
      List<Value> operands = mapped(values, node.operands());
      List<Value> results =
          switch (node.op()) {
            case Composite composite when AttentionSteps.isKnown(composite) ->
                attention(node, graph, operands);
            case Transpose transpose -> List.of(transposed(transpose, operands.getFirst()));
            case Composite composite -> inline(composite.body(), operands);
            default ->
                needsWiderType(node) ? widened(node.op(), operands) : narrowed(node.op(), operands);
          };
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return mapped(values, graph.outputs());
  }

  static List<Value> mapped(@Nullable Value[] values, List<Value> wanted) {
    List<Value> found = new ArrayList<>();
    for (Value value : wanted) {
      Value to = values[value.id()];
      if (to == null) {
        throw new AssertionError("undefined " + value);
      }
      found.add(to);
    }
    return found;
  }

  private List<Value> apply(Op op, List<Value> operands) {
    List<Value> results = new ArrayList<>();
    for (TensorType type : op.infer(operands.stream().map(Value::type).toList())) {
      results.add(new Value(next++, type));
    }
    nodes.add(new Node(op, operands, results));
    return results;
  }

  /** As the operation itself; a reduction of several runs of axes, the innermost run first. */
  private List<Value> narrowed(Op op, List<Value> operands) {
    if (!(op instanceof Reduce(var kind, List<Integer> axes)) || axes.size() < 2) {
      return apply(op, operands);
    }
    List<Value> x = operands;
    List<Integer> left = axes.stream().sorted().toList();
    while (!left.isEmpty()) {
      int from = left.size() - 1;
      while (from > 0 && isRun(x.getFirst().type().shape(), left.get(from - 1), left.get(from))) {
        from--;
      }
      x = apply(new Reduce(kind, left.subList(from, left.size())), x);
      left = left.subList(0, from);
    }
    return x;
  }

  /** Whether nothing but axes of extent 1 stands between two axes. */
  private static boolean isRun(Shape shape, int axis, int next) {
    return shape.slice(axis + 1, next).size() == 1;
  }

  /** One transpose in place of two, or none where they undo each other. */
  private Value transposed(Transpose op, Value operand) {
    Transpose inner = transposes.get(operand.id());
    Value from = transposed.get(operand.id());
    if (inner == null || from == null) {
      Value result = apply(op, List.of(operand)).getFirst();
      transposes.put(result.id(), op);
      transposed.put(result.id(), operand);
      return result;
    }
    Transpose both =
        new Transpose(op.permutation().stream().map(inner.permutation()::get).toList());
    int rank = both.permutation().size();
    return both.permutation().equals(IntStream.range(0, rank).boxed().toList())
        ? from
        : transposed(both, from);
  }

  /** Attention in the type of its logarithms, with results in the order that is wanted of them. */
  private List<Value> attention(Node node, Graph graph, List<Value> operands) {
    DType wide = operands.getFirst().type().dtype();
    wide = isHalf(wide) ? DType.F32 : wide;
    List<Value> wideOperands = new ArrayList<>();
    for (Value operand : operands) {
      wideOperands.add(converted(operand, wide));
    }
    AttentionSteps.Lowered lowered = AttentionSteps.lowered(node, graph, wide);
    List<Value> made = apply(lowered.op(), wideOperands);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      Value result = converted(made.get(i), node.results().get(i).type().dtype());
      Optional<Transpose> order = lowered.orders().get(i);
      results.add(order.isPresent() ? transposed(order.get(), result) : result);
    }
    return results;
  }

  private Value converted(Value value, DType to) {
    return value.type().dtype() == to ? value : apply(new Convert(to), List.of(value)).getFirst();
  }

  private List<Value> widened(Op op, List<Value> operands) {
    if (op instanceof Iota iota) {
      Iota counted = new Iota(iota.type().withDType(DType.I32), iota.axis());
      return apply(new Convert(iota.type().dtype()), apply(counted, List.of()));
    }
    List<Value> wide = new ArrayList<>();
    for (Value operand : operands) {
      DType wider = wider(op, operand.type().dtype());
      wide.add(
          wider == operand.type().dtype()
              ? operand
              : apply(new Convert(wider), List.of(operand)).getFirst());
    }
    List<TensorType> types = op.infer(operands.stream().map(Value::type).toList());
    List<Value> wideResults = narrowed(op, wide);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      Value result = wideResults.get(i);
      DType wanted = types.get(i).dtype();
      results.add(
          result.type().dtype() == wanted
              ? result
              : apply(new Convert(wanted), List.of(result)).getFirst());
    }
    return results;
  }

  private static boolean isHalf(DType dtype) {
    return dtype == DType.BF16 || dtype == DType.F16;
  }

  private static boolean needsWiderType(Node node) {
    return node.op() instanceof Iota iota
        ? isHalf(iota.type().dtype())
        : node.operands().stream()
            .map(v -> v.type().dtype())
            .anyMatch(dtype -> wider(node.op(), dtype) != dtype);
  }

  /** The element type in which an operation is carried out on operands of a type. */
  private static DType wider(Op op, DType dtype) {
    return switch (op) {
      case ArgMax _, Sort _, TopK _ ->
          isHalf(dtype) ? DType.F32 : dtype == DType.BOOL ? DType.I32 : dtype;
      case Convolution _, Cumulative _, Dot _, Reduce _, ScatterAdd _ ->
          isHalf(dtype) ? DType.F32 : dtype;
      case Cholesky _, Eigh _, Qr _, Svd _, TriangularSolve _ -> DType.F64;
      default -> dtype;
    };
  }

  private static Graph withoutDead(Graph graph) {
    Set<Integer> live = new HashSet<>();
    graph.outputs().forEach(v -> live.add(v.id()));
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.results().stream().anyMatch(v -> live.contains(v.id()))) {
        node.operands().forEach(v -> live.add(v.id()));
        kept.add(node);
      }
    }
    Lowering renumbered = new Lowering(graph.inputs().size());
    @Nullable Value[] values = new @Nullable Value[graph.valueCount()];
    graph.inputs().forEach(v -> values[v.id()] = v);
    for (Node node : kept.reversed()) {
      List<Value> results = renumbered.apply(node.op(), mapped(values, node.operands()));
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return new Graph(
        graph.name(), graph.inputs(), renumbered.nodes, mapped(values, graph.outputs()));
  }
}
