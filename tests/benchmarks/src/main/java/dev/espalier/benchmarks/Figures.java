package dev.espalier.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** How figures are computed and written in the tables. */
public final class Figures {
  /** What stands where there is no figure. */
  public static final String NONE = "-";

  private Figures() {}

  /**
   * The value below which a share of the values lies, interpolated between neighbours.
   *
   * @param values at least one
   * @param share from 0 to 1
   */
  public static double quantile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    double place = share * (sorted.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }

  /** The middle of the values, at least one. */
  public static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  /** A figure in three significant digits, without an exponent; more before the point. */
  public static String significant(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return Double.isFinite(value) ? "0" : Double.toString(value);
    }
    int whole = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    return decimals(value, Math.max(0, 3 - whole));
  }

  /** A figure with so many digits behind the point. */
  public static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** How many times one rate is another, such as {@code 1.25}. */
  public static String ratio(OptionalDouble rate, OptionalDouble of) {
    return rate.isEmpty() || of.isEmpty() || of.getAsDouble() == 0
        ? NONE
        : decimals(rate.getAsDouble() / of.getAsDouble(), 2);
  }

  /** A share as a percentage, such as {@code 62 %}. */
  public static String percent(double share) {
    return decimals(100 * share, 0) + " %";
  }
}
