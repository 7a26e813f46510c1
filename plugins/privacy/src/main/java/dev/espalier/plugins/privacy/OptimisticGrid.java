package dev.espalier.plugins.privacy;

import java.util.Arrays;

/**
 * Masses on the grid whose curve {@code H(g) = sum of m (1 - g e^-l)_+} is nowhere above that of
 * losses which are given in buckets, one about each point of the grid.
 *
 * <p>The curve is convex in g, so its tangents are below it; the tangent at the border of two
 * buckets is {@code T(g) = (P - g Q)} of all that lies above. At each point of the grid the lower
 * of its two tangents is taken, and then the lower convex hull of these values: between two points
 * it is not above the tangent at the border between them. Where neighbouring tangents meet close to
 * the point, as they do for smooth losses, this costs the variance inside a bucket and nothing of
 * first order.
 *
 * <p>Everything is written in differences from the tangents, in units of the top masses, so that
 * tails keep their digits. E is {@code e^h - 1}, h the spacing, and {@code r = P - g Q} of a bucket
 * at its own point.
 *
 * <p>Source: tangents by V. Doroshenko et al., arXiv:2207.04380, section 5, who walk from one to
 * the next; the hull of fixed ones is taken here because it cannot run away where the density
 * falls.
 */
final class OptimisticGrid {
  private final double spacing;
  private final double[] masses;
  private final int[] stack;
  private int size;

  private OptimisticGrid(double spacing, double[] masses) {
    this.spacing = spacing;
    this.masses = masses;
    this.stack = new int[masses.length];
  }

  /**
   * The masses.
   *
   * @param spacing h
   * @param top the mass P of each bucket, in the order of the grid
   * @param excess r of each bucket
   */
  static double[] masses(double spacing, double[] top, double[] excess) {
    double[] p = top.clone();
    double[] r = excess.clone();
    double shrink = Math.exp(-spacing);
    int last = p.length - 1;
    // The last bucket's tangent has to end at its point; else it joins the one below.
    while (last > 0
        && (r[last] < 0 || atPointBelow(p[last], r[last], shrink) + Math.min(0, r[last - 1]) < 0)) {
      r[last - 1] += atPointBelow(p[last], r[last], shrink);
      p[last - 1] += p[last];
      last--;
    }
    double[] result = new double[p.length];
    if (r[last] < 0) {
      return result;
    }
    double e = Math.expm1(spacing);
    for (int i = 0; i <= last; i++) {
      double right = (i < last ? Math.max(0, r[i + 1]) : 0) + Math.min(0, r[i]);
      double left = i > 0 ? Math.max(0, r[i]) + Math.min(0, r[i - 1]) : 0;
      result[i] = p[i] - r[i] + ((1 + e) * left - right) / e;
    }
    OptimisticGrid grid = new OptimisticGrid(spacing, result);
    for (int i = 0; i <= last; i++) {
      grid.push(i);
    }
    grid.cutEnd();
    return grid.masses;
  }

  /** P - g Q of a bucket at the point below its own. */
  private static double atPointBelow(double top, double excess, double shrink) {
    return top * (1 - shrink) + shrink * excess;
  }

  /** A negative mass is a point above the line of its neighbours: that line replaces it. */
  private void push(int next) {
    while (size > 0 && masses[stack[size - 1]] < 0) {
      int middle = stack[--size];
      double mass = masses[middle];
      masses[middle] = 0;
      double up = (next - middle) * spacing;
      if (size == 0) {
        masses[next] += mass * Math.exp(up);
      } else {
        int before = stack[size - 1];
        double down = (middle - before) * spacing;
        double width = Math.expm1(up) - Math.expm1(-down);
        masses[before] += mass * Math.exp(-down) * Math.expm1(up) / width;
        masses[next] -= mass * Math.exp(up) * Math.expm1(-down) / width;
      }
    }
    stack[size++] = next;
  }

  /** A curve that ends below 0 is cut off where it and its fall are still positive. */
  private void cutEnd() {
    double bottom = 0;
    double value = 0;
    int last = size - 1;
    boolean cut = last >= 0 && masses[stack[last]] < 0;
    while (cut) {
      // In units of the last point dropped: its bottom mass, and the curve's value at the next.
      int dropped = stack[last];
      bottom += masses[dropped];
      masses[dropped] = 0;
      last--;
      if (last < 0) {
        break;
      }
      double step = (dropped - stack[last]) * spacing;
      value += bottom * -Math.expm1(-step);
      bottom *= Math.exp(-step);
      cut = bottom < 0 || value < 0 || masses[stack[last]] < 0;
    }
    Arrays.fill(stack, 0);
  }
}
