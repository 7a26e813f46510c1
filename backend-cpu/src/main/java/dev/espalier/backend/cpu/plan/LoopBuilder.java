package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Conversion;
import dev.espalier.backend.cpu.run.Elementwise;
import dev.espalier.backend.cpu.run.Elementwise.Form;
import dev.espalier.backend.cpu.run.FusedLoop;
import dev.espalier.backend.cpu.run.Loads;
import dev.espalier.backend.cpu.run.LoopShape;
import dev.espalier.backend.cpu.run.RowOps;
import dev.espalier.backend.cpu.run.Totals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The loop of a cluster. 16-bit floats are computed in F32 and rounded after each operation; a
 * value of one element that is repeated comes as a scalar where the kernel has such a form.
 */
final class LoopBuilder {
  /** Shorter rows are not worth a loop of their own. */
  private static final int LEAST_WIDTH = 32;

  private final Values values;
  private final StepFactory.Site site;
  private final Set<Integer> written;
  private final LoopShape shape;
  private final Registers registers;
  private final List<FusedLoop.Total> totals = new ArrayList<>();

  /** For each value its register in the storage of its type. */
  private final Map<Integer, Integer> stored = new HashMap<>();

  /** For values of 16-bit floats a register in F32. */
  private final Map<Integer, Integer> wide = new HashMap<>();

  /** For each repeated value of one element the register that does not move. */
  private final Map<Integer, Integer> scalars = new HashMap<>();

  private LoopBuilder(
      LoopShape shape,
      Values values,
      StepFactory.Site site,
      Kernels kernels,
      Set<Integer> written) {
    this.values = values;
    this.site = site;
    this.written = written;
    this.shape = shape;
    this.registers = new Registers(shape, kernels);
  }

  /**
   * The elements of a row: where the nodes leave it open, such that what is repeated is repeated
   * along rows or columns.
   */
  static int width(Cluster cluster, List<Node> nodes, Values values) {
    if (cluster.width() > 0) {
      return cluster.width();
    }
    for (Node node : nodes) {
      for (Value operand : node.operands()) {
        Optional<Node> made = values.producer(operand).filter(p -> p.op() instanceof Broadcast);
        if (made.isPresent()) {
          BroadcastPattern pattern =
              BroadcastPattern.of(
                  (Broadcast) made.get().op(), made.get().operands().getFirst().type().shape());
          int last = pattern.extents().isEmpty() ? 0 : pattern.extents().getLast();
          if (pattern.extents().size() == 2 && last >= LEAST_WIDTH) {
            return last;
          }
        }
      }
    }
    return 1;
  }

  private static LoopShape.Work work(Cluster cluster, List<Node> nodes) {
    if (nodes.stream().allMatch(node -> node.op() instanceof Reduce)) {
      return LoopShape.Work.NOTHING_ELSE;
    }
    return cluster.reduces() ? LoopShape.Work.REDUCTIONS : LoopShape.Work.ELEMENTS;
  }

  /**
   * Builds the loop.
   *
   * @param all the graph's nodes
   * @param site where values in memory are
   * @param kernels where kernels for pieces of the loop come from
   * @param written the ids of the values that the loop leaves in memory
   */
  static Registers.Loop build(
      Cluster cluster,
      List<Node> all,
      Values values,
      StepFactory.Site site,
      Kernels kernels,
      Set<Integer> written) {
    List<Node> nodes = cluster.nodes(all);
    LoopShape shape =
        LoopShape.of(cluster.count(), width(cluster, nodes, values), work(cluster, nodes));
    LoopBuilder builder = new LoopBuilder(shape, values, site, kernels, written);
    cluster.members().stream().forEach(i -> builder.emit(all.get(i), cluster.role(i)));
    String text =
        nodes.stream().map(n -> n.op().name()).collect(Collectors.joining(" "))
            + " -> "
            + nodes.stream()
                .map(Node::result)
                .filter(v -> written.contains(v.id()))
                .map(v -> v + "@" + site.slot(v))
                .collect(Collectors.joining(", "));
    return builder.registers.loop(builder.totals, text);
  }

  private void emit(Node node, Cluster.Role role) {
    switch (node.op()) {
      case Reduce op -> reduce(op, node, role);
      case Gather _ -> choose(node);
      default -> elementwise(node, role == Cluster.Role.ROW);
    }
  }

  private void choose(Node node) {
    Value operand = node.operands().getFirst();
    int x = storage(operand, false);
    int index = storage(node.operands().get(1), true);
    int z = resultStorage(node.result(), true);
    Object invalid = StepFactory.invalid(operand.type().dtype());
    registers.emit(new RowOps.Choice(shape.width(), invalid, x, index, z), false, z, x, index);
  }

