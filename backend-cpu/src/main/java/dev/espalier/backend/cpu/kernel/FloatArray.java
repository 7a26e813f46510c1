package dev.espalier.backend.cpu.kernel;

import java.lang.foreign.MemorySegment;

/**
 * An array of floats, and the same as machine code is given it. Both are made once for as long as
 * the array lives, so that a call allocates nothing.
 */
public final class FloatArray {
  private final float[] values;
  private final MemorySegment segment;

  private FloatArray(float[] values) {
    this.values = values;
    this.segment = MemorySegment.ofArray(values);
  }

  /** An array. */
  public static FloatArray of(float[] values) {
    return new FloatArray(values);
  }

  /** A new array of zeros. */
  public static FloatArray ofLength(int length) {
    return of(new float[length]);
  }

  /** The array. */
  public float[] values() {
    return values;
  }

  /** All of the array. */
  public MemorySegment segment() {
    return segment;
  }

  /** The number of elements. */
  public int length() {
    return values.length;
  }
}
