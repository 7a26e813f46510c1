package dev.espalier.api.tensor;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.ir.Unary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A symbolic value in a trace: it has a type, and applying operations to it records them.
 * Mathematics over tensors is written with these methods; each is an {@link Op} or a short
 * composition.
 *
 * <p>Nothing is broadcast silently: operands of one operation have one type, and a mismatch is
 * refused with {@link EspalierException} naming both. {@link #broadcastLike}, {@link #broadcast}
 * and {@link #spread} broadcast on purpose. Methods with a {@code double} take it as a constant of
 * this tensor's element type.
 */
public interface Tensor {
  /** Element type and shape. */
  TensorType type();

  /**
   * Applies an operation: the hook that every other method is made of. Where there are no operands
   * this tensor says which trace the result belongs to.
   *
   * @return the results of the operation
   */
  List<Tensor> apply(Op op, List<Tensor> operands);

  /**
   * Traces a function inside this tensor's trace; outer tensors that it uses become captures.
   *
   * @param name what the function is called
   * @param inputs the types of its inputs
   * @param body the function
   */
  Closure close(String name, List<TensorType> inputs, Function<List<Tensor>, List<Tensor>> body);

  /** The shape. */
  default Shape shape() {
    return type().shape();
  }

  /** The element type. */
  default DType dtype() {
    return type().dtype();
  }

  private Tensor one(Op op, Tensor... operands) {
    return apply(op, List.of(operands)).getFirst();
  }

  /**
   * A scalar constant in this tensor's trace, rounded to an element type.
   *
   * @throws EspalierException BAD_VALUE where an integer type cannot hold the value
   */
  default Tensor constant(DType dtype, double value) {
    if (!dtype.isFloat() && (value != Math.rint(value) || Math.abs(value) > 0x1p62)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a constant of type " + dtype.text() + " is an integer",
          Double.toString(value),
          "convert the tensor to a float type first, with x.to(dtype)");
    }
    return constant(NdArray.scalar(dtype, value));
  }

  /** An integer scalar constant in this tensor's trace. */
  default Tensor constant(DType dtype, long value) {
    return constant(NdArray.scalar(value).convert(dtype));
  }

  /** A constant in this tensor's trace. */
  default Tensor constant(NdArray value) {
    return one(new Constant(value));
  }

  /** A constant of this tensor's type with one value everywhere. */
  default Tensor constantLike(double value) {
    return constant(dtype(), value).broadcast(shape());
  }

  /** Zeros of this tensor's type. */
  default Tensor zerosLike() {
    return constantLike(0);
  }

  /** Ones of this tensor's type. */
  default Tensor onesLike() {
    return constantLike(1);
  }

  /** The index along an axis, for a type; in this tensor's trace. */
  default Tensor iota(TensorType type, int axis) {
    return one(new Iota(type, type.shape().axis(axis)));
  }

  /** -x; elementwise, see {@link Unary.Kind#NEG}. */
  default Tensor neg() {
    return one(new Unary(Unary.Kind.NEG), this);
  }

  /** |x|; elementwise, see {@link Unary.Kind#ABS}. */
  default Tensor abs() {
    return one(new Unary(Unary.Kind.ABS), this);
  }

  /** -1, 0 or 1; elementwise, see {@link Unary.Kind#SIGN}. */
  default Tensor sign() {
    return one(new Unary(Unary.Kind.SIGN), this);
  }

  /** e^x; elementwise, see {@link Unary.Kind#EXP}. */
  default Tensor exp() {
    return one(new Unary(Unary.Kind.EXP), this);
  }

  /** e^x - 1, accurate near 0; elementwise, see {@link Unary.Kind#EXPM1}. */
  default Tensor expm1() {
    return one(new Unary(Unary.Kind.EXPM1), this);
  }

  /** Natural logarithm; elementwise, see {@link Unary.Kind#LOG}. */
  default Tensor log() {
    return one(new Unary(Unary.Kind.LOG), this);
  }

  /** log(1 + x), accurate near 0; elementwise, see {@link Unary.Kind#LOG1P}. */
  default Tensor log1p() {
    return one(new Unary(Unary.Kind.LOG1P), this);
  }

  /** Square root; elementwise, see {@link Unary.Kind#SQRT}. */
  default Tensor sqrt() {
    return one(new Unary(Unary.Kind.SQRT), this);
  }

  /** 1 / sqrt(x); elementwise, see {@link Unary.Kind#RSQRT}. */
  default Tensor rsqrt() {
    return one(new Unary(Unary.Kind.RSQRT), this);
  }

  /** Cube root; elementwise, see {@link Unary.Kind#CBRT}. */
  default Tensor cbrt() {
    return one(new Unary(Unary.Kind.CBRT), this);
  }

  /** Sine; elementwise, see {@link Unary.Kind#SIN}. */
  default Tensor sin() {
    return one(new Unary(Unary.Kind.SIN), this);
  }

  /** Cosine; elementwise, see {@link Unary.Kind#COS}. */
  default Tensor cos() {
    return one(new Unary(Unary.Kind.COS), this);
  }

  /** Tangent; elementwise, see {@link Unary.Kind#TAN}. */
  default Tensor tan() {
    return one(new Unary(Unary.Kind.TAN), this);
  }

  /** Inverse sine; elementwise, see {@link Unary.Kind#ASIN}. */
  default Tensor asin() {
    return one(new Unary(Unary.Kind.ASIN), this);
  }

  /** Inverse cosine; elementwise, see {@link Unary.Kind#ACOS}. */
  default Tensor acos() {
    return one(new Unary(Unary.Kind.ACOS), this);
  }

  /** Inverse tangent; elementwise, see {@link Unary.Kind#ATAN}. */
  default Tensor atan() {
    return one(new Unary(Unary.Kind.ATAN), this);
  }

  /** Hyperbolic sine; elementwise, see {@link Unary.Kind#SINH}. */
  default Tensor sinh() {
    return one(new Unary(Unary.Kind.SINH), this);
  }

  /** Hyperbolic cosine; elementwise, see {@link Unary.Kind#COSH}. */
  default Tensor cosh() {
    return one(new Unary(Unary.Kind.COSH), this);
  }

  /** Hyperbolic tangent; elementwise, see {@link Unary.Kind#TANH}. */
  default Tensor tanh() {
    return one(new Unary(Unary.Kind.TANH), this);
  }

  /** Inverse hyperbolic sine; elementwise, see {@link Unary.Kind#ASINH}. */
  default Tensor asinh() {
    return one(new Unary(Unary.Kind.ASINH), this);
  }

  /** Inverse hyperbolic cosine; elementwise, see {@link Unary.Kind#ACOSH}. */
  default Tensor acosh() {
    return one(new Unary(Unary.Kind.ACOSH), this);
  }

  /** Inverse hyperbolic tangent; elementwise, see {@link Unary.Kind#ATANH}. */
  default Tensor atanh() {
    return one(new Unary(Unary.Kind.ATANH), this);
  }

  /** Error function; elementwise, see {@link Unary.Kind#ERF}. */
  default Tensor erf() {
    return one(new Unary(Unary.Kind.ERF), this);
  }

  /** Complementary error function; elementwise, see {@link Unary.Kind#ERFC}. */
  default Tensor erfc() {
    return one(new Unary(Unary.Kind.ERFC), this);
  }

  /** Inverse error function; elementwise, see {@link Unary.Kind#ERFINV}. */
  default Tensor erfinv() {
    return one(new Unary(Unary.Kind.ERFINV), this);
  }

  /** Logistic sigmoid, 1 / (1 + e^-x); elementwise, see {@link Unary.Kind#LOGISTIC}. */
  default Tensor logistic() {
    return one(new Unary(Unary.Kind.LOGISTIC), this);
  }

  /** Logarithm of |gamma|; elementwise, see {@link Unary.Kind#LGAMMA}. */
  default Tensor lgamma() {
    return one(new Unary(Unary.Kind.LGAMMA), this);
  }

  /** Largest integer not above; elementwise, see {@link Unary.Kind#FLOOR}. */
  default Tensor floor() {
    return one(new Unary(Unary.Kind.FLOOR), this);
  }

  /** Smallest integer not below; elementwise, see {@link Unary.Kind#CEIL}. */
  default Tensor ceil() {
    return one(new Unary(Unary.Kind.CEIL), this);
  }

  /** Nearest integer, ties to even; elementwise, see {@link Unary.Kind#ROUND}. */
  default Tensor round() {
    return one(new Unary(Unary.Kind.ROUND), this);
  }

  /** Bits flipped; logical negation; elementwise, see {@link Unary.Kind#NOT}. */
  default Tensor not() {
    return one(new Unary(Unary.Kind.NOT), this);
  }

  /** x + y; elementwise, both of one type, see {@link Binary.Kind#ADD}. */
  default Tensor add(Tensor y) {
    return one(new Binary(Binary.Kind.ADD), this, y);
  }

  /** x - y; elementwise, both of one type, see {@link Binary.Kind#SUB}. */
  default Tensor sub(Tensor y) {
    return one(new Binary(Binary.Kind.SUB), this, y);
  }

  /** x * y; elementwise, both of one type, see {@link Binary.Kind#MUL}. */
  default Tensor mul(Tensor y) {
    return one(new Binary(Binary.Kind.MUL), this, y);
  }

  /** x / y; elementwise, both of one type, see {@link Binary.Kind#DIV}. */
  default Tensor div(Tensor y) {
    return one(new Binary(Binary.Kind.DIV), this, y);
  }

  /** Remainder with the sign of x; elementwise, both of one type, see {@link Binary.Kind#REM}. */
  default Tensor rem(Tensor y) {
    return one(new Binary(Binary.Kind.REM), this, y);
  }

  /** x^y; elementwise, both of one type, see {@link Binary.Kind#POW}. */
  default Tensor pow(Tensor y) {
    return one(new Binary(Binary.Kind.POW), this, y);
  }

  /**
   * The angle of the point (y, this), as Math.atan2(this, y); elementwise, both of one type, see
   * {@link Binary.Kind#ATAN2}.
   */
  default Tensor atan2(Tensor y) {
    return one(new Binary(Binary.Kind.ATAN2), this, y);
  }

  /**
   * The larger; NaN where either is; elementwise, both of one type, see {@link Binary.Kind#MAX}.
   */
  default Tensor max(Tensor y) {
    return one(new Binary(Binary.Kind.MAX), this, y);
  }

  /**
   * The smaller; NaN where either is; elementwise, both of one type, see {@link Binary.Kind#MIN}.
   */
  default Tensor min(Tensor y) {
    return one(new Binary(Binary.Kind.MIN), this, y);
  }

  /** Bitwise or logical and; elementwise, both of one type, see {@link Binary.Kind#AND}. */
  default Tensor and(Tensor y) {
    return one(new Binary(Binary.Kind.AND), this, y);
  }

  /** Bitwise or logical or; elementwise, both of one type, see {@link Binary.Kind#OR}. */
  default Tensor or(Tensor y) {
    return one(new Binary(Binary.Kind.OR), this, y);
  }

  /**
   * Bitwise or logical exclusive or; elementwise, both of one type, see {@link Binary.Kind#XOR}.
   */
  default Tensor xor(Tensor y) {
    return one(new Binary(Binary.Kind.XOR), this, y);
  }

  /** As {@link #add(Tensor)} with one number for every element. */
  default Tensor add(double y) {
    return add(constantLike(y));
  }

  /** As {@link #sub(Tensor)} with one number for every element. */
  default Tensor sub(double y) {
    return sub(constantLike(y));
  }

  /** As {@link #mul(Tensor)} with one number for every element. */
  default Tensor mul(double y) {
    return mul(constantLike(y));
  }

  /** As {@link #div(Tensor)} with one number for every element. */
  default Tensor div(double y) {
    return div(constantLike(y));
  }

  /** As {@link #rem(Tensor)} with one number for every element. */
  default Tensor rem(double y) {
    return rem(constantLike(y));
  }

  /** As {@link #pow(Tensor)} with one number for every element. */
  default Tensor pow(double y) {
    return pow(constantLike(y));
  }

  /** As {@link #max(Tensor)} with one number for every element. */
  default Tensor max(double y) {
    return max(constantLike(y));
  }

  /** As {@link #min(Tensor)} with one number for every element. */
  default Tensor min(double y) {
    return min(constantLike(y));
  }

  /** Bits moved up; elementwise on integers, see {@link Binary.Kind#SHL}. */
  default Tensor shiftLeft(Tensor y) {
    return one(new Binary(Binary.Kind.SHL), this, y);
  }

  /** Bits moved down, the sign fills; elementwise on integers, see {@link Binary.Kind#SHR}. */
  default Tensor shiftRight(Tensor y) {
    return one(new Binary(Binary.Kind.SHR), this, y);
  }

  /** Bits moved down, zeros fill; elementwise on integers, see {@link Binary.Kind#USHR}. */
  default Tensor unsignedShiftRight(Tensor y) {
    return one(new Binary(Binary.Kind.USHR), this, y);
  }

  /** Whether x == y; elementwise, both of one type, gives BOOL. */
  default Tensor eq(Tensor y) {
    return one(new Compare(Compare.Kind.EQ), this, y);
  }

  /** Whether x == y; elementwise, gives BOOL. */
  default Tensor eq(double y) {
    return eq(constantLike(y));
  }

  /** Whether x != y; elementwise, both of one type, gives BOOL. */
  default Tensor ne(Tensor y) {
    return one(new Compare(Compare.Kind.NE), this, y);
  }

  /** Whether x != y; elementwise, gives BOOL. */
  default Tensor ne(double y) {
    return ne(constantLike(y));
  }

  /** Whether x &lt; y; elementwise, both of one type, gives BOOL. */
  default Tensor lt(Tensor y) {
    return one(new Compare(Compare.Kind.LT), this, y);
  }

  /** Whether x &lt; y; elementwise, gives BOOL. */
  default Tensor lt(double y) {
    return lt(constantLike(y));
  }

  /** Whether x &lt;= y; elementwise, both of one type, gives BOOL. */
  default Tensor le(Tensor y) {
    return one(new Compare(Compare.Kind.LE), this, y);
  }

  /** Whether x &lt;= y; elementwise, gives BOOL. */
  default Tensor le(double y) {
    return le(constantLike(y));
  }

  /** Whether x &gt; y; elementwise, both of one type, gives BOOL. */
  default Tensor gt(Tensor y) {
    return one(new Compare(Compare.Kind.GT), this, y);
  }

  /** Whether x &gt; y; elementwise, gives BOOL. */
  default Tensor gt(double y) {
    return gt(constantLike(y));
  }

  /** Whether x &gt;= y; elementwise, both of one type, gives BOOL. */
  default Tensor ge(Tensor y) {
    return one(new Compare(Compare.Kind.GE), this, y);
  }

  /** Whether x &gt;= y; elementwise, gives BOOL. */
  default Tensor ge(double y) {
    return ge(constantLike(y));
  }

  /**
   * Sum over axes, which disappear; over all of them where none is named. Negative axes count from
   * the end.
   */
  default Tensor sum(int... axes) {
    return reduce(Reduce.Kind.SUM, axes);
  }

  /**
   * Product over axes, which disappear; over all of them where none is named. Negative axes count
   * from the end.
   */
  default Tensor prod(int... axes) {
    return reduce(Reduce.Kind.PROD, axes);
  }

  /**
   * Largest over axes, which disappear; over all of them where none is named. Negative axes count
   * from the end.
   */
  default Tensor reduceMax(int... axes) {
    return reduce(Reduce.Kind.MAX, axes);
  }

  /**
   * Smallest over axes, which disappear; over all of them where none is named. Negative axes count
   * from the end.
   */
  default Tensor reduceMin(int... axes) {
    return reduce(Reduce.Kind.MIN, axes);
  }

  /** Whether all hold, over axes, which disappear; over all of them where none is named. */
  default Tensor all(int... axes) {
    return reduce(Reduce.Kind.AND, axes);
  }

  /** Whether any holds, over axes, which disappear; over all of them where none is named. */
  default Tensor any(int... axes) {
    return reduce(Reduce.Kind.OR, axes);
  }

  /** Combines over axes, which disappear; over all of them where none is named. */
  default Tensor reduce(Reduce.Kind kind, int... axes) {
    return one(new Reduce(kind, axes.length == 0 ? allAxes() : axes(axes)), this);
  }

  private List<Integer> allAxes() {
    return IntStream.range(0, shape().rank()).boxed().toList();
  }

  private List<Integer> axes(int... axes) {
    return IntStream.of(axes).map(shape()::axis).boxed().toList();
  }

  /** Arithmetic mean over axes, which disappear; over all of them where none is named. */
  default Tensor mean(int... axes) {
    double count = 1;
    for (int axis : axes.length == 0 ? allAxes() : axes(axes)) {
      count *= shape().extent(axis);
    }
    // 16 bits hold neither the sum nor the count.
    DType wide = dtype() == DType.F16 || dtype() == DType.BF16 ? DType.F32 : dtype();
    return to(wide).sum(axes).div(count).to(dtype());
  }

  /**
   * Undoes a reduction's loss of axes: repeats this tensor along the axes of a shape that it lacks.
   */
  default Tensor spread(Shape to, int... axes) {
    List<Integer> missing = IntStream.of(axes).map(to::axis).boxed().toList();
    List<Integer> kept =
        IntStream.range(0, to.rank()).filter(i -> !missing.contains(i)).boxed().toList();
    return one(new Broadcast(to, kept), this);
  }

  /** The I32 index of the largest along an axis; the first of equals. */
  default Tensor argMax(int axis) {
    return one(new ArgMax(shape().axis(axis)), this);
  }

  /** Running sum along an axis. */
  default Tensor cumulativeSum(int axis) {
    return cumulative(Cumulative.Kind.SUM, axis, false);
  }

  /** Running combination along an axis, see {@link Cumulative}. */
  default Tensor cumulative(Cumulative.Kind kind, int axis, boolean reverse) {
    return one(new Cumulative(kind, shape().axis(axis), reverse), this);
  }

  /** {@code x * x}. */
  default Tensor square() {
    return mul(this);
  }

  /** {@code 1 / x}. */
  default Tensor reciprocal() {
    return constantLike(1).div(this);
  }

  /** {@code max(x, 0)} with derivative 0 at 0; NaN stays NaN and -0.0 becomes 0.0. */
  default Tensor relu() {
    return le(0).select(zerosLike(), this);
  }

  /**
   * {@code log(1 + e^x)}, without overflow and accurate far left; its derivative is {@link
   * #logistic}.
   */
  default Tensor softplus() {
    return Composites.applyWithJvp(
            "softplus",
            List.of(this),
            in -> {
              Tensor x = in.getFirst();
              return List.of(x.max(0).add(x.abs().neg().exp().log1p()));
            },
            (in, tangents) -> List.of(in.getFirst().logistic().mul(tangents.getFirst())))
        .getFirst();
  }

  /** The same value, through which no derivative flows. */
  default Tensor stopGradient() {
    if (!dtype().isFloat()) {
      return this;
    }
    return Composites.applyWithJvp(
            "stop_gradient",
            List.of(this),
            in -> in,
            (in, tangents) -> List.of(tangents.getFirst().zerosLike()))
        .getFirst();
  }

  /** Derivative {@code order + 1} of the logarithm of gamma. */
  default Tensor polygamma(int order) {
    return one(new Polygamma(order), this);
  }

  /** Derivative of the logarithm of gamma. */
  default Tensor digamma() {
    return polygamma(0);
  }

  /** {@code log(sum(e^x))} along an axis, which disappears; without overflow. */
  default Tensor logSumExp(int axis) {
    Tensor top = finiteTop(axis);
    return sub(top.spread(shape(), axis)).exp().sum(axis).log().add(top);
  }

  private Tensor finiteTop(int axis) {
    Tensor top = reduceMax(axis).stopGradient();
    // An infinite maximum would give inf - inf.
    return top.abs().lt(Double.POSITIVE_INFINITY).select(top, top.zerosLike());
  }

  /** Logarithm of {@link #softmax} along an axis. */
  default Tensor logSoftmax(int axis) {
    Tensor shifted = sub(reduceMax(axis).stopGradient().spread(shape(), axis));
    return shifted.sub(shifted.exp().sum(axis).log().spread(shape(), axis));
  }

  /** {@code e^x / sum(e^x)} along an axis. */
  default Tensor softmax(int axis) {
    Tensor exp = sub(reduceMax(axis).stopGradient().spread(shape(), axis)).exp();
    return exp.div(exp.sum(axis).spread(shape(), axis));
  }

  /** Where this BOOL tensor holds, x, else y. */
  default Tensor select(Tensor x, Tensor y) {
    return one(new Select(), this, x, y);
  }

  /** The values limited to [low, high]; NaN stays NaN. */
  default Tensor clamp(double low, double high) {
    return max(low).min(high);
  }

  /** The values in another element type. */
  default Tensor to(DType dtype) {
    return dtype == dtype() ? this : one(new Convert(dtype), this);
  }

  /** The bits read as another element type of the same size. */
  default Tensor bitcast(DType dtype) {
    return one(new Bitcast(dtype), this);
  }

  /** Whether neither infinite nor NaN. */
  default Tensor isFinite() {
    return dtype().isFloat() ? abs().lt(Double.POSITIVE_INFINITY) : eq(this);
  }

  /** The same elements under another shape. */
  default Tensor reshape(int... extents) {
    return reshape(Shape.of(extents));
  }

  /** The same elements under another shape. */
  default Tensor reshape(Shape shape) {
    return shape.equals(shape()) ? this : one(new Reshape(shape), this);
  }

  /** A new axis of extent 1 before an axis; -1 puts it last. */
  default Tensor expandDims(int axis) {
    return reshape(shape().insert(axis < 0 ? axis + shape().rank() + 1 : axis, 1));
  }

  /** Without an axis of extent 1. */
  default Tensor squeeze(int axis) {
    return reshape(shape().remove(axis));
  }

  /** Axes in another order; without arguments all of them reversed. */
  default Tensor transpose(int... permutation) {
    List<Integer> order =
        permutation.length == 0 ? new ArrayList<>(allAxes()).reversed() : axes(permutation);
    return order.equals(allAxes()) ? this : one(new Transpose(order), this);
  }

  /** Two axes exchanged. */
  default Tensor swapAxes(int first, int second) {
    List<Integer> order = new ArrayList<>(allAxes());
    Collections.swap(order, shape().axis(first), shape().axis(second));
    return transpose(order.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Repeated to a shape: axis i becomes axis {@code axes[i]}; without axes, the last ones. */
  default Tensor broadcast(Shape to, int... axes) {
    List<Integer> places =
        axes.length == 0 && shape().rank() > 0
            ? IntStream.range(to.rank() - shape().rank(), to.rank()).boxed().toList()
            : IntStream.of(axes).map(to::axis).boxed().toList();
    return to.equals(shape()) && places.equals(allAxes())
        ? this
        : one(new Broadcast(to, places), this);
  }

  /**
   * Repeated to the shape of another tensor: trailing axes are matched, and those of extent 1 or
   * missing repeat.
   */
  default Tensor broadcastLike(Tensor other) {
    Shape to = other.shape();
    int offset = to.rank() - shape().rank();
    List<Integer> kept =
        IntStream.range(0, shape().rank())
            .filter(i -> offset + i < 0 || shape().extent(i) != 1 || to.extent(offset + i) == 1)
            .boxed()
            .toList();
    Tensor core = reshape(Shape.of(kept.stream().mapToInt(i -> shape().extent(i)).toArray()));
    if (core.shape().equals(to)) {
      return core;
    }
    return core.apply(new Broadcast(to, kept.stream().map(i -> i + offset).toList()), List.of(core))
        .getFirst();
  }

  /** The indices from start (inclusive) to limit (exclusive) along an axis. */
  default Tensor slice(int axis, int start, int limit) {
    return slice(axis, start, limit, 1);
  }

  /** The indices start, start + stride, ... below limit along an axis. */
  default Tensor slice(int axis, int start, int limit, int stride) {
    int at = shape().axis(axis);
    List<Integer> starts = new ArrayList<>(Collections.nCopies(shape().rank(), 0));
    List<Integer> limits = new ArrayList<>(IntStream.of(shape().extents()).boxed().toList());
    List<Integer> strides = new ArrayList<>(Collections.nCopies(shape().rank(), 1));
    starts.set(at, start);
    limits.set(at, limit);
    strides.set(at, stride);
    return one(new Slice(starts, limits, strides), this);
  }

  /** The entry at an index along an axis, which disappears. */
  default Tensor at(int axis, int index) {
    return slice(axis, index, index + 1).squeeze(axis);
  }

  /** With values before and after along an axis. */
  default Tensor pad(int axis, int low, int high, double value) {
    int at = shape().axis(axis);
    List<Integer> lows = new ArrayList<>(Collections.nCopies(shape().rank(), 0));
    List<Integer> highs = new ArrayList<>(lows);
    List<Integer> interior = List.copyOf(lows);
    lows.set(at, low);
    highs.set(at, high);
    return one(new Pad(lows, highs, interior), this, constant(dtype(), value));
  }

  /** This and others joined along an axis. */
  default Tensor concat(int axis, Tensor... others) {
    List<Tensor> all = new ArrayList<>(List.of(this));
    all.addAll(List.of(others));
    return apply(new Concat(shape().axis(axis)), all).getFirst();
  }

  /**
   * Adjacent parts along an axis, of these extents, which sum to the axis's. The reverse derivative
   * is one concatenation, where that of slices is a sum of as many padded arrays.
   */
  default List<Tensor> split(int axis, int... extents) {
    int at = shape().axis(axis);
    return Composites.applyWithVjpOfBody(
        "split",
        List.of(this),
        in -> {
          List<Tensor> parts = new ArrayList<>();
          int from = 0;
          for (int extent : extents) {
            parts.add(in.getFirst().slice(at, from, from + extent));
            from += extent;
          }
          return parts;
        },
        (in, parts, bars) -> bars.getFirst().apply(new Concat(at), bars));
  }

  /** The elements in reverse order along axes. */
  default Tensor reverse(int... axes) {
    return one(new Reverse(axes(axes)), this);
  }

  /** The part of a size that begins at I64 scalar starts, clamped to lie inside. */
  default Tensor dynamicSlice(Shape sizes, Tensor... starts) {
    List<Tensor> operands = new ArrayList<>(List.of(this));
    operands.addAll(List.of(starts));
    return apply(new DynamicSlice(sizes), operands).getFirst();
  }

  /** With an update in place of the part that begins at I64 scalar starts. */
  default Tensor dynamicUpdateSlice(Tensor update, Tensor... starts) {
    List<Tensor> operands = new ArrayList<>(List.of(this, update));
    operands.addAll(List.of(starts));
    return apply(new DynamicUpdateSlice(), operands).getFirst();
  }

  /** The entries at integer indices along an axis: the indices' axes take the axis's place. */
  default Tensor take(Tensor indices, int axis) {
    return one(new Gather(shape().axis(axis), 0), this, indices);
  }

  /**
   * For each position of the leading axes the entries of the last axis at integer indices [..., k].
   */
  default Tensor takeAlongLast(Tensor indices) {
    int batch = shape().rank() - 1;
    return one(new Gather(batch, batch), this, indices);
  }

  /** With updates added at integer indices along an axis; the transpose of {@link #take}. */
  default Tensor scatterAdd(Tensor indices, Tensor updates, int axis) {
    return one(new ScatterAdd(shape().axis(axis), 0), this, indices, updates);
  }

  /** These integer indices as a new last axis of ones and zeros. */
  default Tensor oneHot(int classes, DType dtype) {
    Shape to = shape().insert(shape().rank(), classes);
    Tensor counted = iota(new TensorType(dtype(), to), -1);
    return spread(to, -1).eq(counted).to(dtype);
  }

  /** Sorted along an axis, stable; see {@link Sort}. */
  default Tensor sort(int axis, boolean descending) {
    return one(new Sort(shape().axis(axis), descending), this);
  }

  /** The I32 indices that sort along an axis, stable. */
  default Tensor argSort(int axis, boolean descending) {
    Tensor index = iota(type().withDType(DType.I32), axis);
    return apply(new Sort(shape().axis(axis), descending), List.of(this, index)).get(1);
  }

  /** The k largest along the last axis and their I32 indices. */
  default List<Tensor> topK(int k) {
    return apply(new TopK(k), List.of(this));
  }

  /**
   * Matrix product over the last two axes: [..., m, k] with [..., k, n] of the same leading axes,
   * or [..., k] with a single matrix [k, n].
   */
  default Tensor matmul(Tensor y) {
    int rank = shape().rank();
    if (rank == 0 || y.shape().rank() < 2 || (y.shape().rank() > 2 && y.shape().rank() != rank)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "matmul takes [..., m, k] and [..., k, n] of the same leading axes, or [..., k] and one"
              + " matrix [k, n]",
          type() + ", " + y.type(),
          "add an axis with x.expandDims(axis), or repeat one operand with x.broadcast(shape)");
    }
    if (y.shape().rank() == 2) {
      return one(new Dot(List.of(), List.of(), List.of(rank - 1), List.of(0)), this, y);
    }
    List<Integer> batch = IntStream.range(0, rank - 2).boxed().toList();
    return one(new Dot(batch, batch, List.of(rank - 1), List.of(rank - 2)), this, y);
  }

  /** Generalised matrix product, see {@link Dot}. */
  default Tensor dot(Dot op, Tensor y) {
    return one(op, this, y);
  }

  /** Convolution with a kernel, see {@link Convolution}. */
  default Tensor convolution(Convolution op, Tensor kernel) {
    return one(op, this, kernel);
  }

  /** The Cholesky factor, see {@link Cholesky}. */
  default Tensor cholesky() {
    return one(new Cholesky(), this);
  }

  /** X with {@code op(this) X = b} for this triangular matrix, see {@link TriangularSolve}. */
  default Tensor triangularSolve(Tensor b, boolean lower, boolean transpose) {
    return one(new TriangularSolve(lower, transpose, false), this, b);
  }

  /** Eigenvalues and eigenvectors, see {@link Eigh}. */
  default List<Tensor> eigh() {
    return apply(new Eigh(), List.of(this));
  }

  /** Q and R, see {@link Qr}. */
  default List<Tensor> qr() {
    return apply(new Qr(), List.of(this));
  }

  /** U, s and V transposed, see {@link Svd}. */
  default List<Tensor> svd() {
    return apply(new Svd(), List.of(this));
  }

  /**
   * Random bits under this I64 key and an I64 counter, see {@link RandomBits}; use {@link Key}
   * instead.
   */
  default Tensor randomBits(Tensor counter, Shape shape) {
    return one(new RandomBits(shape), this, counter);
  }
}
