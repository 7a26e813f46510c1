package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies inputs of a {@link FloatConvolution} into patches, and patches into a panel. Rounded
 * inputs are first copied as they are, then channels 2c and 2c + 1 go into the bits of one element.
 */
final class FloatPatches {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private final FloatPanels panels;
  private final int width;
  private final int[] at;
  private final int[] from;
  private int pieces;

  // For each vector of a panel where its lower and its upper lanes come from, and how many are
  // lower.
  private final int[] lower = new int[2];
  private final int[] upper = new int[2];
  private final int[] lowerLanes = new int[2];
  private boolean inside;

  /** The plan whose patches have been cleared last. */
  private Object cleared = new Object();

  private FloatArray patches = FloatArray.ofLength(0);
  private FloatArray unrounded = FloatArray.ofLength(0);

  /** Patches whose panels are as wide as the inner loops want them. */
  FloatPatches(FloatPanels panels) {
    this.panels = panels;
    width = panels.columns();
    at = new int[width];
    from = new int[width];
  }

  /** The patches that were filled last. */
  FloatArray array() {
    return patches;
  }

  /** Makes room for a block's patches, zeros where none is filled. */
  void clear(ConvolutionPlan plan) {
    if (plan == cleared && plan.cut == 0 && plan.rowChunks == 1) {
      return; // Blocks of whole images are all filled at the same places.
    }
    cleared = plan;
    // A vector may be read from the last element on.
    int length = plan.patchLength + L;
    if (!plan.rounded) {
      patches = zeros(patches, length);
      return;
    }
    unrounded = zeros(unrounded, plan.patchLength * plan.together);
    if (patches.length() < length) {
      patches = FloatArray.ofLength(length);
    }
  }

  private static FloatArray zeros(FloatArray array, int length) {
    if (array.length() < length) {
      return FloatArray.ofLength(length);
    }
    Arrays.fill(array.values(), 0, length, 0);
    return array;
  }

  /** Copies the inputs of the tables' block and chunk, from a group's first image on. */
  void fill(ConvolutionPlan plan, ConvolutionTables t, FloatArray x, int xo) {
    if (!plan.rounded) {
      fill(plan, t, x, xo, patches);
      return;
    }
    fill(plan, t, x, xo, unrounded);
    for (int b = 0; b < (plan.imagesInside ? 1 : t.images); b++) {
      int to = b * plan.imageStride;
      float[] from = unrounded.values();
      Bf16Pairs.round(
          from, plan.together * to, patches.values(), to, t.channels, plan.channelStride);
    }
  }

