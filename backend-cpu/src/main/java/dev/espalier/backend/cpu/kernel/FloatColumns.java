package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of floats combined column by column, in order: each column is a chain of its own, so neither
 * the width of vectors nor the place of a column changes a bit.
 */
public final class FloatColumns {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private FloatColumns() {}

  /**
   * The rows added.
   *
   * @param rows how many rows of width adjacent elements
   * @param z one element for each column
   * @param first whether to begin anew; else the rows are added to what z holds
   */
  public static void sum(float[] x, int xo, int rows, int width, float[] z, int zo, boolean first) {
    int bound = S.loopBound(width);
    int j = 0;
    for (; j < bound; j += L) {
      FloatVector total = first ? FloatVector.broadcast(S, 0) : FloatVector.fromArray(S, z, zo + j);
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.add(FloatVector.fromArray(S, x, at));
        at += width;
      }
      total.intoArray(z, zo + j);
    }
    for (; j < width; j++) {
      float total = first ? 0 : z[zo + j];
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
  public static void max(float[] x, int xo, int rows, int width, float[] z, int zo, boolean first) {
    int bound = S.loopBound(width);
    int j = 0;
    for (; j < bound; j += L) {
      FloatVector total =
          first
              ? FloatVector.broadcast(S, Float.NEGATIVE_INFINITY)
              : FloatVector.fromArray(S, z, zo + j);
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.max(FloatVector.fromArray(S, x, at));
        at += width;
      }
      total.intoArray(z, zo + j);
    }
    for (; j < width; j++) {
      float total = first ? Float.NEGATIVE_INFINITY : z[zo + j];
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
  public static void min(float[] x, int xo, int rows, int width, float[] z, int zo, boolean first) {
    int bound = S.loopBound(width);
    int j = 0;
    for (; j < bound; j += L) {
      FloatVector total =
          first
              ? FloatVector.broadcast(S, Float.POSITIVE_INFINITY)
              : FloatVector.fromArray(S, z, zo + j);
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.min(FloatVector.fromArray(S, x, at));
        at += width;
      }
      total.intoArray(z, zo + j);
    }
    for (; j < width; j++) {
      float total = first ? Float.POSITIVE_INFINITY : z[zo + j];
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = Math.min(total, x[at]);
        at += width;
      }
      z[zo + j] = total;
    }
  }
}