  private void reduce(Reduce op, Node node, Cluster.Role role) {
    Value operand = node.operands().getFirst();
    ArrayKind arrays = ArrayKind.of(operand.type().dtype());
    int x = storage(operand, false);
    if (role == Cluster.Role.ROW) {
      int z = resultStorage(node.result(), true);
      registers.emit(new RowOps.Reduction(op.kind(), arrays, shape.width(), x, z), false, z, x);
      return;
    }
    int result = site.slot(node.result());
    switch (LoopReduction.of(node).orElseThrow().along()) {
      case ROW -> throw new AssertionError(node);
      case ALL -> {
        int slot = site.workspace(ArrayKind.DOUBLES, shape.blocks());
        int parts = registers.fixed(slot);
        registers.emit(new Totals.OfBlock(op.kind(), arrays, x, parts), false, parts, x);
        totals.add(new Totals.OfParts(op.kind(), arrays, 1, shape.blocks(), slot, result));
      }
      case WIDE_ROW -> {
        int slot = site.workspace(ArrayKind.DOUBLES, shape.rows() * shape.cuts());
        int parts = registers.fixed(slot);
        registers.emit(new Totals.OfWideRows(op.kind(), arrays, shape, x, parts), false, parts, x);
        totals.add(new Totals.OfParts(op.kind(), arrays, shape.rows(), shape.cuts(), slot, result));
      }
      case COLUMNS -> {
        int length = shape.groups() * shape.chains() * shape.width();
        int slot = shape.isOnePart() ? result : site.workspace(arrays, length);
        int parts = registers.columns(slot);
        registers.emit(new Totals.OfColumns(op.kind(), arrays, shape, x, parts), false, parts, x);
        if (!shape.isOnePart()) {
          totals.add(new Totals.Columns(op.kind(), shape, slot, result));
        }
      }
    }
  }

  private void elementwise(Node node, boolean ofRow) {
    Value result = node.result();
    switch (node.op()) {
      case Unary(var kind) -> {
        int x = block(node.operands().getFirst(), ofRow);
        compute(result, ofRow, z -> new Elementwise.UnaryOp(kind, arrays(result), x, z), x);
      }
      case Polygamma(int order) -> {
        int x = block(node.operands().getFirst(), ofRow);
        compute(result, ofRow, z -> new Elementwise.PolygammaOp(order, arrays(result), x, z), x);
      }
      case Binary(var kind) -> {
        Pair p = pair(node.operands().get(0), node.operands().get(1), ofRow);
        compute(
            result,
            ofRow,
            z -> new Elementwise.BinaryOp(kind, arrays(result), p.form(), p.x(), p.y(), z),
            p.x(),
            p.y());
      }
      case Compare(var kind) -> {
        Pair p = pair(node.operands().get(0), node.operands().get(1), ofRow);
        ArrayKind from = arrays(node.operands().getFirst());
        compute(
            result,
            ofRow,
            z -> new Elementwise.CompareOp(kind, from, p.form(), p.x(), p.y(), z),
            p.x(),
            p.y());
      }
      case Select _ -> {
        int c = block(node.operands().get(0), ofRow);
        Pair p = pair(node.operands().get(1), node.operands().get(2), ofRow);
        compute(
            result,
            ofRow,
            z -> new Elementwise.SelectOp(arrays(result), p.form(), c, p.x(), p.y(), z),
            c,
            p.x(),
            p.y());
      }
      case Convert(DType to) -> {
        Value from = node.operands().getFirst();
        int x = storage(from, ofRow);
        int z = resultStorage(result, ofRow);
        registers.emit(new Conversion(from.type().dtype(), to, x, z), ofRow, z, x);
      }
      case Bitcast(DType to) -> {
        Value from = node.operands().getFirst();
        int x = storage(from, ofRow);
        int z = resultStorage(result, ofRow);
        registers.emit(new Elementwise.BitcastOp(from.type().dtype(), to, x, z), ofRow, z, x);
      }
      case Broadcast _, Iota _ -> make(node, resultStorage(result, ofRow), ofRow);
      default -> throw new AssertionError(node.op());
    }
  }

  /** Emits an operation that computes in {@link #arrays}, and the rounding of its result. */
  private void compute(Value result, boolean ofRow, IntFunction<BlockOp> op, int... reads) {
    if (!isHalf(result)) {
      int z = resultStorage(result, ofRow);
      registers.emit(op.apply(z), ofRow, z, reads);
      return;
    }
    int exact = registers.temporary(ArrayKind.FLOATS);
    registers.emit(op.apply(exact), ofRow, exact, reads);
    int z = resultStorage(result, ofRow);
    registers.emit(new Conversion(DType.F32, result.type().dtype(), exact, z), ofRow, z, exact);
  }

