package dev.espalier.training.probe;

import java.util.Arrays;

/** The doubles as a line of integers: neighbours differ by 1, and both zeros are one. */
final class OrderedDoubles {
  private OrderedDoubles() {}

  private static long index(double x) {
    long bits = Double.doubleToLongBits(x);
    return bits >= 0 ? bits : Long.MIN_VALUE - bits;
  }

  private static double at(long index) {
    return Double.longBitsToDouble(index >= 0 ? index : Long.MIN_VALUE - index);
  }

  /**
   * Both ends and points between them with equally many doubles from one to the next, at most the
   * count in all.
   */
  static double[] between(double low, double high, int count) {
    long first = index(low);
    long last = index(high);
    // Of one sign the difference is exact; of two it might not fit a long, and is large.
    boolean sameSign = (first < 0) == (last < 0);
    double span = sameSign ? (double) (last - first) : (double) last - (double) first;
    double[] x = new double[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      long index = i == count - 1 ? last : first + (long) (span * i / (count - 1));
      double point = at(Math.min(Math.max(index, first), last));
      if (size == 0 || point > x[size - 1]) {
        x[size++] = point;
      }
    }
    return Arrays.copyOf(x, size);
  }

  /** Whether a number is written with fewer digits than another. */
  static boolean rounder(double x, double other) {
    return Double.toString(x).length() < Double.toString(other).length();
  }
}
