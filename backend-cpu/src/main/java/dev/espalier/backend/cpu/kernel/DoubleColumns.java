package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of doubles combined column by column, in order: each column is a chain of its own, so
 * neither the width of vectors nor the place of a column changes a bit.
 */
public final class DoubleColumns {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private DoubleColumns() {}

  /**
   * The rows added.
   *
   * @param rows how many rows of width adjacent elements
   * @param z one element for each column; may be one of the rows
   * @param first whether to begin anew; else the rows are added to what z holds
   */
  public static void sum(
      double[] x, int xo, int rows, int width, double[] z, int zo, boolean first) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, 0);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      if (!first) {
        a = DoubleVector.fromArray(S, z, zo + j);
        b = DoubleVector.fromArray(S, z, zo + j + L);
        c = DoubleVector.fromArray(S, z, zo + j + 2 * L);
        d = DoubleVector.fromArray(S, z, zo + j + 3 * L);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        a = a.add(DoubleVector.fromArray(S, x, at));
        b = b.add(DoubleVector.fromArray(S, x, at + L));
        c = c.add(DoubleVector.fromArray(S, x, at + 2 * L));
        d = d.add(DoubleVector.fromArray(S, x, at + 3 * L));
        at += width;
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < width; j += L) {
      var m = FirstLanes.doubles(width - j);
      DoubleVector total = DoubleVector.broadcast(S, 0);
      if (!first) {
        total = DoubleVector.fromArray(S, z, zo + j, m);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.add(DoubleVector.fromArray(S, x, at, m));
        at += width;
      }
      total.intoArray(z, zo + j, m);
    }
  }

  /**
   * The rows combined by the maximum.
   *
   * @param rows how many rows of width adjacent elements
   * @param z one element for each column; may be one of the rows
   * @param first whether to begin anew; else the rows are combined by the maximum to what z holds
   */
  public static void max(
      double[] x, int xo, int rows, int width, double[] z, int zo, boolean first) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      if (!first) {
        a = DoubleVector.fromArray(S, z, zo + j);
        b = DoubleVector.fromArray(S, z, zo + j + L);
        c = DoubleVector.fromArray(S, z, zo + j + 2 * L);
        d = DoubleVector.fromArray(S, z, zo + j + 3 * L);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        a = a.max(DoubleVector.fromArray(S, x, at));
        b = b.max(DoubleVector.fromArray(S, x, at + L));
        c = c.max(DoubleVector.fromArray(S, x, at + 2 * L));
        d = d.max(DoubleVector.fromArray(S, x, at + 3 * L));
        at += width;
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < width; j += L) {
      var m = FirstLanes.doubles(width - j);
      DoubleVector total = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
      if (!first) {
        total = DoubleVector.fromArray(S, z, zo + j, m);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.max(DoubleVector.fromArray(S, x, at, m));
        at += width;
      }
      total.intoArray(z, zo + j, m);
    }
  }

  /**
   * The rows combined by the minimum.
   *
   * @param rows how many rows of width adjacent elements
   * @param z one element for each column; may be one of the rows
   * @param first whether to begin anew; else the rows are combined by the minimum to what z holds
   */
  public static void min(
      double[] x, int xo, int rows, int width, double[] z, int zo, boolean first) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      if (!first) {
        a = DoubleVector.fromArray(S, z, zo + j);
        b = DoubleVector.fromArray(S, z, zo + j + L);
        c = DoubleVector.fromArray(S, z, zo + j + 2 * L);
        d = DoubleVector.fromArray(S, z, zo + j + 3 * L);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        a = a.min(DoubleVector.fromArray(S, x, at));
        b = b.min(DoubleVector.fromArray(S, x, at + L));
        c = c.min(DoubleVector.fromArray(S, x, at + 2 * L));
        d = d.min(DoubleVector.fromArray(S, x, at + 3 * L));
        at += width;
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < width; j += L) {
      var m = FirstLanes.doubles(width - j);
      DoubleVector total = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
      if (!first) {
        total = DoubleVector.fromArray(S, z, zo + j, m);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.min(DoubleVector.fromArray(S, x, at, m));
        at += width;
      }
      total.intoArray(z, zo + j, m);
    }
  }
}
