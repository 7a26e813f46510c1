package dev.espalier.plugins.privacy;

/**
 * A measure of privacy losses on a grid: {@code masses[i]} at the loss {@code origin + (first + i)
 * * spacing}, and some at infinity. Its curve is {@code H(g) = sum of m (1 - g e^-l)_+ + infinite}.
 *
 * <p>Of two measures of which one's curve is nowhere above the other's, this holds also after each
 * is composed with a third: {@code H_composed(g) = E_third[H(g e^-third)]}. Thus, step by step, a
 * composition of measures above (below) is above (below) the composition of what they stand for.
 * The measures need not be of mass 1 for that.
 */
final class DiscreteLoss {
  /** So many masses are summed by Horner's rule; a steep tilt's powers stay doubles over these. */
  private static final int BLOCK = 64;

  /** What the logarithm of a sum of masses may be wrong by. */
  private static final double MOMENT_ROUNDING = 0x1p-42;

  private static final double LOSS_ROUNDING = 0x1p-50;

  private final double origin;
  private final double spacing;
  private final long first;
  private final double[] masses;
  private final double[] logs;
  private final double infinite;

  /**
   * Takes the array, which nobody changes any more.
   *
   * @param origin the loss of index 0
   * @param spacing of the grid, greater than 0
   * @param first the index of the first loss
   * @param masses at least 0
   * @param infinite the mass at infinity
   */
  DiscreteLoss(double origin, double spacing, long first, double[] masses, double infinite) {
    this.origin = origin;
    this.spacing = spacing;
    this.first = first;
    this.masses = masses;
    this.infinite = infinite;
    this.logs = new double[masses.length];
    for (int i = 0; i < masses.length; i++) {
      logs[i] = Math.log(masses[i]);
    }
  }

  private double loss(int i) {
    return origin + (first + i) * spacing;
  }

  /** The loss of index 0. */
  double origin() {
    return origin;
  }

  /** The mass at infinity. */
  double infinite() {
    return infinite;
  }

  /** The smallest loss. */
  double least() {
    return loss(0);
  }

  /** The largest finite loss. */
  double most() {
    return loss(masses.length - 1);
  }

  /** The curve at {@code g = e^epsilon}. */
  double curve(double epsilon) {
    double sum = infinite;
    for (int i = 0; i < masses.length; i++) {
      sum += masses[i] * Math.max(0, -Math.expm1(epsilon - loss(i)));
    }
    return sum;
  }

  /** {@code log of sum of m e^(tilt l)}, over the finite losses. */
  double logMoment(double tilt) {
    double ratio = Math.exp(tilt * spacing);
    int blocks = (masses.length + BLOCK - 1) / BLOCK;
    double[] terms = new double[blocks];
    double largest = Double.NEGATIVE_INFINITY;
    for (int block = 0; block < blocks; block++) {
      int from = block * BLOCK;
      double sum = 0;
      for (int i = Math.min(from + BLOCK, masses.length) - 1; i >= from; i--) {
        sum = Math.fma(sum, ratio, masses[i]);
      }
      terms[block] = Math.log(sum) + tilt * loss(from);
      largest = Math.max(largest, terms[block]);
    }
    if (largest == Double.NEGATIVE_INFINITY) {
      return largest;
    }
    double sum = 0;
    for (double term : terms) {
      sum += Math.exp(term - largest);
    }
    return largest + Math.log(sum);
  }

  /**
   * By how much {@link #logMoment} may be wrong: its powers and sums round by some hundred units,
   * and so may a logarithm down to that of the smallest double; each loss rounds with its terms.
   */
  double logMomentRounding(double tilt) {
    double largest = Math.max(Math.abs(least()), Math.abs(most()));
    return MOMENT_ROUNDING + LOSS_ROUNDING * Math.abs(tilt) * (Math.abs(origin) + largest);
  }

  /** Mean and variance under the masses {@code m e^(tilt l)}, made a distribution. */
  Moments moments(double tilt) {
    double scale = logMoment(tilt);
    double mean = 0;
    for (int i = 0; i < logs.length; i++) {
      double loss = loss(i);
      mean += loss * Math.exp(logs[i] + tilt * loss - scale);
    }
    double variance = 0;
    for (int i = 0; i < logs.length; i++) {
      double loss = loss(i);
      variance += (loss - mean) * (loss - mean) * Math.exp(logs[i] + tilt * loss - scale);
    }
    return new Moments(mean, variance);
  }

  /** Of a distribution. */
  record Moments(double mean, double variance) {}

  /**
   * The masses {@code m e^(tilt l)}, made a distribution, on a circle of so many places: the loss
   * of index i stands at i modulo the size.
   */
  double[] onCircle(int size, double tilt) {
    double scale = logMoment(tilt);
    double[] circle = new double[size];
    for (int i = 0; i < logs.length; i++) {
      circle[(int) Math.floorMod(first + i, (long) size)] +=
          Math.exp(logs[i] + tilt * loss(i) - scale);
    }
    return circle;
  }
}
