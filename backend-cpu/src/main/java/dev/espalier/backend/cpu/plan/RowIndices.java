package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.Reductions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites what takes or adds one element of each row of [rows, width], by an index for each row,
 * so that loops over rows can do it. No bit changes.
 *
 * <ul>
 *   <li>{@code scatter_add(x, index, u)} is {@code select(column == index, x + u, x)}: never made
 *       where a loop reads it.
 *   <li>{@code sum(scatter_add(0, index, u))} along the rows is u where the index is inside, else
 *       0: in whatever order it is added to zeros.
 *   <li>{@code gather(x - r, index)} is {@code gather(x, index) - r}, r being one for each row, and
 *       so with quotients: the rows of what is only read there are not computed. An index outside
 *       gives NaN as the left operand, whose bits both keep.
 * </ul>
 */
final class RowIndices {
  /** Up to here a float is every integer. */
  private static final int EXACT_FLOATS = 1 << 24;

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Integer, Node> producers = new HashMap<>();
  private final Map<Integer, Integer> readers = new HashMap<>();

  /** What rows hold that are 0 but for one element. */
  private final Map<Integer, Single> singles = new HashMap<>();

  private int next;

  /**
   * Rows that are 0 but for one element.
   *
   * @param width the elements of a row
   * @param index where it is, as a float, one for each row
   * @param element its value, one for each row
   * @param negated whether the rows are of the opposite sign
   */
  private record Single(int width, Value index, Value element, boolean negated) {}

  private RowIndices(int inputs) {
    next = inputs;
  }

  /** Whether a gather or scatter-add has one index for each of several rows of several elements. */
  static boolean isOneOfEachRow(Node node) {
    return switch (node.op()) {
      case Gather(int axis, int batch) -> isOneOfEachRow(node, axis, batch);
      case ScatterAdd(int axis, int batch) -> isOneOfEachRow(node, axis, batch);
      default -> false;
    };
  }

  private static boolean isOneOfEachRow(Node node, int axis, int batch) {
    Shape x = node.operands().get(0).type().shape();
    Shape indices = node.operands().get(1).type().shape();
    int rows = x.slice(0, batch).size();
    int width = x.extent(axis);
    return rows > 1 && width > 1 && x.size() == rows * width && indices.size() == rows;
  }

  /** The elements of a row of an operand that {@link #isOneOfEachRow}. */
  static int width(Node node) {
    return node.operands().get(0).type().shape().size()
        / node.operands().get(1).type().shape().size();
  }

