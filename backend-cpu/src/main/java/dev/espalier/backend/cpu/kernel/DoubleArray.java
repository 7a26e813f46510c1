package dev.espalier.backend.cpu.kernel;

import java.lang.foreign.MemorySegment;

/**
 * An array of doubles, and the same as machine code is given it. Both are made once for as long as
 * the array lives, so that a call allocates nothing.
 *
 * @param values the array
 * @param segment all of the array
 */
@SuppressWarnings("ArrayRecordComponent") // a view of an array, never compared
public record DoubleArray(double[] values, MemorySegment segment) {
  /** An array. */
  public static DoubleArray of(double[] values) {
    return new DoubleArray(values, MemorySegment.ofArray(values));
  }

  /** A new array of zeros. */
  public static DoubleArray ofLength(int length) {
    return of(new double[length]);
  }

  /** The number of elements. */
  public int length() {
    return values.length;
  }
}
