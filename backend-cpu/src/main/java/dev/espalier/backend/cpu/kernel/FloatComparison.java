package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Comparisons of floats into bytes (0 or 1), and the choice between two blocks by such bytes.
 *
 * <p>NaN is unequal to everything, itself included; -0 equals 0.
 */
public final class FloatComparison {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final VectorSpecies<Byte> B = VectorLanes.BYTES;

  /** Where there are none the plain loop does it all. */
  private static final boolean VECTORS = VectorLanes.HAS_BYTES;

  private FloatComparison() {}

  /** x = y. */
  public static void eq(float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          FloatVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.EQ, FloatVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y[yo + i] ? 1 : 0);
    }
  }

  /** x = y. The second operand is one value. */
  public static void eq(float[] x, int xo, float y, byte[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m = FloatVector.fromArray(S, x, xo + i).compare(VectorOperators.EQ, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y ? 1 : 0);
    }
  }

  /** x = y. The first operand is one value. */
  public static void eq(float x, float[] y, int yo, byte[] z, int zo, int n) {
    eq(y, yo, x, z, zo, n);
  }

  /** x != y. */
  public static void ne(float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          FloatVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.NE, FloatVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y[yo + i] ? 1 : 0);
    }
  }

  /** x != y. The second operand is one value. */
  public static void ne(float[] x, int xo, float y, byte[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m = FloatVector.fromArray(S, x, xo + i).compare(VectorOperators.NE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y ? 1 : 0);
    }
  }

  /** x != y. The first operand is one value. */
  public static void ne(float x, float[] y, int yo, byte[] z, int zo, int n) {
    ne(y, yo, x, z, zo, n);
  }

  /** x &lt; y. */
  public static void lt(float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          FloatVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.LT, FloatVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt; y. The second operand is one value. */
  public static void lt(float[] x, int xo, float y, byte[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m = FloatVector.fromArray(S, x, xo + i).compare(VectorOperators.LT, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y ? 1 : 0);
    }
  }

  /** x &lt; y. The first operand is one value. */
  public static void lt(float x, float[] y, int yo, byte[] z, int zo, int n) {
    gt(y, yo, x, z, zo, n);
  }

  /** x &lt;= y. */
  public static void le(float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          FloatVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.LE, FloatVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt;= y. The second operand is one value. */
  public static void le(float[] x, int xo, float y, byte[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m = FloatVector.fromArray(S, x, xo + i).compare(VectorOperators.LE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y ? 1 : 0);
    }
  }

  /** x &lt;= y. The first operand is one value. */
  public static void le(float x, float[] y, int yo, byte[] z, int zo, int n) {
    ge(y, yo, x, z, zo, n);
  }

  /** x &gt; y. */
  public static void gt(float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          FloatVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.GT, FloatVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt; y. The second operand is one value. */
  public static void gt(float[] x, int xo, float y, byte[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m = FloatVector.fromArray(S, x, xo + i).compare(VectorOperators.GT, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y ? 1 : 0);
    }
  }

  /** x &gt; y. The first operand is one value. */
  public static void gt(float x, float[] y, int yo, byte[] z, int zo, int n) {
    lt(y, yo, x, z, zo, n);
  }

  /** x &gt;= y. */
  public static void ge(float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          FloatVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.GE, FloatVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt;= y. The second operand is one value. */
  public static void ge(float[] x, int xo, float y, byte[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m = FloatVector.fromArray(S, x, xo + i).compare(VectorOperators.GE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y ? 1 : 0);
    }
  }

  /** x &gt;= y. The first operand is one value. */
  public static void ge(float x, float[] y, int yo, byte[] z, int zo, int n) {
    le(y, yo, x, z, zo, n);
  }

  /** x where the byte is not 0, else y. */
  public static void select(
      byte[] c, int co, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      FloatVector.fromArray(S, y, yo + i)
          .blend(FloatVector.fromArray(S, x, xo + i), m)
          .intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y[yo + i];
    }
  }

  /** x where the byte is not 0, else y. The value for 0 is one number. */
  public static void select(
      byte[] c, int co, float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      b.blend(FloatVector.fromArray(S, x, xo + i), m).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y;
    }
  }

  /** x where the byte is not 0, else y. The value for 1 is one number. */
  public static void select(
      byte[] c, int co, float x, float[] y, int yo, float[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Float> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      FloatVector.fromArray(S, y, yo + i).blend(x, m).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x : y[yo + i];
    }
  }
}
