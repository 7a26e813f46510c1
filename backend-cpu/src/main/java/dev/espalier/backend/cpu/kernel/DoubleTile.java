package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop of {@link DoubleGemm}: a tile of C held in vector registers over a packed
 * panel of A and one of B.
 *
 * <p>Flat code, so that no vector is ever boxed. Each element of the tile is its own chain of fused
 * multiply-adds in the order of k: the shape of the tile does not show in the result.
 */
final class DoubleTile {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final boolean LARGE = S.vectorBitSize() >= 512;

  /** Rows of a tile: with 32 vector registers 12, else 4. */
  static final int ROWS = LARGE ? 12 : 4;

  /** Columns of a tile: two vectors. */
  static final int COLUMNS = 2 * L;

  private DoubleTile() {}

  /**
   * Multiplies packed panels, {@code a[k][ROWS]} and {@code b[k][COLUMNS]}, into the tile of C at
   * co with the given row stride: added to it if accumulate, else in place of it.
   */
  static void multiply(
      int depth,
      double[] a,
      int ao,
      double[] b,
      int bo,
      double[] c,
      int co,
      int stride,
      boolean accumulate) {
    if (LARGE) {
      rows12(depth, a, ao, b, bo, c, co, stride, accumulate);
    } else {
      rows4(depth, a, ao, b, bo, c, co, stride, accumulate);
    }
  }

