package dev.espalier.backend.cpu.kernel;

import dev.espalier.backend.cpu.kernel.FloatGemm.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies a matrix into panels of so many columns, {@code to[panel][row][column]}, with zeros where
 * the last panel has no more columns; elements are rounded where the matrix is.
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
   * @param x the first row and column
   * @param width columns of a panel
   * @param panels which knows how to transpose
   */
  static void pack(
      Matrix x, int rows, int columns, float[] to, int offset, int width, FloatPanels panels) {
    int whole = columns / width * width;
    if (x.columnStride() == 1) {
      adjacent(x, rows, whole, to, offset, width);
    } else {
      for (int j = 0; j < whole; j += width) {
        part(x, j, width, rows, to, offset + j * rows, width, panels);
      }
    }
    if (whole < columns) {
      int start = offset + whole * rows;
      Arrays.fill(to, start, start + width * rows, 0);
      part(x, whole, columns - whole, rows, to, start, width, panels);
    }
    if (x.rounded()) {
      FloatConversion.roundToBf16(to, offset, rows * ((columns + width - 1) / width * width));
    }
  }

  /** Some columns from one on into one panel. */
  private static void part(
      Matrix x,
      int column,
      int count,
      int rows,
      float[] to,
      int start,
      int width,
      FloatPanels panels) {
    int from = x.offset() + column * x.columnStride();
    if (x.columnStride() == 1) {
      for (int k = 0; k < rows; k++) {
        System.arraycopy(x.array(), from + k * x.rowStride(), to, start + k * width, count);
      }
    } else if (x.rowStride() == 1) {
      panels.interleave(x.array(), from, x.columnStride(), count, rows, to, start, width);
    } else {
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < rows; k++) {
          to[start + k * width + i] = x.array()[from + i * x.columnStride() + k * x.rowStride()];
        }
      }
    }
  }

  /**
   * Whole panels of adjacent columns. A row of a panel is copied by whole vectors, of which the
   * last may write into the next row, which is written after it; so the last row of a panel is
   * copied by elements.
   */
  private static void adjacent(Matrix x, int rows, int columns, float[] to, int offset, int width) {
    float[] from = x.array();
    int step = x.rowStride();
    int reach = (width + L - 1) / L * L;
    for (int k = 0; k < rows; k += CHUNK) {
      int toRow = Math.min(rows, k + CHUNK);
      for (int j = 0; j < columns; j += width) {
        int f = x.offset() + k * step + j;
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