  private void fill(
      ConvolutionPlan plan, ConvolutionTables t, FloatArray x, int xo, FloatArray to) {
    int last = plan.rank() - 1;
    int step = plan.axes.get(last).step * plan.input.spatial()[last];
    int width = plan.positionStrides[last];
    int outer = plan.input.outer();
    int start = xo + t.firstImage * outer + t.firstChannel * plan.input.inner();
    if (step == 2 && !plan.imagesInside) {
      for (int b = 0; b < t.images; b++) {
        for (int r = 0; r < t.runCount; r++) {
          panels.everySecond(
              x,
              start + b * outer + t.runsFrom[r],
              plan.input.inner(),
              to,
              b * plan.imageStride * plan.together + t.runsTo[r],
              plan.channelStride,
              t.channels,
              t.linesFrom,
              t.linesTo,
              t.runLengths[r]);
        }
      }
      return;
    }
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
                to,
                target + t.linesTo.array()[line],
                width);
          }
        } else {
          for (int b = 0; b < t.images; b++) {
            int s = source + b * outer;
            int u = target + b * plan.imageStride * plan.together;
            if (step == 1) {
              lines(t, length, x.values(), s, to.values(), u);
            } else {
              steppedLines(t, length, x.values(), s, step, to.values(), u);
            }
          }
        }
      }
    }
  }

  private static void lines(ConvolutionTables t, int length, float[] x, int s, float[] to, int u) {
    if (length < L) {
      steppedLines(t, length, x, s, 1, to, u);
      return;
    }
    int end = length - L;
    for (int line = 0; line < t.linesFrom.count(); line++) {
      int p = s + t.linesFrom.array()[line];
      int q = u + t.linesTo.array()[line];
      for (int i = 0; i < end; i += L) {
        FloatVector.fromArray(S, x, p + i).intoArray(to, q + i);
      }
      FloatVector.fromArray(S, x, p + end).intoArray(to, q + end);
    }
  }

  private static void steppedLines(
      ConvolutionTables t, int length, float[] x, int s, int step, float[] to, int u) {
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
      FloatArray from,
      int s,
      int outer,
      int step,
      int images,
      int length,
      FloatArray into,
      int u,
      int width) {
    float[] x = from.values();
    float[] to = into.values();
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
  boolean columns(float[] x, int base, int[] sources, int first, int count, Places depth) {
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
  void panel(float[] x, int base, int[] sources, int first, int count, Places places, float[] to) {
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
    if (pieces > 2 && fallsIntoPairs(x.length, places)) {
      copyPairs(x, places, to);
      return;
    }
    // From left to right: what a piece writes too much is written over.
    switch (pieces) {
      case 1 -> copy1(x, from[0], depth, deep, to);
      case 2 -> copy2(x, from[0], from[1], at[1], depth, deep, to);
      default -> copy(x, from, at, pieces, depth, deep, to);
    }
  }

  private void copy1(float[] x, int p, int[] depth, int deep, float[] to) {
    for (int k = 0; k < deep; k++) {
      FloatVector.fromArray(S, x, p + depth[k]).intoArray(to, k * width);
    }
  }

  private void copy2(float[] x, int p, int q, int qAt, int[] depth, int deep, float[] to) {
    for (int k = 0; k < deep; k++) {
      int d = depth[k];
      FloatVector.fromArray(S, x, p + d).intoArray(to, k * width);
      FloatVector.fromArray(S, x, q + d).intoArray(to, k * width + qAt);
    }
  }

  /**
   * Whether each of the two vectors of a panel consists of the end of a piece and the beginning of
   * the next, and all that is read with them is there.
   */
  private boolean fallsIntoPairs(int length, Places places) {
    if (2 * L != width) {
      return false;
    }
    int piece = 0;
    for (int v = 0; v < 2; v++) {
      while (piece + 1 < pieces && at[piece + 1] <= v * L) {
        piece++;
      }
      int next = Math.min(piece + 1, pieces - 1);
      boolean more = next + 1 < pieces && at[next + 1] < (v + 1) * L;
      lower[v] = from[piece] + v * L - at[piece];
      upper[v] = from[next] + v * L - at[next];
      lowerLanes[v] = next == piece ? L : Math.min(L, at[next] - v * L);
      if (more || upper[v] + places.least() < 0 || lower[v] + places.most() + L > length) {
        return false;
      }
    }
    return true;
  }

  private void copyPairs(float[] x, Places places, float[] to) {
    int[] depth = places.array();
    int deep = places.count();
    VectorMask<Float> first = FirstLanes.floats(lowerLanes[0]);
    VectorMask<Float> second = FirstLanes.floats(lowerLanes[1]);
    int a = lower[0];
    int b = upper[0];
    int c = lower[1];
    int d = upper[1];
    for (int k = 0; k < deep; k++) {
      int p = depth[k];
      FloatVector.fromArray(S, x, b + p)
          .blend(FloatVector.fromArray(S, x, a + p), first)
          .intoArray(to, k * width);
      FloatVector.fromArray(S, x, d + p)
          .blend(FloatVector.fromArray(S, x, c + p), second)
          .intoArray(to, k * width + L);
    }
  }

  private void copy(
      float[] x, int[] from, int[] at, int pieces, int[] depth, int deep, float[] to) {
    for (int k = 0; k < deep; k++) {
      for (int p = 0; p < pieces; p++) {
        FloatVector.fromArray(S, x, from[p] + depth[k]).intoArray(to, k * width + at[p]);
      }
    }
  }
}
