package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies a matrix into panels of so many columns, {@code to[panel][row][column]}, with zeros where
 * the last panel has no more columns. Elements of a matrix that is rounded are; where the inner
 * loops take pairs of BF16 numbers, rows 2k and 2k + 1 of a panel then stand as row k in its first
 * half.
 */
final class FloatPacking {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Rows that are copied into one panel after the other, so that both sides stay near. */
  private static final int CHUNK = 8;

  private FloatPacking() {}

  /**
   * Packs.
   *
   * @param xo where the first row and column is
   * @param rowStride from a row to the next
   * @param columnStride from a column to the next
   * @param width columns of a panel
   * @param panels which knows how to transpose
   */
  static void pack(
      FloatArray x,
      int xo,
      int rowStride,
      int columnStride,
      boolean rounded,
      int rows,
      int columns,
      FloatArray to,
      int offset,
      int width,
      FloatPanels panels) {
    boolean paired = rounded && panels.takesPairs();
    int whole = columns / width * width;
    if (paired && columnStride == 1) {
      Bf16Pairs.adjacent(x.values(), xo, rowStride, rows, whole, to.values(), offset, width);
    } else if (paired && rowStride == 1 && rows % 2 == 0) {
      for (int j = 0; j < whole; j += width) {
        across(x.values(), xo + j * columnStride, columnStride, rows, to, offset, j, width, panels);
      }
    } else if (columnStride == 1) {
      adjacent(x.values(), xo, rowStride, rows, whole, to.values(), offset, width);
    } else {
      for (int j = 0; j < whole; j += width) {
        int from = xo + j * columnStride;
        part(x, from, rowStride, columnStride, width, rows, to, offset + j * rows, width, panels);
      }
    }
    if (whole < columns) {
      int from = xo + whole * columnStride;
      int start = offset + whole * rows;
      int count = columns - whole;
      Arrays.fill(to.values(), start, start + width * rows, 0);
      part(x, from, rowStride, columnStride, count, rows, to, start, width, panels);
    }
    if (rounded) {
      boolean done = paired && (columnStride == 1 || (rowStride == 1 && rows % 2 == 0));
      int first = done ? whole : 0;
      int count = Math.ceilDiv(columns - first, width);
      round(to.values(), offset + first * rows, rows, count, width, panels);
    }
  }

  /**
   * Adjacent rows into pairs of one panel, by way of its second half: there each row is rounded,
   * and then has half as many elements to be transposed.
   */
  private static void across(
      float[] x,
      int from,
      int step,
      int rows,
      FloatArray to,
      int offset,
      int column,
      int width,
      FloatPanels panels) {
    int start = offset + column * rows;
    int pairs = rows / 2;
    int half = start + pairs * width;
    for (int i = 0; i < width; i++) {
      Bf16Pairs.row(x, from + i * step, to.values(), half + i * pairs, pairs);
    }
    panels.interleave(to, half, pairs, width, pairs, to, start, width);
  }

  /** Rounds panels that stand one after the other, to pairs where the inner loops take such. */
  private static void round(
      float[] array, int offset, int rows, int count, int width, FloatPanels panels) {
    if (panels.takesPairs()) {
      Bf16Pairs.round(array, offset, rows, count, width);
    } else {
      FloatConversion.roundToBf16(array, offset, rows * count * width);
    }
  }

  /** Some columns from one on into one panel. */
  private static void part(
      FloatArray x,
      int from,
      int rowStride,
      int columnStride,
      int count,
      int rows,
      FloatArray to,
      int start,
      int width,
      FloatPanels panels) {
    float[] a = x.values();
    float[] b = to.values();
    if (columnStride == 1) {
      for (int k = 0; k < rows; k++) {
        System.arraycopy(a, from + k * rowStride, b, start + k * width, count);
      }
    } else if (rowStride == 1) {
      panels.interleave(x, from, columnStride, count, rows, to, start, width);
    } else {
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < rows; k++) {
          b[start + k * width + i] = a[from + i * columnStride + k * rowStride];
        }
      }
    }
  }

  /**
   * Whole panels of adjacent columns. A row of a panel is copied by whole vectors, of which the
   * last may write into the next row, which is written after it; so the last row of a panel is
   * copied by elements.
   */
  private static void adjacent(
      float[] from, int xo, int step, int rows, int columns, float[] to, int offset, int width) {
    int reach = (width + L - 1) / L * L;
    for (int k = 0; k < rows; k += CHUNK) {
      int toRow = Math.min(rows, k + CHUNK);
      for (int j = 0; j < columns; j += width) {
        int f = xo + k * step + j;
        int t = offset + j * rows + k * width;
        int byVectors = reach == width ? toRow : Math.min(toRow, rows - 1);
        if (f + (byVectors - 1 - k) * step + reach > from.length) {
          byVectors = k;
        }
        for (int i = k; i < byVectors; i++) {
          for (int v = 0; v < reach; v += L) {
            FloatVector.fromArray(S, from, f + v).intoArray(to, t + v);
          }
          f += step;
          t += width;
        }
        for (int i = byVectors; i < toRow; i++) {
          for (int v = 0; v < width; v++) {
            to[t + v] = from[f + v];
          }
          f += step;
          t += width;
        }
      }
    }
  }

  /**
   * Adjacent rows into one panel: {@code to[start + k * width + i] = from[fo + i * step + k]} for i
   * below count and k below depth.
   */
  static void interleave(
      float[] from, int fo, int step, int count, int depth, float[] to, int start, int width) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      int p = fo + i * step;
      int q = p + step;
      int r = q + step;
      int s = r + step;
      int t = start + i;
      for (int k = 0; k < depth; k++) {
        to[t] = from[p + k];
        to[t + 1] = from[q + k];
        to[t + 2] = from[r + k];
        to[t + 3] = from[s + k];
        t += width;
      }
    }
    for (; i < count; i++) {
      int p = fo + i * step;
      for (int k = 0; k < depth; k++) {
        to[start + k * width + i] = from[p + k];
      }
    }
  }
}