  private static void rows12(
      int depth,
      double[] a,
      int ao,
      double[] b,
      int bo,
      double[] c,
      int co,
      int stride,
      boolean accumulate) {
    DoubleVector zero = DoubleVector.zero(S);
    DoubleVector p0 = zero;
    DoubleVector q0 = zero;
    DoubleVector p1 = zero;
    DoubleVector q1 = zero;
    DoubleVector p2 = zero;
    DoubleVector q2 = zero;
    DoubleVector p3 = zero;
    DoubleVector q3 = zero;
    DoubleVector p4 = zero;
    DoubleVector q4 = zero;
    DoubleVector p5 = zero;
    DoubleVector q5 = zero;
    DoubleVector p6 = zero;
    DoubleVector q6 = zero;
    DoubleVector p7 = zero;
    DoubleVector q7 = zero;
    DoubleVector p8 = zero;
    DoubleVector q8 = zero;
    DoubleVector p9 = zero;
    DoubleVector q9 = zero;
    DoubleVector p10 = zero;
    DoubleVector q10 = zero;
    DoubleVector p11 = zero;
    DoubleVector q11 = zero;
    for (int k = 0; k < depth; k++) {
      DoubleVector x = DoubleVector.fromArray(S, b, bo + k * 2 * L);
      DoubleVector y = DoubleVector.fromArray(S, b, bo + k * 2 * L + L);
      DoubleVector v;
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 0]);
      p0 = v.fma(x, p0);
      q0 = v.fma(y, q0);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 1]);
      p1 = v.fma(x, p1);
      q1 = v.fma(y, q1);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 2]);
      p2 = v.fma(x, p2);
      q2 = v.fma(y, q2);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 3]);
      p3 = v.fma(x, p3);
      q3 = v.fma(y, q3);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 4]);
      p4 = v.fma(x, p4);
      q4 = v.fma(y, q4);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 5]);
      p5 = v.fma(x, p5);
      q5 = v.fma(y, q5);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 6]);
      p6 = v.fma(x, p6);
      q6 = v.fma(y, q6);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 7]);
      p7 = v.fma(x, p7);
      q7 = v.fma(y, q7);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 8]);
      p8 = v.fma(x, p8);
      q8 = v.fma(y, q8);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 9]);
      p9 = v.fma(x, p9);
      q9 = v.fma(y, q9);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 10]);
      p10 = v.fma(x, p10);
      q10 = v.fma(y, q10);
      v = DoubleVector.broadcast(S, a[ao + k * 12 + 11]);
      p11 = v.fma(x, p11);
      q11 = v.fma(y, q11);
    }
    if (accumulate) {
      int o = co;
      p0 = DoubleVector.fromArray(S, c, o).add(p0);
      q0 = DoubleVector.fromArray(S, c, o + L).add(q0);
      o += stride;
      p1 = DoubleVector.fromArray(S, c, o).add(p1);
      q1 = DoubleVector.fromArray(S, c, o + L).add(q1);
      o += stride;
      p2 = DoubleVector.fromArray(S, c, o).add(p2);
      q2 = DoubleVector.fromArray(S, c, o + L).add(q2);
      o += stride;
      p3 = DoubleVector.fromArray(S, c, o).add(p3);
      q3 = DoubleVector.fromArray(S, c, o + L).add(q3);
      o += stride;
      p4 = DoubleVector.fromArray(S, c, o).add(p4);
      q4 = DoubleVector.fromArray(S, c, o + L).add(q4);
      o += stride;
      p5 = DoubleVector.fromArray(S, c, o).add(p5);
      q5 = DoubleVector.fromArray(S, c, o + L).add(q5);
      o += stride;
      p6 = DoubleVector.fromArray(S, c, o).add(p6);
      q6 = DoubleVector.fromArray(S, c, o + L).add(q6);
      o += stride;
      p7 = DoubleVector.fromArray(S, c, o).add(p7);
      q7 = DoubleVector.fromArray(S, c, o + L).add(q7);
      o += stride;
      p8 = DoubleVector.fromArray(S, c, o).add(p8);
      q8 = DoubleVector.fromArray(S, c, o + L).add(q8);
      o += stride;
      p9 = DoubleVector.fromArray(S, c, o).add(p9);
      q9 = DoubleVector.fromArray(S, c, o + L).add(q9);
      o += stride;
      p10 = DoubleVector.fromArray(S, c, o).add(p10);
      q10 = DoubleVector.fromArray(S, c, o + L).add(q10);
      o += stride;
      p11 = DoubleVector.fromArray(S, c, o).add(p11);
      q11 = DoubleVector.fromArray(S, c, o + L).add(q11);
    }
    int t = co;
    p0.intoArray(c, t);
    q0.intoArray(c, t + L);
    t += stride;
    p1.intoArray(c, t);
    q1.intoArray(c, t + L);
    t += stride;
    p2.intoArray(c, t);
    q2.intoArray(c, t + L);
    t += stride;
    p3.intoArray(c, t);
    q3.intoArray(c, t + L);
    t += stride;
    p4.intoArray(c, t);
    q4.intoArray(c, t + L);
    t += stride;
    p5.intoArray(c, t);
    q5.intoArray(c, t + L);
    t += stride;
    p6.intoArray(c, t);
    q6.intoArray(c, t + L);
    t += stride;
    p7.intoArray(c, t);
    q7.intoArray(c, t + L);
    t += stride;
    p8.intoArray(c, t);
    q8.intoArray(c, t + L);
    t += stride;
    p9.intoArray(c, t);
    q9.intoArray(c, t + L);
    t += stride;
    p10.intoArray(c, t);
    q10.intoArray(c, t + L);
    t += stride;
    p11.intoArray(c, t);
    q11.intoArray(c, t + L);
  }

  /** Two steps of the depth at a time: C2 then keeps every sum in its register. */
  private static void rows4(
      int depth,
      double[] a,
      int ao,
      double[] b,
      int bo,
      double[] c,
      int co,
      int stride,
      boolean accumulate) {
    DoubleVector zero = DoubleVector.zero(S);
    DoubleVector p0 = zero;
    DoubleVector q0 = zero;
    DoubleVector p1 = zero;
    DoubleVector q1 = zero;
    DoubleVector p2 = zero;
    DoubleVector q2 = zero;
    DoubleVector p3 = zero;
    DoubleVector q3 = zero;
    int k = 0;
    for (; k + 2 <= depth; k += 2) {
      DoubleVector x = DoubleVector.fromArray(S, b, bo + k * 2 * L);
      DoubleVector y = DoubleVector.fromArray(S, b, bo + k * 2 * L + L);
      DoubleVector u0 = DoubleVector.broadcast(S, a[ao + k * 4 + 0]);
      p0 = u0.fma(x, p0);
      q0 = u0.fma(y, q0);
      DoubleVector u1 = DoubleVector.broadcast(S, a[ao + k * 4 + 1]);
      p1 = u1.fma(x, p1);
      q1 = u1.fma(y, q1);
      DoubleVector u2 = DoubleVector.broadcast(S, a[ao + k * 4 + 2]);
      p2 = u2.fma(x, p2);
      q2 = u2.fma(y, q2);
      DoubleVector u3 = DoubleVector.broadcast(S, a[ao + k * 4 + 3]);
      p3 = u3.fma(x, p3);
      q3 = u3.fma(y, q3);
      DoubleVector z = DoubleVector.fromArray(S, b, bo + (k + 1) * 2 * L);
      DoubleVector w = DoubleVector.fromArray(S, b, bo + (k + 1) * 2 * L + L);
      DoubleVector v0 = DoubleVector.broadcast(S, a[ao + (k + 1) * 4 + 0]);
      p0 = v0.fma(z, p0);
      q0 = v0.fma(w, q0);
      DoubleVector v1 = DoubleVector.broadcast(S, a[ao + (k + 1) * 4 + 1]);
      p1 = v1.fma(z, p1);
      q1 = v1.fma(w, q1);
      DoubleVector v2 = DoubleVector.broadcast(S, a[ao + (k + 1) * 4 + 2]);
      p2 = v2.fma(z, p2);
      q2 = v2.fma(w, q2);
      DoubleVector v3 = DoubleVector.broadcast(S, a[ao + (k + 1) * 4 + 3]);
      p3 = v3.fma(z, p3);
      q3 = v3.fma(w, q3);
    }
    if (k < depth) {
      DoubleVector x = DoubleVector.fromArray(S, b, bo + k * 2 * L);
      DoubleVector y = DoubleVector.fromArray(S, b, bo + k * 2 * L + L);
      DoubleVector u0 = DoubleVector.broadcast(S, a[ao + k * 4 + 0]);
      p0 = u0.fma(x, p0);
      q0 = u0.fma(y, q0);
      DoubleVector u1 = DoubleVector.broadcast(S, a[ao + k * 4 + 1]);
      p1 = u1.fma(x, p1);
      q1 = u1.fma(y, q1);
      DoubleVector u2 = DoubleVector.broadcast(S, a[ao + k * 4 + 2]);
      p2 = u2.fma(x, p2);
      q2 = u2.fma(y, q2);
      DoubleVector u3 = DoubleVector.broadcast(S, a[ao + k * 4 + 3]);
      p3 = u3.fma(x, p3);
      q3 = u3.fma(y, q3);
    }
    if (accumulate) {
      int o = co;
      p0 = DoubleVector.fromArray(S, c, o).add(p0);
      q0 = DoubleVector.fromArray(S, c, o + L).add(q0);
      o += stride;
      p1 = DoubleVector.fromArray(S, c, o).add(p1);
      q1 = DoubleVector.fromArray(S, c, o + L).add(q1);
      o += stride;
      p2 = DoubleVector.fromArray(S, c, o).add(p2);
      q2 = DoubleVector.fromArray(S, c, o + L).add(q2);
      o += stride;
      p3 = DoubleVector.fromArray(S, c, o).add(p3);
      q3 = DoubleVector.fromArray(S, c, o + L).add(q3);
    }
    int t = co;
    p0.intoArray(c, t);
    q0.intoArray(c, t + L);
    t += stride;
    p1.intoArray(c, t);
    q1.intoArray(c, t + L);
    t += stride;
    p2.intoArray(c, t);
    q2.intoArray(c, t + L);
    t += stride;
    p3.intoArray(c, t);
    q3.intoArray(c, t + L);
  }
}
