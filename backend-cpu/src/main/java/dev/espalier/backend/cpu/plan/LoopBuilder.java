package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Conversion;
import dev.espalier.backend.cpu.run.Elementwise;
import dev.espalier.backend.cpu.run.Elementwise.Form;
import dev.espalier.backend.cpu.run.FusedLoop;
import dev.espalier.backend.cpu.run.Loads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The loop of a cluster. 16-bit floats are computed in F32 and rounded after each operation; a
 * value of one element that is repeated comes as a scalar where the kernel has such a form.
 */
final class LoopBuilder {
  private final Values values;
  private final ToIntFunction<Value> slotOf;
  private final Set<Integer> written;
  private final Registers registers = new Registers();

  /** For each value its register in the storage of its type. */
  private final Map<Integer, Integer> stored = new HashMap<>();

  /** For values of 16-bit floats a register in F32. */
  private final Map<Integer, Integer> wide = new HashMap<>();

  /** For each repeated value of one element the register that does not move. */
  private final Map<Integer, Integer> scalars = new HashMap<>();

  private LoopBuilder(Values values, ToIntFunction<Value> slotOf, Set<Integer> written) {
    this.values = values;
    this.slotOf = slotOf;
    this.written = written;
  }

  /**
   * Builds the loop.
   *
   * @param nodes the cluster's nodes in order
   * @param slotOf the slot of a value that is in memory
   * @param written the ids of the values that the loop leaves in memory
   */
  static FusedLoop build(
      int count,
      List<Node> nodes,
      Values values,
      ToIntFunction<Value> slotOf,
      Set<Integer> written) {
    LoopBuilder builder = new LoopBuilder(values, slotOf, written);
    nodes.forEach(builder::emit);
    String text =
        nodes.stream().map(n -> n.op().name()).collect(Collectors.joining(" "))
            + " -> "
            + nodes.stream()
                .map(Node::result)
                .filter(v -> written.contains(v.id()))
                .map(v -> v + "@" + slotOf.applyAsInt(v))
                .collect(Collectors.joining(", "));
    return builder.registers.loop(count, text);
  }

  private void emit(Node node) {
    Value result = node.result();
    switch (node.op()) {
      case Unary(var kind) -> {
        int x = block(node.operands().getFirst());
        compute(result, z -> new Elementwise.UnaryOp(kind, arrays(result), x, z), x);
      }
      case Polygamma(int order) -> {
        int x = block(node.operands().getFirst());
        compute(result, z -> new Elementwise.PolygammaOp(order, arrays(result), x, z), x);
      }
      case Binary(var kind) -> {
        Pair p = pair(node);
        compute(
            result,
            z -> new Elementwise.BinaryOp(kind, arrays(result), p.form(), p.x(), p.y(), z),
            p.x(),
            p.y());
      }
      case Compare(var kind) -> {
        Pair p = pair(node);
        ArrayKind from = arrays(node.operands().getFirst());
        compute(
            result,
            z -> new Elementwise.CompareOp(kind, from, p.form(), p.x(), p.y(), z),
            p.x(),
            p.y());
      }
      case Select _ -> {
        int c = block(node.operands().get(0));
        int x = block(node.operands().get(1));
        int y = block(node.operands().get(2));
        compute(result, z -> new Elementwise.SelectOp(arrays(result), c, x, y, z), c, x, y);
      }
      case Convert(DType to) -> {
        Value from = node.operands().getFirst();
        int x = storage(from);
        int z = resultStorage(result);
        registers.emit(new Conversion(from.type().dtype(), to, x, z), z, x);
      }
      case Bitcast(DType to) -> {
        Value from = node.operands().getFirst();
        int x = storage(from);
        int z = resultStorage(result);
        registers.emit(new Elementwise.BitcastOp(from.type().dtype(), to, x, z), z, x);
      }
      case Broadcast _, Iota _ -> make(node, resultStorage(result));
      default -> throw new AssertionError(node.op());
    }
  }

  /** Emits an operation that computes in {@link #arrays}, and the rounding of its result. */
  private void compute(Value result, java.util.function.IntFunction<BlockOp> op, int... reads) {
    if (!isHalf(result)) {
      int z = resultStorage(result);
      registers.emit(op.apply(z), z, reads);
      return;
    }
    int exact = registers.temporary(ArrayKind.FLOATS);
    registers.emit(op.apply(exact), exact, reads);
    int z = resultStorage(result);
    registers.emit(new Conversion(DType.F32, result.type().dtype(), exact, z), z, exact);
  }

