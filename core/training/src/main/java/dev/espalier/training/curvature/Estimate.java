package dev.espalier.training.curvature;

/**
 * A number from random probes.
 *
 * @param value the mean
 * @param standardError of the mean; 0 where nothing is random, infinite of a single probe
 */
public record Estimate(double value, double standardError) {
  /** The mean of independent numbers, at least one. */
  static Estimate of(double[] samples) {
    double mean = 0;
    for (double sample : samples) {
      mean += sample / samples.length;
    }
    double squares = 0;
    for (double sample : samples) {
      squares += (sample - mean) * (sample - mean);
    }
    int n = samples.length;
    return new Estimate(mean, n == 1 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n));
  }
}
