package dev.espalier.training.probe;

/**
 * What a curve does far out, judged from its values at 1e2, 1e4, 1e8, ... 1e256 and 1e300 on that
 * side: it settles where the last four agree to nine digits, or to 1e-12.
 *
 * @param trend what it does
 * @param value the limit where it settles, else its last value that is a number
 */
public record Limit(Trend trend, double value) {
  private static final double[] FAR = {1e2, 1e4, 1e8, 1e16, 1e32, 1e64, 1e128, 1e256, 1e300};
  private static final int LAST = 4;
  private static final double AGREE = 1e-9;
  private static final double LARGE = 1e30;
  private static final double NOTHING = 1e-12;
  private static final double UNDERFLOW = 1e-100;

  /** What a curve can do far out. */
  public enum Trend {
    /** It has a limit. */
    SETTLES,
    /** It exceeds every bound. */
    RISES,
    /** It falls below every bound. */
    FALLS,
    /** It still moves, and not far: it may have a limit or not. */
    UNSETTLED,
    /** It is not a number there. */
    NOT_A_NUMBER
  }

  /** The limit on a side. */
  static Limit of(Curve curve, boolean right) {
    double[] x = new double[FAR.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = right ? FAR[i] : -FAR[i];
    }
    double[] y = curve.at(x)[0];
    double last = y[y.length - 1];
    if (Double.isNaN(last)) {
      return new Limit(Trend.NOT_A_NUMBER, last);
    }
    boolean settles = Double.isFinite(last);
    boolean rises = true;
    boolean falls = true;
    for (int i = y.length - LAST; i + 1 < y.length; i++) {
      settles &= Math.abs(y[i] - last) <= AGREE * Math.abs(last) + NOTHING;
      rises &= y[i] <= y[i + 1];
      falls &= y[i] >= y[i + 1];
    }
    if (settles) {
      return new Limit(Trend.SETTLES, Math.abs(last) < UNDERFLOW ? 0 : last);
    }
    if (rises && last > LARGE) {
      return new Limit(Trend.RISES, last);
    }
    if (falls && last < -LARGE) {
      return new Limit(Trend.FALLS, last);
    }
    return new Limit(Trend.UNSETTLED, last);
  }
}
