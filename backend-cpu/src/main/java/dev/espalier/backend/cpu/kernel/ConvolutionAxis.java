package dev.espalier.backend.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * One spatial axis of a convolution, without the zeros that dilation of the input puts between its
 * neighbours.
 *
 * <p>Output position t and place k of the window meet at the position {@code t * stride + k *
 * windowDilation - low} of the dilated input, which is an element of the input only if it is a
 * multiple of the dilation d. Whether it is depends on k and on t modulo a period: the outputs fall
 * into phases, t = phase + period * u, and each phase has its own places of the window. In a phase
 * the input's position is {@code step * (quotient + u) + residue}, with a quotient and a residue
 * for each place. Places that meet no element of the input at any u are left out.
 */
final class ConvolutionAxis {
  /** Elements of the input from an output of a phase to the next. */
  final int step;

  /** Outputs from one of a phase to the next. */
  final int period;

  /** The phases, as many as have an output, at most the period. */
  final List<Phase> phases;

  /** The residues that occur, in order. */
  final int[] residues;

  /** The least quotient; 0 if no place meets the input. */
  final int lowest;

  /** The greatest quotient; 0 if no place meets the input. */
  final int highest;

  /**
   * The outputs of one phase.
   *
   * @param outputs how many
   * @param places the places of the window that meet the input
   * @param quotients for each place its quotient, never decreasing
   * @param residues for each place the index of its residue
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, only read
  record Phase(int outputs, int[] places, int[] quotients, int[] residues) {}

  ConvolutionAxis(ConvolutionShape s, int axis) {
    int dilation = s.dilation()[axis];
    int divisor = gcd(s.strides()[axis], dilation);
    step = s.strides()[axis] / divisor;
    period = dilation / divisor;
    int length = s.out(axis);
    TreeSet<Integer> found = new TreeSet<>();
    int least = Integer.MAX_VALUE;
    int greatest = Integer.MIN_VALUE;
    List<int[][]> raw = new ArrayList<>();
    for (int first = 0; first < Math.min(period, length); first++) {
      int outputs = (length - first - 1) / period + 1;
      int[][] meeting = meeting(s, axis, first, outputs);
      for (int k = 0; k < meeting[0].length; k++) {
        least = Math.min(least, meeting[1][k]);
        greatest = Math.max(greatest, meeting[1][k]);
        found.add(meeting[2][k]);
      }
      raw.add(meeting);
    }
    boolean none = found.isEmpty();
    lowest = none ? 0 : least;
    highest = none ? 0 : greatest;
    residues = none ? new int[1] : found.stream().mapToInt(Integer::intValue).toArray();
    List<Phase> all = new ArrayList<>();
    for (int first = 0; first < raw.size(); first++) {
      int[][] m = raw.get(first);
      int[] index = new int[m[2].length];
      for (int k = 0; k < index.length; k++) {
        index[k] = found.headSet(m[2][k]).size();
      }
      all.add(new Phase((length - first - 1) / period + 1, m[0], m[1], index));
    }
    phases = List.copyOf(all);
  }

  /** Places, quotients and residues of a phase. */
  private int[][] meeting(ConvolutionShape s, int axis, int first, int outputs) {
    int dilation = s.dilation()[axis];
    int[][] found = new int[3][s.window()[axis]];
    int count = 0;
    for (int k = 0; k < s.window()[axis]; k++) {
      long at =
          (long) first * s.strides()[axis] + (long) k * s.windowDilation()[axis] - s.low()[axis];
      if (Math.floorMod(at, dilation) != 0) {
        continue;
      }
      long quotient = Math.floorDiv(at / dilation, (long) step);
      int residue = (int) Math.floorMod(at / dilation, (long) step);
      // The output with the first position that is not before the input.
      long u = Math.max(0, -quotient);
      if (u < outputs && step * (quotient + u) + residue < s.spatial()[axis]) {
        found[0][count] = k;
        found[1][count] = (int) quotient;
        found[2][count] = residue;
        count++;
      }
    }
    int[][] trimmed = new int[3][];
    for (int i = 0; i < 3; i++) {
      trimmed[i] = java.util.Arrays.copyOf(found[i], count);
    }
    return trimmed;
  }

  /** The most outputs of a phase: those of the first. */
  int outputs() {
    return phases.isEmpty() ? 0 : phases.getFirst().outputs();
  }

  /** Whether every place of every phase meets an element of the input at every output. */
  boolean inside(int length) {
    int last = residues[residues.length - 1];
    return lowest >= 0 && (long) step * (highest + outputs() - 1L) + last < length;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
