package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Numbers from and for the command line. */
final class Numbers {
  private static final int DIGITS = 10;
  private static final double LARGE = 1e10;
  private static final double SMALL = 1e-5;

  private Numbers() {}

  /** With at most ten digits, none of them superfluous. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
    double size = Math.abs(value);
    return size >= LARGE || size < SMALL ? rounded.toString() : rounded.toPlainString();
  }

  /** Several, separated by commas. */
  static String text(double[] values) {
    return Arrays.stream(values).mapToObj(Numbers::text).collect(Collectors.joining(", "));
  }

  /** For JSON. */
  static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /**
   * Numbers separated by commas.
   *
   * @throws EspalierException BAD_VALUE for what is no number
   */
  static double[] list(String option, String text) {
    return Arrays.stream(text.split(",", -1)).mapToDouble(word -> one(option, word)).toArray();
  }

  /** One number. */
  static double one(String option, String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          option + " takes numbers separated by commas",
          "'" + text.strip() + "'",
          "write it as in " + option + " -1,0,2.5",
          e);
    }
  }
}
