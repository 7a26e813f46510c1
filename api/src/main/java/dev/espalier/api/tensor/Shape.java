package dev.espalier.api.tensor;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost first. A scalar has rank 0. An extent may be 0. The number of
 * elements fits an {@code int}, as it does in every array of the JVM.
 */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] extents;
  private final int size;

  private Shape(int[] extents) {
    long count = 1;
    boolean empty = false;
    for (int extent : extents) {
      if (extent < 0) {
        throw bad(extents, "a negative extent");
      }
      empty |= extent == 0;
    }
    if (!empty) {
      for (int extent : extents) {
        count *= extent;
        if (count > Integer.MAX_VALUE - 8) {
          throw bad(extents, "more than 2^31 - 9 elements");
        }
      }
    }
    this.extents = extents;
    this.size = empty ? 0 : (int) count;
  }

  private static EspalierException bad(int[] extents, String what) {
    return new EspalierException(
        ErrorCode.BAD_ATTRIBUTE,
        "a shape has extents of at least 0 and fewer than 2^31 - 8 elements",
        Arrays.toString(extents) + " has " + what,
        "check the sizes that this shape is made from");
  }

  /** The shape with these extents, outermost first. */
  public static Shape of(int... extents) {
    return extents.length == 0 ? SCALAR : new Shape(extents.clone());
  }

  /** The number of axes. */
  public int rank() {
    return extents.length;
  }

  /** The extent of an axis. A negative axis counts from the end: -1 is the last. */
  public int extent(int axis) {
    return extents[axis(axis)];
  }

  /**
   * The axis as an index of at least 0.
   *
   * @throws EspalierException BAD_ATTRIBUTE where there is no such axis
   */
  public int axis(int axis) {
    int index = axis < 0 ? axis + extents.length : axis;
    if (index < 0 || index >= extents.length) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "an axis of a tensor of rank " + extents.length,
          "axis " + axis + " of shape " + this,
          extents.length == 0
              ? "a scalar has no axes; reshape it first"
              : "use an axis from " + -extents.length + " to " + (extents.length - 1));
    }
    return index;
  }

  /** The number of elements; 1 for a scalar. */
  public int size() {
    return size;
  }

  /** A copy of the extents. */
  public int[] extents() {
    return extents.clone();
  }

  /**
   * This shape with one more axis of an extent before {@code axis} (0 to rank).
   *
   * @throws EspalierException BAD_ATTRIBUTE where there is no such place
   */
  public Shape insert(int axis, int extent) {
    if (axis < 0 || axis > extents.length) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "a place for a new axis in a tensor of rank " + extents.length,
          "place " + axis + " in shape " + this,
          "use a place from 0 to " + extents.length);
    }
    int[] to = new int[extents.length + 1];
    System.arraycopy(extents, 0, to, 0, axis);
    to[axis] = extent;
    System.arraycopy(extents, axis, to, axis + 1, extents.length - axis);
    return new Shape(to);
  }

  /** This shape without an axis. */
  public Shape remove(int axis) {
    int at = axis(axis);
    int[] to = new int[extents.length - 1];
    System.arraycopy(extents, 0, to, 0, at);
    System.arraycopy(extents, at + 1, to, at, to.length - at);
    return Shape.of(to);
  }

  /** This shape with another extent at an axis. */
  public Shape with(int axis, int extent) {
    int[] to = extents.clone();
    to[axis(axis)] = extent;
    return new Shape(to);
  }

  /** The axes {@code from} (inclusive) to {@code to} (exclusive) as a shape. */
  public Shape slice(int from, int to) {
    return Shape.of(Arrays.copyOfRange(extents, from, to));
  }

  /** The axes of this shape followed by those of the other. */
  public Shape concat(Shape other) {
    int[] to = Arrays.copyOf(extents, extents.length + other.extents.length);
    System.arraycopy(other.extents, 0, to, extents.length, other.extents.length);
    return Shape.of(to);
  }

  /** For each axis the distance in elements between neighbours in a row-major array. */
  public int[] strides() {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    return strides;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return Arrays.stream(extents)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