  static Graph rewritten(Graph graph) {
    if (graph.nodes().stream().noneMatch(RowIndices::isOneOfEachRow)) {
      return graph;
    }
    RowIndices rewriting = new RowIndices(graph.inputs().size());
    @Nullable Value[] values = new @Nullable Value[graph.valueCount()];
    graph.inputs().forEach(v -> values[v.id()] = v);
    for (Node node : graph.nodes()) {
      node.operands().forEach(v -> rewriting.readers.merge(v.id(), 1, Integer::sum));
    }
    graph.outputs().forEach(v -> rewriting.readers.merge(v.id(), 1, Integer::sum));
    for (Node node : graph.nodes()) {
      List<Value> operands = Lowering.mapped(values, node.operands());
      List<Value> results = rewriting.rewritten(node, operands);
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return new Graph(
        graph.name(), graph.inputs(), rewriting.nodes, Lowering.mapped(values, graph.outputs()));
  }

  private List<Value> rewritten(Node node, List<Value> operands) {
    if (operands.isEmpty()) {
      return apply(node.op(), operands);
    }
    Value x = operands.getFirst();
    return switch (node.op()) {
      case Gather _
          when isOneOfEachRow(node)
              && x.type().dtype().isFloat()
              && readers.getOrDefault(node.operands().getFirst().id(), 0) == 1 ->
          List.of(reshaped(gathered(x, operands.get(1)), node.result().type().shape()));
      case ScatterAdd _ when isOneOfEachRow(node) && countsIn(x.type().dtype(), width(node)) ->
          List.of(scattered(x, operands.get(1), operands.get(2)));
      case Reduce(var kind, _) when kind == Reduce.Kind.SUM && singles.containsKey(x.id()) ->
          sum((Reduce) node.op(), x, singles.get(x.id()));
      default -> {
        List<Value> results = apply(node.op(), operands);
        Single single = singles.get(x.id());
        if (single != null && node.op() instanceof Unary(var kind) && kind == Unary.Kind.NEG) {
          singles.put(
              results.getFirst().id(),
              new Single(single.width(), single.index(), single.element(), !single.negated()));
        }
        yield results;
      }
    };
  }

  /** Whether a type has all indices of a row, and a kernel may compare them. */
  private static boolean countsIn(DType dtype, int width) {
    return dtype == DType.F64 || (dtype == DType.F32 && width <= EXACT_FLOATS);
  }

  /** The elements at the indices, [rows]. */
  private Value gathered(Value x, Value indices) {
    int rows = indices.type().shape().size();
    Node made = producers.get(x.id());
    if (made != null && made.op() instanceof Reshape) {
      return gathered(made.operands().getFirst(), indices);
    }
    if (made != null
        && made.op() instanceof Binary(var kind)
        && (kind == Binary.Kind.SUB || kind == Binary.Kind.DIV)) {
      Optional<Value> right = ofRows(made.operands().get(1), rows);
      if (right.isPresent()) {
        return one(made.op(), gathered(made.operands().get(0), indices), right.get());
      }
    }
    int width = x.type().shape().size() / rows;
    return reshaped(
        one(new Gather(1, 1), reshaped(x, rows, width), reshaped(indices, rows, 1)), rows);
  }

  /** What rows repeat, [rows]. */
  private Optional<Value> ofRows(Value x, int rows) {
    Node made = producers.get(x.id());
    if (made == null) {
      return Optional.empty();
    }
    Value from = made.operands().isEmpty() ? x : made.operands().getFirst();
    return switch (made.op()) {
      case Reshape _ -> ofRows(from, rows);
      case Broadcast _ when from.type().shape().size() == 1 -> Optional.of(spread(from, rows));
      case Broadcast op
          when from.type().shape().size() == rows
              && BroadcastPattern.of(op, from.type().shape())
                  .fillsRows(x.type().shape().size() / rows) ->
          Optional.of(reshaped(from, rows));
      default -> Optional.empty();
    };
  }

  private Value scattered(Value x, Value indices, Value updates) {
    DType dtype = x.type().dtype();
    int rows = indices.type().shape().size();
    int width = x.type().shape().size() / rows;
    Value columns = one(new Constant(counted(dtype, width)));
    Value index = one(new Convert(dtype), reshaped(indices, rows));
    Value at =
        one(
            new Compare(Compare.Kind.EQ),
            along(columns, rows, width, 1),
            along(index, rows, width, 0));
    Value u = reshaped(updates, rows);
    Optional<Value> filling = filling(x);
    if (filling.isEmpty()) {
      Value all = reshaped(x, rows, width);
      Value sums = one(new Binary(Binary.Kind.ADD), all, along(u, rows, width, 0));
      return reshaped(one(new Select(), at, sums, all), x.type().shape());
    }
    Value filled = filling.get();
    Value element = one(new Binary(Binary.Kind.ADD), spread(filled, rows), u);
    Value all = one(new Select(), at, along(element, rows, width, 0), spread(filled, rows, width));
    Value result = reshaped(all, x.type().shape());
    if (isZero(filled)) {
      singles.put(result.id(), new Single(width, index, element, false));
    }
    return result;
  }

  /** The only element of which a value is a repetition. */
  private Optional<Value> filling(Value x) {
    Node made = producers.get(x.id());
    return made != null
            && made.op() instanceof Broadcast
            && made.operands().getFirst().type().shape().size() == 1
        ? Optional.of(made.operands().getFirst())
        : Optional.empty();
  }

  private boolean isZero(Value value) {
    Node made = producers.get(value.id());
    return made != null && made.op() instanceof Constant(NdArray held) && held.getDouble(0) == 0;
  }

  private List<Value> sum(Reduce op, Value x, Single rows) {
    Reductions.Extents extents = ReduceSteps.extents(op, x.type().shape());
    if (extents.inner() != 1 || extents.length() != rows.width()) {
      return apply(op, List.of(x));
    }
    DType dtype = x.type().dtype();
    int count = extents.outer();
    Value zero = spread(one(new Constant(NdArray.scalar(dtype, 0))), count);
    Value last = spread(one(new Constant(NdArray.scalar(dtype, rows.width() - 1))), count);
    Value inside =
        one(
            new Binary(Binary.Kind.AND),
            one(new Compare(Compare.Kind.GE), rows.index(), zero),
            one(new Compare(Compare.Kind.LE), rows.index(), last));
    Value element =
        rows.negated() ? one(new Unary(Unary.Kind.NEG), rows.element()) : rows.element();
    // Added to 0 as it would be in the row: -0 becomes 0.
    Value sum = one(new Binary(Binary.Kind.ADD), zero, element);
    Value result = one(new Select(), inside, sum, zero);
    return List.of(reshaped(result, op.infer(List.of(x.type())).getFirst().shape()));
  }

  private static NdArray counted(DType dtype, int width) {
    double[] columns = new double[width];
    for (int i = 0; i < width; i++) {
      columns[i] = i;
    }
    return NdArray.of(columns, width).convert(dtype);
  }

  private Value along(Value x, int rows, int width, int axis) {
    return one(new Broadcast(Shape.of(rows, width), List.of(axis)), x);
  }

  /** An only element in every place. */
  private Value spread(Value x, int... extents) {
    return one(new Broadcast(Shape.of(extents), List.of()), reshaped(x));
  }

  private Value reshaped(Value x, int... extents) {
    return reshaped(x, Shape.of(extents));
  }

  private Value reshaped(Value x, Shape shape) {
    return x.type().shape().equals(shape) ? x : one(new Reshape(shape), x);
  }

  private Value one(Op op, Value... operands) {
    return apply(op, List.of(operands)).getFirst();
  }

  private List<Value> apply(Op op, List<Value> operands) {
    List<Value> results = new ArrayList<>();
    for (TensorType type : op.infer(operands.stream().map(Value::type).toList())) {
      results.add(new Value(next++, type));
    }
    Node node = new Node(op, operands, results);
    nodes.add(node);
    results.forEach(v -> producers.put(v.id(), node));
    return results;
  }
}
