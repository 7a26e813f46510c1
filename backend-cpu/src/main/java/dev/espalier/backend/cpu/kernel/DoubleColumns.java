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
   * @param z one element for each column
   * @param first whether to begin anew; else the rows are added to what z holds
   */
  public static void sum(
      double[] x, int xo, int rows, int width, double[] z, int zo, boolean first) {
    int bound = S.loopBound(width);
    int j = 0;
    for (; j < bound; j += L) {
      DoubleVector total =
          first ? DoubleVector.broadcast(S, 0) : DoubleVector.fromArray(S, z, zo + j);
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.add(DoubleVector.fromArray(S, x, at));
        at += width;
      }
      total.intoArray(z, zo + j);
    }
    for (; j < width; j++) {
      double total = first ? 0 : z[zo + j];
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total + x[at];
        at += width;
      }
      z[zo + j] = total;
    }
  }

  /**
   * The rows combined by the maximum.
   *
   * @param rows how many rows of width adjacent elements
   * @param z one element for each column
   * @param first whether to begin anew; else the rows are combined by the maximum to what z holds
   */
  public static void max(
      double[] x, int xo, int rows, int width, double[] z, int zo, boolean first) {
    int bound = S.loopBound(width);
    int j = 0;
    for (; j < bound; j += L) {
      DoubleVector total =
          first
              ? DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY)
              : DoubleVector.fromArray(S, z, zo + j);
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.max(DoubleVector.fromArray(S, x, at));
        at += width;
      }
      total.intoArray(z, zo + j);
    }
    for (; j < width; j++) {
      double total = first ? Double.NEGATIVE_INFINITY : z[zo + j];
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = Math.max(total, x[at]);
        at += width;
      }
      z[zo + j] = total;
    }
  }

  /**
   * The rows combined by the minimum.
   *
   * @param rows how many rows of width adjacent elements
   * @param z one element for each column
   * @param first whether to begin anew; else the rows are combined by the minimum to what z holds
   */
  public static void min(
      double[] x, int xo, int rows, int width, double[] z, int zo, boolean first) {
    int bound = S.loopBound(width);
    int j = 0;
    for (; j < bound; j += L) {
      DoubleVector total =
          first
              ? DoubleVector.broadcast(S, Double.POSITIVE_INFINITY)
              : DoubleVector.fromArray(S, z, zo + j);
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.min(DoubleVector.fromArray(S, x, at));
        at += width;
      }
      total.intoArray(z, zo + j);
    }
    for (; j < width; j++) {
      double total = first ? Double.POSITIVE_INFINITY : z[zo + j];
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = Math.min(total, x[at]);
        at += width;
      }
      z[zo + j] = total;
    }
  }
}
