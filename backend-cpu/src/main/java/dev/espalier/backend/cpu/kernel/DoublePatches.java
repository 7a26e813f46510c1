package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies inputs of a {@link DoubleConvolution} into patches, and patches into a panel. */
final class DoublePatches {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private final DoublePanels panels;
  private final int width;
  private final int[] at;
  private final int[] from;
  private int pieces;
  private boolean inside;
  private DoubleArray patches = DoubleArray.ofLength(0);

  /** Patches whose panels are as wide as the inner loops want them. */
  DoublePatches(DoublePanels panels) {
    this.panels = panels;
    width = panels.columns();
    at = new int[width];
    from = new int[width];
  }

  /** The patches that were filled last. */
  DoubleArray array() {
    return patches;
  }

  /** Makes room for a block's patches, all zeros. */
  void clear(ConvolutionPlan plan) {
    // A vector may be read from the last element on.
    int length = plan.patchLength + L;
    if (patches.length() < length) {
      patches = DoubleArray.ofLength(length);
    } else {
      Arrays.fill(patches.values(), 0, length, 0);
    }
  }

  /** Copies the inputs of the tables' block and chunk, from a group's first image on. */
  void fill(ConvolutionPlan plan, ConvolutionTables t, DoubleArray x, int xo) {
    int last = plan.rank() - 1;
    int step = plan.axes.get(last).step * plan.input.spatial()[last];
    int width = plan.positionStrides[last];
    int outer = plan.input.outer();
    int start = xo + t.firstImage * outer + t.firstChannel * plan.input.inner();
    for (int c = 0; c < t.channels; c++) {
      for (int r = 0; r < t.runCount; r++) {
        int length = t.runLengths[r];
        int source = start + c * plan.input.inner() + t.runsFrom[r];
        int target = c * plan.channelStride + t.runsTo[r];
        if (plan.imagesInside) {
          for (int line = 0; line < t.linesFrom.count(); line++) {
            images(
                x,
                source + t.linesFrom.array()[line],
                outer,
                step,
                t.images,
                length,
                patches,
                target + t.linesTo.array()[line],
                width);
          }
        } else {
          for (int b = 0; b < t.images; b++) {
            int s = source + b * outer;
            int u = target + b * plan.imageStride;
            if (step == 1) {
              lines(t, length, x.values(), s, patches.values(), u);
            } else {
              steppedLines(t, length, x.values(), s, step, patches.values(), u);
            }
          }
        }
      }
    }
  }

  private static void lines(
      ConvolutionTables t, int length, double[] x, int s, double[] to, int u) {
    if (length < L) {
      steppedLines(t, length, x, s, 1, to, u);
      return;
    }
    int end = length - L;
    for (int line = 0; line < t.linesFrom.count(); line++) {
      int p = s + t.linesFrom.array()[line];
      int q = u + t.linesTo.array()[line];
      for (int i = 0; i < end; i += L) {
        DoubleVector.fromArray(S, x, p + i).intoArray(to, q + i);
      }
      DoubleVector.fromArray(S, x, p + end).intoArray(to, q + end);
    }
  }

  private static void steppedLines(
      ConvolutionTables t, int length, double[] x, int s, int step, double[] to, int u) {
    for (int line = 0; line < t.linesFrom.count(); line++) {
      int p = s + t.linesFrom.array()[line];
      int q = u + t.linesTo.array()[line];
      for (int i = 0; i < length; i++) {
        to[q + i] = x[p + i * step];
      }
    }
  }

  /** {@code to[u + i * width + b] = x[s + b * outer + i * step]}. */
  private void images(
      DoubleArray from,
      int s,
      int outer,
      int step,
      int images,
      int length,
      DoubleArray into,
      int u,
      int width) {
    double[] x = from.values();
    double[] to = into.values();
    if (outer == 1) {
      for (int i = 0; i < length; i++) {
        System.arraycopy(x, s + i * step, to, u + i * width, images);
      }
    } else if (step == 1) {
      panels.interleave(from, s, outer, images, length, into, u, width);
    } else {
      for (int b = 0; b < images; b++) {
        for (int i = 0; i < length; i++) {
          to[u + i * width + b] = x[s + b * outer + i * step];
        }
      }
    }
  }

