package dev.espalier.conformance.operation;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.backend.BackendMutants;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;

/** Backends that compute wrongly. */
public final class OperationMutants {
  private OperationMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    AtomicInteger runs = new AtomicInteger();
    return List.of(
        unary("a hyperbolic tangent that is off by 1e-5", Unary.Kind.TANH, x -> x * (1 + 1e-5)),
        unary("an exponential without its last bits", Unary.Kind.EXP, x -> x * (1 + 1e-6)),
        unary("an error function of a rough polynomial", Unary.Kind.ERF, x -> x + 1.5e-7),
        unary("a rounding of halves away from zero", Unary.Kind.ROUND, x -> x),
        unary("a negation that loses the sign of zero", Unary.Kind.NEG, x -> x == 0 ? 0.0 : x),
        binary(
            "a remainder with the sign of the divisor",
            Binary.Kind.REM,
            (x, y) -> x - y * Math.floor(x / y)),
        binary(
            "a maximum that ignores NaN",
            Binary.Kind.MAX,
            (x, y) -> x > y || Double.isNaN(y) ? x : y),
        binary(
            "a maximum that takes the first zero", Binary.Kind.MAX, (x, y) -> x >= y ? x : y + 0.0),
        binary("a division by the reciprocal", Binary.Kind.DIV, (x, y) -> x * (float) (1 / y)),
        mutant("a sum that drops the last lane", "OP-1", OperationMutants::dropsTheLastLane),
        mutant("a sum of two-byte floats in two bytes", "OP-1", OperationMutants::narrowSum),
        mutant("a gather that clamps its indices", "OP-1", OperationMutants::clamps),
        mutant("the last of the largest", "OP-1", OperationMutants::lastOfTheLargest),
        mutant("an unstable sort", "OP-1", OperationMutants::unstable),
        mutant("a convolution without dilation", "OP-1", OperationMutants::undilated),
        mutant("a slice that ignores its stride", "OP-1", OperationMutants::unstrided),
        mutant(
            "a backend whose sums change from run to run",
            "OP-2",
            (node, operands, right, graph) ->
                node.op() instanceof Reduce ? scaled(right, runs.incrementAndGet()) : right),
        mutant(
            "a fused multiply and add that forgets the addend",
            "OP-3",
            OperationMutants::wrongInChains),
        mutant("nine rounds of Philox", "RNG-1", OperationMutants::fewerRounds),
        mutant("a counter of 32 bits", "RNG-2", OperationMutants::shortCounter),
        mutant("random bits without the counter", "RNG-3", OperationMutants::oneStream));
  }

  static Mutant mutant(String name, String rule, Interpreting.Mistake mistake) {
    return BackendMutants.mutant(name, rule, inner -> new Interpreting(inner, mistake));
  }

  private static Mutant unary(String name, Unary.Kind kind, UnaryOperator<Double> change) {
    return mutant(
        name,
        "OP-1",
        (node, operands, right, graph) -> {
          if (!node.op().equals(new Unary(kind)) || !isFloat(right)) {
            return right;
          }
          NdArray x = operands.getFirst();
          double[] values = right.getFirst().toDoubles();
          for (int i = 0; i < values.length; i++) {
            values[i] =
                kind == Unary.Kind.ROUND
                    ? Math.copySign(Math.floor(Math.abs(x.getDouble(i)) + 0.5), x.getDouble(i))
                    : change.apply(values[i]);
          }
          return List.of(array(right.getFirst().type(), values));
        });
  }

  private static Mutant binary(String name, Binary.Kind kind, DoubleBinaryOperator f) {
    return mutant(
        name,
        "OP-1",
        (node, operands, right, graph) -> {
          if (!node.op().equals(new Binary(kind)) || !isFloat(right)) {
            return right;
          }
          double[] values = right.getFirst().toDoubles();
          for (int i = 0; i < values.length; i++) {
            values[i] = f.applyAsDouble(operands.get(0).getDouble(i), operands.get(1).getDouble(i));
          }
          return List.of(array(right.getFirst().type(), values));
        });
  }

  private static boolean isFloat(List<NdArray> results) {
    return results.getFirst().type().dtype().isFloat();
  }

  private static NdArray array(TensorType type, double[] values) {
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  private static List<NdArray> scaled(List<NdArray> right, int times) {
    if (!isFloat(right)) {
      return right;
    }
    double[] values = right.getFirst().toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1 + 0x1p-23 * times;
    }
    return List.of(array(right.getFirst().type(), values));
  }

  private static boolean isSum(Op op) {
    return op instanceof Reduce reduce && reduce.kind() == Reduce.Kind.SUM;
  }

  private static List<NdArray> dropsTheLastLane(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    NdArray x = operands.isEmpty() ? right.getFirst() : operands.getFirst();
    if (!isSum(node.op()) || x.type().shape().rank() != 1 || x.type().shape().size() < 8) {
      return right;
    }
    double[] values = x.toDoubles();
    values[values.length - 1] = 0;
    return Reference.evaluate(node.op(), List.of(array(x.type(), values)));
  }

  private static List<NdArray> narrowSum(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!isSum(node.op()) || right.getFirst().type().dtype() != DType.BF16) {
      return right;
    }
    NdArray x = operands.getFirst();
    if (right.getFirst().type().shape().size() != 1) {
      return right;
    }
    NdArray sum = NdArray.scalar(DType.BF16, 0);
    for (int i = 0; i < x.type().shape().size(); i++) {
      sum = NdArray.scalar(DType.BF16, sum.getDouble(0) + x.getDouble(i));
    }
    return List.of(array(right.getFirst().type(), sum.toDoubles()));
  }

  private static List<NdArray> clamps(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!(node.op() instanceof Gather gather)) {
      return right;
    }
    int extent = operands.get(0).type().shape().extent(gather.axis());
    long[] indices = operands.get(1).toLongs();
    for (int i = 0; i < indices.length; i++) {
      indices[i] = Math.clamp(indices[i], 0, Math.max(0, extent - 1));
    }
    TensorType type = operands.get(1).type();
    NdArray clamped = NdArray.wrap(type.withDType(DType.I64), indices).convert(type.dtype());
    return Reference.evaluate(gather, List.of(operands.get(0), clamped));
  }

  private static List<NdArray> lastOfTheLargest(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!(node.op() instanceof ArgMax argMax) || operands.getFirst().type().shape().rank() != 1) {
      return right;
    }
    NdArray x = operands.getFirst();
    int best = (int) right.getFirst().getLong(0);
    for (int i = 0; i < x.type().shape().extent(argMax.axis()); i++) {
      if (x.getDouble(i) == x.getDouble(best)) {
        best = i;
      }
    }
    return List.of(array(right.getFirst().type(), new double[] {best}));
  }

  private static List<NdArray> unstable(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!(node.op() instanceof Sort sort) || operands.size() < 2) {
      return right;
    }
    // Equal keys come in reverse order where the sort begins from the other end.
    List<NdArray> turned =
        operands.stream()
            .map(x -> Reference.evaluate(new Reverse(List.of(sort.axis())), List.of(x)).getFirst())
            .toList();
    return Reference.evaluate(sort, turned);
  }

  private static List<NdArray> undilated(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!(node.op() instanceof Convolution c)
        || c.kernelDilation().stream().allMatch(dilation -> dilation == 1)
        || right.getFirst().type().shape().size() == 0) {
      return right;
    }
    return List.of(array(right.getFirst().type(), new double[right.getFirst().toDoubles().length]));
  }

  private static List<NdArray> unstrided(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!(node.op() instanceof Slice slice)
        || slice.strides().stream().allMatch(stride -> stride == 1)
        || operands.getFirst().type().shape().rank() != 1) {
      return right;
    }
    int size = right.getFirst().type().shape().size();
    int start = slice.starts().getFirst();
    return Reference.evaluate(
        new Slice(List.of(start), List.of(start + size), List.of(1)), operands);
  }

  /** Right on single operations, which other rules see. */
  private static List<NdArray> wrongInChains(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!node.op().equals(new Binary(Binary.Kind.ADD))) {
      return right;
    }
    boolean ofProduct =
        graph.nodes().stream()
            .anyMatch(other ->
                other.op().equals(new Binary(Binary.Kind.MUL))
                    && other.results().contains(node.operands().getFirst()));
    return ofProduct ? List.of(operands.getFirst()) : right;
  }

  private static List<NdArray> fewerRounds(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    if (!(node.op() instanceof RandomBits)) {
      return right;
    }
    double[] words = right.getFirst().toDoubles();
    for (int i = 0; i < words.length; i++) {
      words[i] = (int) words[i] ^ 0x9E3779B9;
    }
    return List.of(array(right.getFirst().type(), words));
  }

  private static List<NdArray> shortCounter(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    return node.op() instanceof RandomBits ? withCounter(node, operands, 0xffffffffL) : right;
  }

  private static List<NdArray> oneStream(
      Node node, List<NdArray> operands, List<NdArray> right, Graph graph) {
    return node.op() instanceof RandomBits bits && bits.shape().size() > 2
        ? Reference.evaluate(
            node.op(), List.of(NdArray.filled(operands.get(0).type(), 3), operands.get(1)))
        : right;
  }

  private static List<NdArray> withCounter(Node node, List<NdArray> operands, long mask) {
    long[] counters = operands.get(1).toLongs();
    for (int i = 0; i < counters.length; i++) {
      counters[i] &= mask;
    }
    return Reference.evaluate(
        node.op(), List.of(operands.get(0), NdArray.wrap(operands.get(1).type(), counters)));
  }
}