  private int resultStorage(Value result) {
    int register =
        written.contains(result.id())
            ? registers.stream(slotOf.applyAsInt(result))
            : registers.temporary(ArrayKind.of(result.type().dtype()));
    stored.put(result.id(), register);
    return register;
  }

  private record Pair(Form form, int x, int y) {}

  private Pair pair(Node node) {
    Value x = node.operands().get(0);
    Value y = node.operands().get(1);
    boolean hasForms = !isHalf(x) && x.type().dtype() != DType.BOOL;
    Optional<Integer> right = hasForms ? scalar(y) : Optional.empty();
    if (right.isPresent()) {
      return new Pair(Form.RIGHT_SCALAR, block(x), right.get());
    }
    Optional<Integer> left = hasForms ? scalar(x) : Optional.empty();
    return left.isPresent()
        ? new Pair(Form.LEFT_SCALAR, left.get(), block(y))
        : new Pair(Form.BLOCKS, block(x), block(y));
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
  private int block(Value value) {
    int register = storage(value);
    if (!isHalf(value)) {
      return register;
    }
    return wide.computeIfAbsent(
        values.root(value).id(),
        id -> {
          int z = registers.temporary(ArrayKind.FLOATS);
          registers.emit(new Conversion(value.type().dtype(), DType.F32, register, z), z, register);
          return z;
        });
  }

  /** A register with a block of the value in the storage of its type. */
  private int storage(Value value) {
    Value root = values.root(value);
    Integer known = stored.get(root.id());
    if (known != null) {
      return known;
    }
    Optional<Node> made = values.producer(root).filter(Fusion::isMadeInLoops);
    int register;
    if (made.isPresent()) {
      register = registers.temporary(ArrayKind.of(root.type().dtype()));
      make(made.get(), register);
    } else {
      register = registers.stream(memory(root));
    }
    stored.put(root.id(), register);
    return register;
  }

  private void make(Node node, int z) {
    switch (node.op()) {
      case Iota(var type, int axis) -> {
        int inner = type.shape().slice(axis + 1, type.shape().rank()).size();
        registers.emit(new Loads.Counter(type.dtype(), inner, type.shape().extent(axis), z), z);
      }
      case Broadcast broadcast -> {
        Value from = node.operands().getFirst();
        int x = registers.fixed(memory(from));
        if (from.type().shape().size() == 1) {
          registers.emit(new Loads.Fill(x, z), z, x);
        } else {
          registers.emit(broadcastLoad(broadcast, from.type().shape(), x, z), z, x);
        }
      }
      default -> throw new AssertionError(node.op());
    }
  }

  /** Merges neighbouring axes that both repeat or both move on; axes of extent 1 fall away. */
  private static Loads.Broadcasted broadcastLoad(Broadcast op, Shape from, int x, int z) {
    int[] extents = new int[op.shape().rank()];
    int[] strides = new int[op.shape().rank()];
    int used = 0;
    for (int axis = 0; axis < op.shape().rank(); axis++) {
      int extent = op.shape().extent(axis);
      if (extent == 1) {
        continue;
      }
      int source = op.axes().indexOf(axis);
      int stride = source < 0 ? 0 : from.strides()[source];
      if (used > 0 && (stride == 0) == (strides[used - 1] == 0)) {
        extents[used - 1] *= extent;
        strides[used - 1] = stride;
      } else {
        extents[used] = extent;
        strides[used++] = stride;
      }
    }
    int length = used;
    return new Loads.Broadcasted(
        x,
        z,
        java.util.Arrays.stream(extents).limit(length).boxed().toList(),
        java.util.Arrays.stream(strides).limit(length).boxed().toList());
  }

  private int memory(Value value) {
    return slotOf.applyAsInt(values.root(value));
  }

  private static ArrayKind arrays(Value value) {
    return isHalf(value) ? ArrayKind.FLOATS : ArrayKind.of(value.type().dtype());
  }

  private static boolean isHalf(Value value) {
    return value.type().dtype() == DType.BF16 || value.type().dtype() == DType.F16;
  }
}
