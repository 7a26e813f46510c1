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
   * @param z one element for each column; may be one of the rows
   * @param first whether to begin anew; else the rows are added to what z holds
   */
  public static void sum(float[] x, int xo, int rows, int width, float[] z, int zo, boolean first) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, 0);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      if (!first) {
        a = FloatVector.fromArray(S, z, zo + j);
        b = FloatVector.fromArray(S, z, zo + j + L);
        c = FloatVector.fromArray(S, z, zo + j + 2 * L);
        d = FloatVector.fromArray(S, z, zo + j + 3 * L);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        a = a.add(FloatVector.fromArray(S, x, at));
        b = b.add(FloatVector.fromArray(S, x, at + L));
        c = c.add(FloatVector.fromArray(S, x, at + 2 * L));
        d = d.add(FloatVector.fromArray(S, x, at + 3 * L));
        at += width;
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < width; j += L) {
      var m = FirstLanes.floats(width - j);
      FloatVector total = FloatVector.broadcast(S, 0);
      if (!first) {
        total = FloatVector.fromArray(S, z, zo + j, m);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.add(FloatVector.fromArray(S, x, at, m));
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
  public static void max(float[] x, int xo, int rows, int width, float[] z, int zo, boolean first) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      if (!first) {
        a = FloatVector.fromArray(S, z, zo + j);
        b = FloatVector.fromArray(S, z, zo + j + L);
        c = FloatVector.fromArray(S, z, zo + j + 2 * L);
        d = FloatVector.fromArray(S, z, zo + j + 3 * L);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        a = a.max(FloatVector.fromArray(S, x, at));
        b = b.max(FloatVector.fromArray(S, x, at + L));
        c = c.max(FloatVector.fromArray(S, x, at + 2 * L));
        d = d.max(FloatVector.fromArray(S, x, at + 3 * L));
        at += width;
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < width; j += L) {
      var m = FirstLanes.floats(width - j);
      FloatVector total = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      if (!first) {
        total = FloatVector.fromArray(S, z, zo + j, m);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.max(FloatVector.fromArray(S, x, at, m));
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
  public static void min(float[] x, int xo, int rows, int width, float[] z, int zo, boolean first) {
    int j = 0;
    for (; j <= width - 4 * L; j += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      if (!first) {
        a = FloatVector.fromArray(S, z, zo + j);
        b = FloatVector.fromArray(S, z, zo + j + L);
        c = FloatVector.fromArray(S, z, zo + j + 2 * L);
        d = FloatVector.fromArray(S, z, zo + j + 3 * L);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        a = a.min(FloatVector.fromArray(S, x, at));
        b = b.min(FloatVector.fromArray(S, x, at + L));
        c = c.min(FloatVector.fromArray(S, x, at + 2 * L));
        d = d.min(FloatVector.fromArray(S, x, at + 3 * L));
        at += width;
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < width; j += L) {
      var m = FirstLanes.floats(width - j);
      FloatVector total = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
      if (!first) {
        total = FloatVector.fromArray(S, z, zo + j, m);
      }
      int at = xo + j;
      for (int row = 0; row < rows; row++) {
        total = total.min(FloatVector.fromArray(S, x, at, m));
        at += width;
      }
      total.intoArray(z, zo + j, m);
    }
  }
}
