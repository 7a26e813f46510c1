package dev.espalier.backend.cpu.kernel;

import java.lang.foreign.MemorySegment;

/**
 * An array of doubles, and the same as machine code is given it. Both are made once for as long as
 * the array lives, so that a call allocates nothing.
 */
public final class DoubleArray {
  private final double[] values;
  private final MemorySegment segment;

  private DoubleArray(double[] values) {
    this.values = values;
    this.segment = MemorySegment.ofArray(values);
  }

  /** An array. */
  public static DoubleArray of(double[] values) {
    return new DoubleArray(values);
  }

  /** A new array of zeros. */
  public static DoubleArray ofLength(int length) {
    return of(new double[length]);
  }

  /** The array. */
  public double[] values() {
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
