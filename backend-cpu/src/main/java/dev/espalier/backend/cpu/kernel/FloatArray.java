package dev.espalier.backend.cpu.kernel;

import java.lang.foreign.MemorySegment;

/**
 * An array of floats, and the same as machine code is given it. Both are made once for as long as
 * the array lives, so that a call allocates nothing.
 *
 * @param values the array
 * @param segment all of the array
 */
@SuppressWarnings("ArrayRecordComponent") // a view of an array, never compared
public record FloatArray(float[] values, MemorySegment segment) {
  /** An array. */
  public static FloatArray of(float[] values) {
    return new FloatArray(values, MemorySegment.ofArray(values));
  }

  /** A new array of zeros. */
  public static FloatArray ofLength(int length) {
    return of(new float[length]);
  }

  /** The number of elements. */
  public int length() {
    return values.length;
  }
}
