package dev.espalier.api.tensor;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Values on the host: a type and its elements in row-major order. Immutable: what comes in and goes
 * out is copied, except through {@link #wrap} and {@link #storage}, which say so.
 *
 * <p>Storage: F32 {@code float[]}, F64 {@code double[]}, BF16 and F16 {@code short[]} (the bits),
 * I32 {@code int[]}, I64 {@code long[]}, BOOL {@code byte[]} (0 or 1).
 */
public final class NdArray {
  private final TensorType type;
  private final Object storage;

  private NdArray(TensorType type, Object storage) {
    this.type = type;
    this.storage = storage;
  }

  /**
   * The array over this storage without a copy; the caller gives the storage up.
   *
   * @throws EspalierException TYPE_MISMATCH where the storage's class or length does not fit the
   *     type
   */
  public static NdArray wrap(TensorType type, Object storage) {
    Objects.requireNonNull(storage);
    int length =
        switch (type.dtype()) {
          case F32 -> storage instanceof float[] a ? a.length : -1;
          case F64 -> storage instanceof double[] a ? a.length : -1;
          case BF16, F16 -> storage instanceof short[] a ? a.length : -1;
          case I32 -> storage instanceof int[] a ? a.length : -1;
          case I64 -> storage instanceof long[] a ? a.length : -1;
          case BOOL -> storage instanceof byte[] a ? a.length : -1;
        };
    if (length != type.shape().size()) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "storage for " + type + " holds " + type.shape().size() + " elements",
          length < 0
              ? storage.getClass().getSimpleName()
              : length + " elements in " + storage.getClass().getSimpleName(),
          "pass an array of the element type's class and of the shape's size");
    }
    return new NdArray(type, storage);
  }

  /** An F32 array of a shape. */
  public static NdArray of(float[] values, int... extents) {
    return wrap(TensorType.of(DType.F32, extents), values.clone());
  }

  /** An F64 array of a shape. */
  public static NdArray of(double[] values, int... extents) {
    return wrap(TensorType.of(DType.F64, extents), values.clone());
  }

  /** An I32 array of a shape. */
  public static NdArray of(int[] values, int... extents) {
    return wrap(TensorType.of(DType.I32, extents), values.clone());
  }

  /** An I64 array of a shape. */
  public static NdArray of(long[] values, int... extents) {
    return wrap(TensorType.of(DType.I64, extents), values.clone());
  }

  /** A BOOL array of a shape. */
  public static NdArray of(boolean[] values, int... extents) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return wrap(TensorType.of(DType.BOOL, extents), bytes);
  }

  /** An array whose every element is {@code value}, rounded to the element type. */
  public static NdArray filled(TensorType type, double value) {
    Object storage = allocate(type);
    switch (storage) {
      case float[] a -> Arrays.fill(a, (float) value);
      case double[] a -> Arrays.fill(a, value);
      case int[] a -> Arrays.fill(a, (int) value);
      case long[] a -> Arrays.fill(a, (long) value);
      case byte[] a -> Arrays.fill(a, (byte) (value != 0 ? 1 : 0));
      case short[] a -> Arrays.fill(a, halfBits(type.dtype(), value));
      default -> throw new AssertionError(storage.getClass());
    }
    return new NdArray(type, storage);
  }

  /** A scalar of an element type, rounded to it. */
  public static NdArray scalar(DType dtype, double value) {
    return filled(new TensorType(dtype, Shape.SCALAR), value);
  }

  /** An I64 scalar. */
  public static NdArray scalar(long value) {
    return of(new long[] {value});
  }

  /** Fresh zeroed storage for a type, of the class that {@link NdArray} documents. */
  public static Object allocate(TensorType type) {
    int size = type.shape().size();
    return switch (type.dtype()) {
      case F32 -> new float[size];
      case F64 -> new double[size];
      case BF16, F16 -> new short[size];
      case I32 -> new int[size];
      case I64 -> new long[size];
      case BOOL -> new byte[size];
    };
  }

  private static short halfBits(DType dtype, double value) {
    return dtype == DType.BF16 ? bfloat16Bits(toFloatOdd(value)) : float16Bits(value);
  }

  private static short float16Bits(double value) {
    return Float.floatToFloat16(toFloatOdd(value));
  }

  /**
   * A double as a float rounded to odd, so that a second rounding (to 16 bits) gives what one
   * rounding from the double would have given.
   */
  private static float toFloatOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Float.isNaN(nearest)) {
      return nearest;
    }
    if (Float.isInfinite(nearest)) {
      return nearest;
    }
    float down = Math.abs((double) nearest) > Math.abs(value) ? towardsZero(nearest) : nearest;
    return Float.intBitsToFloat(Float.floatToRawIntBits(down) | 1);
  }

  /**
   * A long as a double rounded to odd, for the same purpose: what does not fit 53 bits leaves a
   * lowest bit of 1.
   */
  private static double odd(long value) {
    int spare = 11 - Long.numberOfLeadingZeros(Math.abs(value));
    if (spare <= 0 || value == Long.MIN_VALUE) {
      return value;
    }
    long lost = (1L << spare) - 1;
    return (value & lost) == 0 ? value : (value & ~lost) | (lost + 1);
  }

  private static float towardsZero(float x) {
    return x > 0 ? Math.nextDown(x) : Math.nextUp(x);
  }

  /** The bits of a float rounded to bfloat16, to nearest, ties to even; a NaN stays a NaN. */
  public static short bfloat16Bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The value of the bits of a bfloat16. */
  public static float bfloat16Value(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The type. */
  public TensorType type() {
    return type;
  }

  /** The storage itself, not a copy; it must not be written. */
  public Object storage() {
    return storage;
  }

  /** An element as a double: exact but for I64 beyond 2^53; BOOL gives 0 or 1. */
  public double getDouble(int index) {
    return switch (storage) {
      case float[] a -> a[index];
      case double[] a -> a[index];
      case int[] a -> a[index];
      case long[] a -> a[index];
      case byte[] a -> a[index];
      case short[] a ->
          type.dtype() == DType.BF16 ? bfloat16Value(a[index]) : Float.float16ToFloat(a[index]);
      default -> throw new AssertionError(storage.getClass());
    };
  }

  /** An element as a long; floats are truncated towards zero as by a Java cast. */
  public long getLong(int index) {
    return storage instanceof long[] a ? a[index] : (long) getDouble(index);
  }

  /** The elements as doubles, a copy. */
  public double[] toDoubles() {
    if (storage instanceof double[] a) {
      return a.clone();
    }
    double[] to = new double[type.shape().size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = getDouble(i);
    }
    return to;
  }

  /** The elements as floats, rounded; a copy. */
  public float[] toFloats() {
    if (storage instanceof float[] a) {
      return a.clone();
    }
    float[] to = new float[type.shape().size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = storage instanceof long[] l ? (float) l[i] : (float) getDouble(i);
    }
    return to;
  }

  /** The elements as longs, a copy; floats are truncated towards zero. */
  public long[] toLongs() {
    long[] to = new long[type.shape().size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = getLong(i);
    }
    return to;
  }

  /**
   * The same values in another element type: rounded to nearest even; a float becomes an integer as
   * by a Java cast (truncated, saturated, NaN becomes 0); anything but zero becomes true.
   */
  public NdArray convert(DType to) {
    if (to == type.dtype()) {
      return this;
    }
    Object target = allocate(type.withDType(to));
    for (int i = 0; i < type.shape().size(); i++) {
      switch (target) {
        case float[] a -> a[i] = storage instanceof long[] l ? (float) l[i] : (float) getDouble(i);
        case double[] a -> a[i] = getDouble(i);
        case int[] a -> a[i] = storage instanceof long[] l ? (int) l[i] : (int) getDouble(i);
        case long[] a -> a[i] = getLong(i);
        case byte[] a -> a[i] = (byte) (getDouble(i) != 0 ? 1 : 0);
        case short[] a ->
            a[i] = halfBits(to, storage instanceof long[] l ? odd(l[i]) : getDouble(i));
        default -> throw new AssertionError(target.getClass());
      }
    }
    return new NdArray(type.withDType(to), target);
  }

  /** The same elements in another shape of the same size. */
  public NdArray reshape(int... extents) {
    return wrap(type.withShape(Shape.of(extents)), storage);
  }

  /** Equality of types and of bits: NaNs with the same bits are equal, 0.0 and -0.0 are not. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NdArray array
        && type.equals(array.type)
        && switch (storage) {
          case float[] a -> bitsEqual(a, (float[]) array.storage);
          case double[] a -> bitsEqual(a, (double[]) array.storage);
          case int[] a -> Arrays.equals(a, (int[]) array.storage);
          case long[] a -> Arrays.equals(a, (long[]) array.storage);
          case byte[] a -> Arrays.equals(a, (byte[]) array.storage);
          case short[] a -> Arrays.equals(a, (short[]) array.storage);
          default -> throw new AssertionError(storage.getClass());
        };
  }

  private static boolean bitsEqual(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean bitsEqual(double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Double.doubleToRawLongBits(a[i]) != Double.doubleToRawLongBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash =
        switch (storage) {
          case float[] a -> Arrays.hashCode(a);
          case double[] a -> Arrays.hashCode(a);
          case int[] a -> Arrays.hashCode(a);
          case long[] a -> Arrays.hashCode(a);
          case byte[] a -> Arrays.hashCode(a);
          case short[] a -> Arrays.hashCode(a);
          default -> throw new AssertionError(storage.getClass());
        };
    return 31 * type.hashCode() + hash;
  }

  /** The type and the first eight elements. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(type.toString()).append(" {");
    int size = type.shape().size();
    for (int i = 0; i < Math.min(size, 8); i++) {
      text.append(i == 0 ? "" : ", ");
      if (type.dtype() == DType.BOOL) {
        text.append(getDouble(i) != 0);
      } else if (type.dtype().isInteger()) {
        text.append(getLong(i));
      } else if (type.dtype() == DType.F64) {
        text.append(getDouble(i));
      } else {
        text.append((float) getDouble(i));
      }
    }
    return text.append(size > 8 ? ", ...}" : "}").toString();
  }
}
