package dev.espalier.api.ir;

import static dev.espalier.api.ErrorCode.BAD_ATTRIBUTE;
import static dev.espalier.api.ErrorCode.TYPE_MISMATCH;
import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The type rule of every operation: what a proper use gives, and what is refused. */
class OpTypesTest {
  private static final Pattern TYPE = Pattern.compile("(\\w+)\\[([\\d,]*)]");

  /** A proper use. */
  record Good(Op op, String operands, String results) {}

  /** A use that is refused. */
  record Bad(Op op, String operands, ErrorCode code) {}

  private static List<TensorType> types(String text) {
    return TYPE.matcher(text)
        .results()
        .map(match ->
            TensorType.of(
                DType.valueOf(match.group(1).toUpperCase(Locale.ROOT)),
                Stream.of(match.group(2).split(","))
                    .filter(extent -> !extent.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray()))
        .toList();
  }

  private static Graph identity(String types) {
    return Graph.trace("identity", types(types), in -> in);
  }

  private static Graph less() {
    return Graph.trace("less", types("f32[]"), in -> List.of(in.getFirst().lt(1)));
  }

  private static Slice slice(int start, int limit, int stride) {
    return new Slice(List.of(start), List.of(limit), List.of(stride));
  }

  private static Pad pad(int low, int high, int interior) {
    return new Pad(List.of(low), List.of(high), List.of(interior));
  }

  private static Convolution convolution(int stride, int low, int high, int in, int kernel, int g) {
    return new Convolution(
        List.of(stride), List.of(low), List.of(high), List.of(in), List.of(kernel), g);
  }

  private static final Op ADD = new Binary(Binary.Kind.ADD);
  private static final Op LESS = new Compare(Compare.Kind.LT);
  private static final Dot MATMUL = new Dot(List.of(), List.of(), List.of(1), List.of(0));

  static List<Good> good() {
    return List.of(
        new Good(new ArgMax(1), "f32[2,3,4]", "i32[2,4]"),
        new Good(new ArgMax(0), "bool[2]", "i32[]"),
        new Good(ADD, "i32[2] i32[2]", "i32[2]"),
        new Good(new Binary(Binary.Kind.AND), "bool[] bool[]", "bool[]"),
        new Good(new Bitcast(DType.I32), "f32[2]", "i32[2]"),
        new Good(new Bitcast(DType.BF16), "f16[2]", "bf16[2]"),
        new Good(new Broadcast(Shape.of(2, 3, 4), List.of(0, 2)), "f32[2,4]", "f32[2,3,4]"),
        new Good(new Broadcast(Shape.of(0), List.of()), "bool[]", "bool[0]"),
        new Good(new Cholesky(), "f64[5,3,3]", "f64[5,3,3]"),
        new Good(LESS, "bool[2] bool[2]", "bool[2]"),
        new Good(LESS, "f16[2] f16[2]", "bool[2]"),
        new Good(
            new Composite("c", identity("f32[2] i32[]"), new Composite.OfBody()),
            "f32[2] i32[]",
            "f32[2] i32[]"),
        new Good(new Concat(1), "i64[2,3] i64[2,0] i64[2,4]", "i64[2,7]"),
        new Good(new Cond(identity("f32[2]"), identity("f32[2]")), "bool[] f32[2]", "f32[2]"),
        new Good(new Constant(NdArray.of(new int[] {1, 2}, 2)), "", "i32[2]"),
        new Good(new Convert(DType.BOOL), "f32[2]", "bool[2]"),
        new Good(convolution(2, 1, 1, 1, 1, 1), "f32[8,3,5] f32[4,3,3]", "f32[8,4,3]"),
        new Good(convolution(1, 0, 0, 2, 2, 2), "f64[1,4,5] f64[6,2,3]", "f64[1,6,5]"),
        new Good(convolution(1, 0, 0, 1, 1, 1), "f32[1,1,2] f32[1,1,3]", "f32[1,1,0]"),
        new Good(new Cumulative(Cumulative.Kind.SUM, 1, false), "i32[2,3]", "i32[2,3]"),
        new Good(MATMUL, "f32[2,3] f32[3,4]", "f32[2,4]"),
        new Good(
            new Dot(List.of(1), List.of(0), List.of(0), List.of(2)),
            "i32[3,5,2] i32[5,4,3]",
            "i32[5,2,4]"),
        new Good(new DynamicSlice(Shape.of(2, 0)), "f32[3,4] i64[] i64[]", "f32[2,0]"),
        new Good(new DynamicUpdateSlice(), "f32[3] f32[2] i64[]", "f32[3]"),
        new Good(new Eigh(), "f32[5,3,3]", "f32[5,3] f32[5,3,3]"),
        new Good(new Gather(1, 0), "f32[2,3,4] i32[5,6]", "f32[2,5,6,4]"),
        new Good(new Gather(1, 1), "bool[2,3] i64[2,7]", "bool[2,7]"),
        new Good(new Iota(types("f32[2,3]").getFirst(), 1), "", "f32[2,3]"),
        new Good(pad(1, 2, 3), "f32[4] f32[]", "f32[16]"),
        new Good(pad(1, 2, 3), "f32[0] f32[]", "f32[3]"),
        new Good(new Polygamma(0), "f64[2]", "f64[2]"),
        new Good(new Qr(), "f32[7,5,3]", "f32[7,5,3] f32[7,3,3]"),
        new Good(new Qr(), "f32[3,5]", "f32[3,3] f32[3,5]"),
        new Good(new RandomBits(Shape.of(3)), "i64[2] i64[2]", "i32[2,3]"),
        new Good(new Reduce(Reduce.Kind.SUM, List.of(2, 0)), "f32[2,3,4]", "f32[3]"),
        new Good(new Reduce(Reduce.Kind.AND, List.of()), "bool[2]", "bool[2]"),
        new Good(new Reshape(Shape.of(3, 2)), "bool[6]", "bool[3,2]"),
        new Good(new Reshape(Shape.SCALAR), "f32[1,1]", "f32[]"),
        new Good(new Reverse(List.of(1, 0)), "f32[2,3]", "f32[2,3]"),
        new Good(
            new Scan(identity("f32[2] i32[]"), 4, false, 0, 1), "f32[2] i32[4]", "f32[2] i32[4]"),
        new Good(new ScatterAdd(0, 0), "f32[5,2] i32[3] f32[3,2]", "f32[5,2]"),
        new Good(new Select(), "bool[2] i32[2] i32[2]", "i32[2]"),
        new Good(slice(1, 6, 2), "f32[6]", "f32[3]"),
        new Good(slice(6, 6, 1), "f32[6]", "f32[0]"),
        new Good(new Sort(0, true), "f32[3] i32[3] bool[3]", "f32[3] i32[3] bool[3]"),
        new Good(new Svd(), "f64[7,5,3]", "f64[7,5,3] f64[7,3] f64[7,3,3]"),
        new Good(new TopK(2), "f32[4,3]", "f32[4,2] i32[4,2]"),
        new Good(new Transpose(List.of(2, 0, 1)), "f32[2,3,4]", "f32[4,2,3]"),
        new Good(new TriangularSolve(true, false, false), "f32[3,3] f32[3,2]", "f32[3,2]"),
        new Good(new Unary(Unary.Kind.NEG), "i64[2]", "i64[2]"),
        new Good(new While(less(), identity("f32[]"), 0), "f32[]", "f32[]"));
  }

  static List<Bad> bad() {
    return List.of(
        new Bad(new ArgMax(1), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new ArgMax(-1), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new ArgMax(0), "f32[0]", BAD_ATTRIBUTE),
        new Bad(ADD, "f32[2] f64[2]", TYPE_MISMATCH),
        new Bad(ADD, "f32[2] f32[1]", TYPE_MISMATCH),
        new Bad(ADD, "bool[2] bool[2]", TYPE_MISMATCH),
        new Bad(new Bitcast(DType.I64), "f32[2]", TYPE_MISMATCH),
        new Bad(new Bitcast(DType.BOOL), "bool[2]", TYPE_MISMATCH),
        new Bad(new Broadcast(Shape.of(2, 3), List.of(1, 0)), "f32[3,2]", BAD_ATTRIBUTE),
        new Bad(new Broadcast(Shape.of(2, 3), List.of(1)), "f32[1]", BAD_ATTRIBUTE),
        new Bad(new Broadcast(Shape.of(2, 3), List.of(2)), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Broadcast(Shape.of(2, 2), List.of(1, 1)), "f32[2,2]", BAD_ATTRIBUTE),
        new Bad(new Cholesky(), "f32[2,3]", TYPE_MISMATCH),
        new Bad(new Cholesky(), "i32[2,2]", TYPE_MISMATCH),
        new Bad(new Cholesky(), "f32[2]", TYPE_MISMATCH),
        new Bad(LESS, "f32[2] i32[2]", TYPE_MISMATCH),
        new Bad(
            new Composite("c", identity("f32[2]"), new Composite.OfBody()),
            "f32[3]",
            TYPE_MISMATCH),
        new Bad(new Concat(0), "", TYPE_MISMATCH),
        new Bad(new Concat(1), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Concat(0), "f32[2] f64[2]", TYPE_MISMATCH),
        new Bad(new Concat(0), "f32[2,3] f32[2,4]", TYPE_MISMATCH),
        new Bad(new Concat(0), "f32[2] f32[2,1]", TYPE_MISMATCH),
        new Bad(new Concat(0), "f32[2147483639,0] f32[2147483639,0]", BAD_ATTRIBUTE),
        new Bad(new Cond(identity("f32[]"), identity("f32[]")), "f32[] f32[]", TYPE_MISMATCH),
        new Bad(new Cond(identity("f32[]"), identity("f64[]")), "bool[] f32[]", TYPE_MISMATCH),
        new Bad(new Constant(NdArray.scalar(1)), "f32[]", TYPE_MISMATCH),
        new Bad(new Convert(DType.F32), "", TYPE_MISMATCH),
        new Bad(convolution(1, 0, 0, 1, 1, 1), "f32[1,2,5] f32[1,3,3]", TYPE_MISMATCH),
        new Bad(convolution(1, 0, 0, 1, 1, 2), "f32[1,2,5] f32[3,1,3]", TYPE_MISMATCH),
        new Bad(convolution(1, 0, 0, 1, 1, 1), "i32[1,2,5] i32[1,2,3]", TYPE_MISMATCH),
        new Bad(convolution(0, 0, 0, 1, 1, 1), "f32[1,2,5] f32[1,2,3]", BAD_ATTRIBUTE),
        new Bad(convolution(1, -1, 0, 1, 1, 1), "f32[1,2,5] f32[1,2,3]", BAD_ATTRIBUTE),
        new Bad(convolution(1, 0, 0, 1, 1, 0), "f32[1,2,5] f32[1,2,3]", BAD_ATTRIBUTE),
        new Bad(convolution(1, 0, 0, 1, 1, 1), "f32[1,2,5,5] f32[1,2,3,3]", BAD_ATTRIBUTE),
        new Bad(
            convolution(1, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 1, 1),
            "f32[1,2,5] f32[1,2,3]",
            BAD_ATTRIBUTE),
        new Bad(new Cumulative(Cumulative.Kind.SUM, 1, true), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Cumulative(Cumulative.Kind.MAX, 0, true), "bool[2]", BAD_ATTRIBUTE),
        new Bad(MATMUL, "f32[2,3] f32[4,3]", TYPE_MISMATCH),
        new Bad(MATMUL, "f32[2,3] f64[3,4]", TYPE_MISMATCH),
        new Bad(MATMUL, "bool[2,3] bool[3,4]", TYPE_MISMATCH),
        new Bad(MATMUL, "f32[3] f32[3]", BAD_ATTRIBUTE),
        new Bad(
            new Dot(List.of(0), List.of(0), List.of(0), List.of(1)),
            "f32[2,2] f32[2,2]",
            BAD_ATTRIBUTE),
        new Bad(new DynamicSlice(Shape.of(4)), "f32[3] i64[]", BAD_ATTRIBUTE),
        new Bad(new DynamicSlice(Shape.of(2)), "f32[3] i32[]", TYPE_MISMATCH),
        new Bad(new DynamicSlice(Shape.of(2)), "f32[3]", TYPE_MISMATCH),
        new Bad(new DynamicUpdateSlice(), "f32[3] f64[2] i64[]", TYPE_MISMATCH),
        new Bad(new DynamicUpdateSlice(), "f32[3] f32[4] i64[]", BAD_ATTRIBUTE),
        new Bad(new Eigh(), "f32[2,3]", TYPE_MISMATCH),
        new Bad(new Gather(0, 0), "f32[3] f32[2]", TYPE_MISMATCH),
        new Bad(new Gather(1, 0), "f32[3] i32[2]", BAD_ATTRIBUTE),
        new Bad(new Gather(0, 1), "f32[3,2] i32[3]", BAD_ATTRIBUTE),
        new Bad(new Gather(1, 1), "f32[3,2] i32[2,1]", BAD_ATTRIBUTE),
        new Bad(new Iota(types("f32[2]").getFirst(), 1), "", BAD_ATTRIBUTE),
        new Bad(new Iota(types("bool[2]").getFirst(), 0), "", BAD_ATTRIBUTE),
        new Bad(pad(-1, 0, 0), "f32[4] f32[]", BAD_ATTRIBUTE),
        new Bad(pad(0, 0, 0), "f32[4] f32[1]", TYPE_MISMATCH),
        new Bad(pad(0, 0, 0), "f32[4] i32[]", TYPE_MISMATCH),
        new Bad(pad(0, 0, 0), "f32[4,4] f32[]", BAD_ATTRIBUTE),
        // The sum is 2 modulo 2^32.
        new Bad(pad(Integer.MAX_VALUE, Integer.MAX_VALUE, 0), "f32[4] f32[]", BAD_ATTRIBUTE),
        new Bad(new Polygamma(-1), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Polygamma(0), "i32[2]", TYPE_MISMATCH),
        new Bad(new Qr(), "f32[2]", TYPE_MISMATCH),
        new Bad(new RandomBits(Shape.of(3)), "i64[] i32[]", TYPE_MISMATCH),
        new Bad(new RandomBits(Shape.of(3)), "i64[2] i64[]", TYPE_MISMATCH),
        new Bad(new Reduce(Reduce.Kind.SUM, List.of(0)), "bool[2]", TYPE_MISMATCH),
        new Bad(new Reduce(Reduce.Kind.OR, List.of(0)), "i32[2]", TYPE_MISMATCH),
        new Bad(new Reduce(Reduce.Kind.SUM, List.of(0, 0)), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Reduce(Reduce.Kind.SUM, List.of(1)), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Reshape(Shape.of(4)), "f32[2,3]", TYPE_MISMATCH),
        new Bad(new Reverse(List.of(0, 0)), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Scan(identity("f32[]"), 2, false, 0, 2), "f32[]", BAD_ATTRIBUTE),
        new Bad(new Scan(identity("f32[]"), -1, false, 0, 1), "f32[]", BAD_ATTRIBUTE),
        new Bad(new Scan(identity("f32[]"), 2, false, 0, 0), "f32[3]", TYPE_MISMATCH),
        new Bad(new Scan(identity("f32[]"), 2, false, 0, 1), "f64[]", TYPE_MISMATCH),
        new Bad(new Scan(less(), 2, false, 0, 1), "f32[]", TYPE_MISMATCH),
        new Bad(new ScatterAdd(0, 0), "f32[5,2] i32[3] f32[2,3]", TYPE_MISMATCH),
        new Bad(new ScatterAdd(0, 0), "bool[5] i32[3] bool[3]", TYPE_MISMATCH),
        new Bad(new Select(), "i32[2] f32[2] f32[2]", TYPE_MISMATCH),
        new Bad(new Select(), "bool[] f32[2] f32[2]", TYPE_MISMATCH),
        new Bad(new Select(), "bool[2] f32[2] f64[2]", TYPE_MISMATCH),
        new Bad(slice(-1, 2, 1), "f32[6]", BAD_ATTRIBUTE),
        new Bad(slice(3, 2, 1), "f32[6]", BAD_ATTRIBUTE),
        new Bad(slice(0, 7, 1), "f32[6]", BAD_ATTRIBUTE),
        new Bad(slice(0, 6, 0), "f32[6]", BAD_ATTRIBUTE),
        new Bad(slice(0, 6, 1), "f32[6,6]", BAD_ATTRIBUTE),
        new Bad(new Sort(1, false), "f32[2]", BAD_ATTRIBUTE),
        new Bad(new Sort(0, false), "f32[2] f32[3]", TYPE_MISMATCH),
        new Bad(new Sort(0, false), "", TYPE_MISMATCH),
        new Bad(new Svd(), "i32[2,2]", TYPE_MISMATCH),
        new Bad(new TopK(4), "f32[3]", BAD_ATTRIBUTE),
        new Bad(new TopK(0), "f32[]", BAD_ATTRIBUTE),
        new Bad(new Transpose(List.of(0, 0)), "f32[2,2]", BAD_ATTRIBUTE),
        new Bad(new Transpose(List.of(0)), "f32[2,2]", BAD_ATTRIBUTE),
        new Bad(new TriangularSolve(true, false, false), "f32[3,3] f32[3]", TYPE_MISMATCH),
        new Bad(new TriangularSolve(true, false, false), "f32[3,2] f32[3,2]", TYPE_MISMATCH),
        new Bad(new TriangularSolve(true, false, false), "f32[3,3] f64[3,2]", TYPE_MISMATCH),
        new Bad(new Unary(Unary.Kind.EXP), "i32[2]", TYPE_MISMATCH),
        new Bad(new Unary(Unary.Kind.NEG), "bool[2]", TYPE_MISMATCH),
        new Bad(new Unary(Unary.Kind.NOT), "f32[2]", TYPE_MISMATCH),
        new Bad(new Unary(Unary.Kind.EXP), "f32[2] f32[2]", TYPE_MISMATCH),
        new Bad(new While(less(), identity("f32[]"), 2), "f32[]", BAD_ATTRIBUTE),
        new Bad(new While(identity("f32[]"), identity("f32[]"), 0), "f32[]", TYPE_MISMATCH),
        new Bad(new While(less(), less(), 0), "f32[]", TYPE_MISMATCH));
  }

  @ParameterizedTest
  @MethodSource
  void good(Good use) {
    assertThat(use.op().infer(types(use.operands()))).isEqualTo(types(use.results()));
  }

  @ParameterizedTest
  @MethodSource
  void bad(Bad use) {
    refusal(use.code(), () -> use.op().infer(types(use.operands())));
  }

  @Test
  void everyOperationHasAProperUseAndARefusal() {
    Set<String> all =
        Stream.of(Op.class.getPermittedSubclasses())
            .map(Class::getName)
            .collect(Collectors.toSet());
    assertThat(good()).extracting(use -> use.op().getClass().getName()).containsAll(all);
    assertThat(bad()).extracting(use -> use.op().getClass().getName()).containsAll(all);
  }

  @ParameterizedTest
  @EnumSource
  void aUnaryFunctionAcceptsTheTypesOfItsDomain(Unary.Kind kind) {
    for (DType dtype : DType.values()) {
      boolean accepted =
          switch (kind.domain()) {
            case FLOAT -> dtype.isFloat();
            case NUMBER -> dtype.isFloat() || dtype.isInteger();
            case BITS -> dtype.isInteger() || dtype == DType.BOOL;
          };
      List<TensorType> operands = List.of(TensorType.of(dtype, 2));
      if (accepted) {
        assertThat(new Unary(kind).infer(operands)).isEqualTo(operands);
      } else {
        refusal(TYPE_MISMATCH, () -> new Unary(kind).infer(operands));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBinaryFunctionAcceptsExactlyWhatItSays(Binary.Kind kind) {
    for (DType dtype : DType.values()) {
      TensorType type = TensorType.of(dtype, 2);
      if (kind.accepts(dtype)) {
        assertThat(new Binary(kind).infer(List.of(type, type))).containsExactly(type);
      } else {
        refusal(TYPE_MISMATCH, () -> new Binary(kind).infer(List.of(type, type)));
      }
    }
  }
}