  /**
   * Turns to columns of the patches: {@code x[base + sources[first + j] + ...]} for j below count,
   * at most a panel. They fall into vectors of adjacent elements.
   *
   * @return whether a panel is two of these vectors, there are two at most, the second beginning
   *     where the first ends, and each may be read whole at all of the places, so that no panel
   *     need be packed
   */
  boolean columns(double[] x, int base, int[] sources, int first, int count, Places depth) {
    pieces = 0;
    int furthest = 0;
    for (int j = 0; j < count; ) {
      int end = ConvolutionTables.runEnd(sources, first + j, first + count) - first;
      for (; j < end; j += L) {
        at[pieces] = j;
        from[pieces] = base + sources[first + j];
        furthest = Math.max(furthest, from[pieces]);
        pieces++;
      }
      j = end;
    }
    inside = furthest + depth.most() + L <= x.length;
    // Inner loops may have vectors of another length than the virtual machine's.
    return inside && 2 * L == width && (pieces == 1 || (pieces == 2 && at[1] == L));
  }

  /** Where the first vector of the columns begins. */
  int firstVector() {
    return from[0];
  }

  /** Where the second vector of the columns begins; the first where there is no second. */
  int secondVector() {
    return from[pieces - 1];
  }

  /**
   * Packs a panel of the columns turned to, {@code to[k * width + j] = x[base + sources[first + j]
   * + depth[k]]}; what it writes for the other columns, and up to a vector behind the panel, means
   * nothing.
   */
  void panel(
      double[] x, int base, int[] sources, int first, int count, Places places, double[] to) {
    int[] depth = places.array();
    int deep = places.count();
    if (!inside) {
      for (int k = 0; k < deep; k++) {
        for (int j = 0; j < count; j++) {
          to[k * width + j] = x[base + sources[first + j] + depth[k]];
        }
      }
      return;
    }
    // From left to right: what a piece writes too much is written over.
    switch (pieces) {
      case 1 -> copy1(x, from[0], depth, deep, to);
      case 2 -> copy2(x, from[0], from[1], at[1], depth, deep, to);
      case 3 -> copy3(x, from[0], from[1], at[1], from[2], at[2], depth, deep, to);
      default -> copy(x, from, at, pieces, depth, deep, to);
    }
  }

  private void copy1(double[] x, int p, int[] depth, int deep, double[] to) {
    for (int k = 0; k < deep; k++) {
      DoubleVector.fromArray(S, x, p + depth[k]).intoArray(to, k * width);
    }
  }

  private void copy2(double[] x, int p, int q, int qAt, int[] depth, int deep, double[] to) {
    for (int k = 0; k < deep; k++) {
      int d = depth[k];
      DoubleVector.fromArray(S, x, p + d).intoArray(to, k * width);
      DoubleVector.fromArray(S, x, q + d).intoArray(to, k * width + qAt);
    }
  }

  private void copy3(
      double[] x, int p, int q, int qAt, int r, int rAt, int[] depth, int deep, double[] to) {
    for (int k = 0; k < deep; k++) {
      int d = depth[k];
      DoubleVector.fromArray(S, x, p + d).intoArray(to, k * width);
      DoubleVector.fromArray(S, x, q + d).intoArray(to, k * width + qAt);
      DoubleVector.fromArray(S, x, r + d).intoArray(to, k * width + rAt);
    }
  }

  private void copy(
      double[] x, int[] from, int[] at, int pieces, int[] depth, int deep, double[] to) {
    for (int k = 0; k < deep; k++) {
      for (int p = 0; p < pieces; p++) {
        DoubleVector.fromArray(S, x, from[p] + depth[k]).intoArray(to, k * width + at[p]);
      }
    }
  }
}
