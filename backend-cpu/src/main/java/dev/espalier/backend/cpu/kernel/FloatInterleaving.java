package dev.espalier.backend.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.L2I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of every second element, and of the elements of two arrays in turn. */
final class FloatInterleaving {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** Elements of a vector. */
  private static final int LANES = S.length();

  /** Elements of half a vector. */
  private static final int HALF = LANES / 2;

  private static final FloatVector EVEN = FloatVector.zero(S).addIndex(2);
  private static final FloatVector LOW = inTurn(0);
  private static final FloatVector HIGH = inTurn(HALF);

  private FloatInterleaving() {}

  /** Of two vectors the lanes of the one and the other in turn, from one on. */
  private static FloatVector inTurn(int first) {
    float[] lanes = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = first + i / 2 + i % 2 * LANES;
    }
    return FloatVector.fromArray(S, lanes, 0);
  }

  /** {@code to[q + i] = x[p + 2 * i]} for a vector; the elements between are read too. */
  private static void everySecond(float[] x, int p, float[] to, int q) {
    EVEN.selectFrom(FloatVector.fromArray(S, x, p), FloatVector.fromArray(S, x, p + LANES))
        .intoArray(to, q);
  }

  /** The same for half a vector. */
  private static void everySecondOfHalf(float[] x, int p, float[] to, int q) {
    ((IntVector) FloatVector.fromArray(S, x, p).reinterpretAsLongs().convertShape(L2I, INTS, 0))
        .reinterpretAsFloats()
        .intoArray(to, q, FirstLanes.floats(HALF));
  }

  /** As {@link FloatPanels#everySecond}. */
  static void lines(
      float[] x,
      int fo,
      int fromStep,
      float[] to,
      int start,
      int toStep,
      int planes,
      Places linesFrom,
      Places linesTo,
      int length) {
    for (int c = 0; c < planes; c++) {
      for (int line = 0; line < linesFrom.count(); line++) {
        int p = fo + c * fromStep + linesFrom.array()[line];
        int q = start + c * toStep + linesTo.array()[line];
        if (length >= HALF && p + 2 * length <= x.length) {
          line(x, p, length, to, q);
          continue;
        }
        for (int i = 0; i < length; i++) {
          to[q + i] = x[p + 2 * i];
        }
      }
    }
  }

  private static void line(float[] x, int p, int length, float[] to, int q) {
    if (length >= LANES) {
      int end = length - LANES;
      for (int i = 0; i < end; i += LANES) {
        everySecond(x, p + 2 * i, to, q + i);
      }
      everySecond(x, p + 2 * end, to, q + end);
      return;
    }
    int end = length - HALF;
    everySecondOfHalf(x, p, to, q);
    if (end > 0) {
      everySecondOfHalf(x, p + 2 * end, to, q + end);
    }
  }

  /**
   * {@code to[q + 2 * i] = x[even + i]} and {@code to[q + 2 * i + 1] = x[odd + i]} for i below a
   * length of at least a vector.
   */
  static void inTurn(float[] x, int even, int odd, int length, float[] to, int q) {
    int end = length - LANES;
    for (int i = 0; i < end; i += LANES) {
      inTurn(x, even + i, odd + i, to, q + 2 * i);
    }
    inTurn(x, even + end, odd + end, to, q + 2 * end);
  }

  private static void inTurn(float[] x, int even, int odd, float[] to, int q) {
    FloatVector a = FloatVector.fromArray(S, x, even);
    FloatVector b = FloatVector.fromArray(S, x, odd);
    LOW.selectFrom(a, b).intoArray(to, q);
    HIGH.selectFrom(a, b).intoArray(to, q + LANES);
  }
}
