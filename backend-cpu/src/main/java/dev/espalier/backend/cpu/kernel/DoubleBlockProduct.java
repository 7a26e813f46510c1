package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of the small matrices of {@link DoubleAttention}, without packing: rows of B and C are
 * adjacent elements, and both have as many columns as fill whole tiles of {@link #COLUMNS}.
 *
 * <p>Flat code, so that no vector is ever boxed. Each element of C is its own chain of fused
 * multiply-adds in the order of k: the shape of the tile does not show in the result.
 */
final class DoubleBlockProduct {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Rows of a tile. */
  static final int ROWS = 4;

  /** Columns of a tile: two vectors. */
  static final int COLUMNS = 2 * L;

  private DoubleBlockProduct() {}

  /** How many columns whole tiles have, for so many. */
  static int padded(int columns) {
    return (columns + COLUMNS - 1) / COLUMNS * COLUMNS;
  }

  /**
   * {@code C = A B}, where A has m rows; C has room for a multiple of 4 rows, and those from m on
   * are overwritten with the last.
   *
   * @param upper whether only the part of C is wanted in which the column is not less than the row
   */
  static void product(
      int m,
      int n,
      int depth,
      double[] a,
      int ao,
      int as,
      double[] b,
      int bo,
      int bs,
      double[] c,
      int co,
      int cs,
      boolean upper) {
    DoubleVector zero = DoubleVector.zero(S);
    for (int i = 0; i < m; i += ROWS) {
      int a0 = ao + i * as;
      int a1 = ao + Math.min(i + 1, m - 1) * as;
      int a2 = ao + Math.min(i + 2, m - 1) * as;
      int a3 = ao + Math.min(i + 3, m - 1) * as;
      for (int j = upper ? i / COLUMNS * COLUMNS : 0; j < n; j += COLUMNS) {
        DoubleVector p0 = zero;
        DoubleVector q0 = zero;
        DoubleVector p1 = zero;
        DoubleVector q1 = zero;
        DoubleVector p2 = zero;
        DoubleVector q2 = zero;
        DoubleVector p3 = zero;
        DoubleVector q3 = zero;
        int bj = bo + j;
        for (int k = 0; k < depth; k++) {
          DoubleVector x = DoubleVector.fromArray(S, b, bj);
          DoubleVector y = DoubleVector.fromArray(S, b, bj + L);
          bj += bs;
          DoubleVector v;
          v = DoubleVector.broadcast(S, a[a0 + k]);
          p0 = v.fma(x, p0);
          q0 = v.fma(y, q0);
          v = DoubleVector.broadcast(S, a[a1 + k]);
          p1 = v.fma(x, p1);
          q1 = v.fma(y, q1);
          v = DoubleVector.broadcast(S, a[a2 + k]);
          p2 = v.fma(x, p2);
          q2 = v.fma(y, q2);
          v = DoubleVector.broadcast(S, a[a3 + k]);
          p3 = v.fma(x, p3);
          q3 = v.fma(y, q3);
        }
        int t = co + i * cs + j;
        p0.intoArray(c, t);
        q0.intoArray(c, t + L);
        t += cs;
        p1.intoArray(c, t);
        q1.intoArray(c, t + L);
        t += cs;
        p2.intoArray(c, t);
        q2.intoArray(c, t + L);
        t += cs;
        p3.intoArray(c, t);
        q3.intoArray(c, t + L);
      }
    }
  }

  /**
   * {@code C += A B}, where A and C have room for a multiple of 4 rows.
   *
   * @param upper whether the elements of A are 0 in which the column is less than the row; they are
   *     not read, but for those of a tile on the diagonal
   */
  static void addProduct(
      int m,
      int n,
      int depth,
      double[] a,
      int ao,
      int as,
      double[] b,
      int bo,
      int bs,
      double[] c,
      int co,
      int cs,
      boolean upper) {
    for (int i = 0; i < m; i += ROWS) {
      int a0 = ao + i * as;
      int a1 = a0 + as;
      int a2 = a1 + as;
      int a3 = a2 + as;
      int from = upper ? i : 0;
      for (int j = 0; j < n; j += COLUMNS) {
        int t = co + i * cs + j;
        DoubleVector p0 = DoubleVector.fromArray(S, c, t);
        DoubleVector q0 = DoubleVector.fromArray(S, c, t + L);
        t += cs;
        DoubleVector p1 = DoubleVector.fromArray(S, c, t);
        DoubleVector q1 = DoubleVector.fromArray(S, c, t + L);
        t += cs;
        DoubleVector p2 = DoubleVector.fromArray(S, c, t);
        DoubleVector q2 = DoubleVector.fromArray(S, c, t + L);
        t += cs;
        DoubleVector p3 = DoubleVector.fromArray(S, c, t);
        DoubleVector q3 = DoubleVector.fromArray(S, c, t + L);
        int bj = bo + from * bs + j;
        for (int k = from; k < depth; k++) {
          DoubleVector x = DoubleVector.fromArray(S, b, bj);
          DoubleVector y = DoubleVector.fromArray(S, b, bj + L);
          bj += bs;
          DoubleVector v;
          v = DoubleVector.broadcast(S, a[a0 + k]);
          p0 = v.fma(x, p0);
          q0 = v.fma(y, q0);
          v = DoubleVector.broadcast(S, a[a1 + k]);
          p1 = v.fma(x, p1);
          q1 = v.fma(y, q1);
          v = DoubleVector.broadcast(S, a[a2 + k]);
          p2 = v.fma(x, p2);
          q2 = v.fma(y, q2);
          v = DoubleVector.broadcast(S, a[a3 + k]);
          p3 = v.fma(x, p3);
          q3 = v.fma(y, q3);
        }
        t = co + i * cs + j;
        p0.intoArray(c, t);
        q0.intoArray(c, t + L);
        t += cs;
        p1.intoArray(c, t);
        q1.intoArray(c, t + L);
        t += cs;
        p2.intoArray(c, t);
        q2.intoArray(c, t + L);
        t += cs;
        p3.intoArray(c, t);
        q3.intoArray(c, t + L);
      }
    }
  }

  /**
   * {@code C = diag(factor) C + A^T B}, where A has rows of m elements, and A's columns, C and the
   * factors have room for a multiple of 4.
   *
   * @param upper whether the elements of A are 0 in which the column is less than the row; they are
   *     not read, but for those of a tile on the diagonal
   */
  static void addTransposedProduct(
      int m,
      int n,
      int depth,
      double[] a,
      int ao,
      int as,
      double[] b,
      int bo,
      int bs,
      double[] c,
      int co,
      int cs,
      double[] factor,
      boolean upper) {
    for (int i = 0; i < m; i += ROWS) {
      int to = upper ? Math.min(depth, i + ROWS) : depth;
      for (int j = 0; j < n; j += COLUMNS) {
        int t = co + i * cs + j;
        DoubleVector p0 = DoubleVector.fromArray(S, c, t).mul(factor[i]);
        DoubleVector q0 = DoubleVector.fromArray(S, c, t + L).mul(factor[i]);
        t += cs;
        DoubleVector p1 = DoubleVector.fromArray(S, c, t).mul(factor[i + 1]);
        DoubleVector q1 = DoubleVector.fromArray(S, c, t + L).mul(factor[i + 1]);
        t += cs;
        DoubleVector p2 = DoubleVector.fromArray(S, c, t).mul(factor[i + 2]);
        DoubleVector q2 = DoubleVector.fromArray(S, c, t + L).mul(factor[i + 2]);
        t += cs;
        DoubleVector p3 = DoubleVector.fromArray(S, c, t).mul(factor[i + 3]);
        DoubleVector q3 = DoubleVector.fromArray(S, c, t + L).mul(factor[i + 3]);
        int ai = ao + i;
        int bj = bo + j;
        for (int k = 0; k < to; k++) {
          DoubleVector x = DoubleVector.fromArray(S, b, bj);
          DoubleVector y = DoubleVector.fromArray(S, b, bj + L);
          bj += bs;
          DoubleVector v;
          v = DoubleVector.broadcast(S, a[ai]);
          p0 = v.fma(x, p0);
          q0 = v.fma(y, q0);
          v = DoubleVector.broadcast(S, a[ai + 1]);
          p1 = v.fma(x, p1);
          q1 = v.fma(y, q1);
          v = DoubleVector.broadcast(S, a[ai + 2]);
          p2 = v.fma(x, p2);
          q2 = v.fma(y, q2);
          v = DoubleVector.broadcast(S, a[ai + 3]);
          p3 = v.fma(x, p3);
          q3 = v.fma(y, q3);
          ai += as;
        }
        t = co + i * cs + j;
        p0.intoArray(c, t);
        q0.intoArray(c, t + L);
        t += cs;
        p1.intoArray(c, t);
        q1.intoArray(c, t + L);
        t += cs;
        p2.intoArray(c, t);
        q2.intoArray(c, t + L);
        t += cs;
        p3.intoArray(c, t);
        q3.intoArray(c, t + L);
      }
    }
  }
}