  private int resultStorage(Value result, boolean ofRow) {
    int register =
        written.contains(result.id())
            ? registers.stream(site.slot(result), ofRow)
            : registers.temporary(ArrayKind.of(result.type().dtype()));
    stored.put(result.id(), register);
    return register;
  }

  private record Pair(Form form, int x, int y) {}

  private Pair pair(Value x, Value y, boolean ofRow) {
    boolean hasForms = !isHalf(x) && x.type().dtype() != DType.BOOL;
    Optional<Integer> right = hasForms ? scalar(y) : Optional.empty();
    if (right.isPresent()) {
      return new Pair(Form.RIGHT_SCALAR, block(x, ofRow), right.get());
    }
    Optional<Integer> left = hasForms ? scalar(x) : Optional.empty();
    return left.isPresent()
        ? new Pair(Form.LEFT_SCALAR, left.get(), block(y, ofRow))
        : new Pair(Form.BLOCKS, block(x, ofRow), block(y, ofRow));
  }

  /** The register of the only element of which the value is a repetition. */
  private Optional<Integer> scalar(Value value) {
    Value root = values.root(value);
    if (stored.containsKey(root.id())) {
      return Optional.empty();
    }
    return values
        .producer(root)
        .filter(
            p -> p.op() instanceof Broadcast && p.operands().getFirst().type().shape().size() == 1)
        .map(p ->
            scalars.computeIfAbsent(
                root.id(), id -> registers.fixed(memory(p.operands().getFirst()))));
  }

  /** A register with a block of the value, in which operations compute: F32 for 16-bit floats. */
  private int block(Value value, boolean ofRow) {
    int register = storage(value, ofRow);
    if (!isHalf(value)) {
      return register;
    }
    return wide.computeIfAbsent(
        values.root(value).id(),
        id -> {
          int z = registers.temporary(ArrayKind.FLOATS);
          registers.emit(
              new Conversion(value.type().dtype(), DType.F32, register, z), ofRow, z, register);
          return z;
        });
  }

  /** A register with a block of the value in the storage of its type. */
  private int storage(Value value, boolean ofRow) {
    Value root = values.root(value);
    Integer known = stored.get(root.id());
    if (known != null) {
      return known;
    }
    Optional<Node> made = values.producer(root).filter(Fusion::isMadeInLoops);
    int register;
    if (made.isPresent()) {
      register = registers.temporary(ArrayKind.of(root.type().dtype()));
      make(made.get(), register, ofRow);
    } else {
      register = registers.stream(memory(root), ofRow);
    }
    stored.put(root.id(), register);
    return register;
  }

  private void make(Node node, int z, boolean ofRow) {
    switch (node.op()) {
      case Iota(var type, int axis) -> {
        int inner = type.shape().slice(axis + 1, type.shape().rank()).size();
        registers.emit(
            new Loads.Counter(type.dtype(), inner, type.shape().extent(axis), z), ofRow, z);
      }
      case Broadcast op -> {
        Value from = node.operands().getFirst();
        ArrayKind arrays = ArrayKind.of(from.type().dtype());
        BroadcastPattern pattern = BroadcastPattern.of(op, from.type().shape());
        if (!ofRow && pattern.fillsRows(shape.width())) {
          int x = storage(from, true);
          registers.emit(new RowOps.Spread(arrays, shape.width(), x, z), false, z, x);
          return;
        }
        if (!ofRow && pattern.isRow(shape.width())) {
          int x = registers.columns(memory(from));
          registers.emit(new RowOps.Repeat(arrays, shape.width(), x, z), false, z, x);
          return;
        }
        int x = registers.fixed(memory(from));
        registers.emit(
            from.type().shape().size() == 1
                ? new Loads.Fill(arrays, x, z)
                : new Loads.Broadcasted(arrays, x, z, pattern.extents(), pattern.strides()),
            ofRow,
            z,
            x);
      }
      default -> throw new AssertionError(node.op());
    }
  }

  private int memory(Value value) {
    return site.slot(value);
  }

  private static ArrayKind arrays(Value value) {
    return isHalf(value) ? ArrayKind.FLOATS : ArrayKind.of(value.type().dtype());
  }

  private static boolean isHalf(Value value) {
    return value.type().dtype() == DType.BF16 || value.type().dtype() == DType.F16;
  }
}
