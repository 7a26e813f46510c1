package dev.espalier.training.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis from a range of values to a range of the picture.
 *
 * @param low the least value
 * @param high the greatest value, above it
 * @param from where the least value lies
 * @param to where the greatest value lies
 * @param logarithmic whether powers of ten are evenly apart
 */
record Axis(double low, double high, double from, double to, boolean logarithmic) {
  private static final int TICKS = 6;
  private static final double[] STEPS = {1, 2, 5, 10};

  /** Where a value lies, kept within the picture. */
  double at(double value) {
    double share =
        logarithmic
            ? (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
            : (value - low) / (high - low);
    return from + Math.clamp(share, -0.02, 1.02) * (to - from);
  }

  /** Round values, at most about eight: multiples of 1, 2 or 5 times a power of ten. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      int first = (int) Math.ceil(Math.log10(low) - 1e-9);
      int last = (int) Math.floor(Math.log10(high) + 1e-9);
      int step = Math.max(1, (last - first + TICKS) / TICKS);
      for (int power = first; power <= last; power += step) {
        ticks.add(Math.pow(10, power));
      }
      return ticks;
    }
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double candidate : STEPS) {
      if (candidate * power >= rough * (1 - 1e-9)) {
        step = candidate * power;
        break;
      }
    }
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A tick's text. */
  static String text(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    double size = Math.abs(value);
    return size >= 1e6 || size < 1e-4 ? rounded.toString() : rounded.toPlainString();
  }
}
