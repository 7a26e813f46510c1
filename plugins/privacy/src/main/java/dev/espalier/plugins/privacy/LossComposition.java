package dev.espalier.plugins.privacy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The sum of many independent losses, and where {@code delta(epsilon) = E[(1 - e^(epsilon - L))_+]}
 * falls to a given delta.
 *
 * <p>The sum's distribution is the inverse Fourier transform of the product of the powers of the
 * transforms. Before that every measure is tilted by {@code e^(t l)}, with the t for which
 * Chernoff's bound is smallest: the sum then lies about the epsilon that is sought, the circle need
 * only hold the sum's width there, and what rounding and folding spoil is a part of a number of the
 * size of delta, however small that is.
 *
 * <p>What is bounded and taken into account: the mass beyond the window of the circle, by
 * Chernoff's bound of the very measures; the rounding of the transforms and powers, in the
 * Euclidean norm; the rounding of each mass, as a part of it, and of each loss; that of the
 * exponents of Chernoff's bounds, which are sums over all steps.
 */
final class LossComposition {
  private static final double UNIT = 0x1p-53;

  /** The least part of a mass that is allowed for its rounding, beside what the spacing makes. */
  private static final double MASS_ROUNDING = 0x1p-43;

  private static final double LOSS_ROUNDING = 0x1p-50;

  /** The logarithm of the mass that a window may leave out at each side. */
  private static final double LOG_OUTSIDE = -24;

  private static final double LEAST_TILT = 0x1p-14;
  private static final double MOST_TILT = 0x1p14;

  private static final double TILT_RESOLUTION = 0.02;

  /** A tilt changes the weight of neighbouring places by a power of e up to this. */
  private static final double STEEPEST = 4;

  /** Tilts that are tried, as parts of the best, as long as each leaves enough digits. */
  private static final double[] TILTS = {1, 0.8, 0.6, 0.45, 0.3};

  /** What rounding may be of epsilon, at the guess, which is above epsilon. */
  private static final double ENOUGH_DIGITS = 1.5e-4;

  /** Of a transform of usual size, in units of rounding. */
  private static final double ROUNDINGS = 140;

  private static final double EXPONENT_RESOLUTION = 0.2;

  /** Parts of a window's exponents at which Chernoff's bounds are taken: any is one. */
  private static final double[] BEYOND = {0.7, 1, 1.4};

  private final List<Part> parts;
  private final double spacing;
  private final double logDelta;

  /**
   * Losses of steps alike.
   *
   * @param loss of each
   * @param count how many
   */
  record Part(DiscreteLoss loss, long count) {}

  /**
   * A sum.
   *
   * @param spacing of all the grids
   * @param logDelta the logarithm of the delta that is asked about
   */
  LossComposition(List<Part> parts, double spacing, double logDelta) {
    this.parts = List.copyOf(parts);
    this.spacing = spacing;
    this.logDelta = logDelta;
  }

  /**
   * How the sum is computed.
   *
   * @param tilt t
   * @param size of the circle, a power of 2
   * @param start the index of the window's first place
   * @param above what to tilt by besides, so that Chernoff's bound of what is above is small
   * @param below what to tilt back by, so that Chernoff's bound of what is below is small
   */
  record Window(double tilt, int size, long start, double above, double below) {}

  /**
   * The window for a sum, of no more places than so many; empty where that is not enough.
   *
   * <p>The tilt that Chernoff's bound is smallest with may be so steep that a few huge losses, rare
   * as they are, make the sum wide. A weaker one is taken then: what it costs is that delta is a
   * smaller part of what is computed, so that rounding is a larger part of delta.
   *
   * @param most places
   * @param guess of epsilon, for that part; infinite where nothing is known
   */
  Optional<Window> window(int most, double guess) {
    SectionSearch.Point best =
        new SectionSearch(LEAST_TILT, steepest(), TILT_RESOLUTION)
            .from(
                4, t -> (logMoment(t) - logDelta + t * Math.log(t) - (1 + t) * Math.log1p(t)) / t);
    double epsilon = Math.min(guess, best.y());
    Optional<Window> smallest = Optional.empty();
    for (double part : TILTS) {
      double tilt = part * best.x();
      if (part < 1 && rounding(tilt, epsilon) > ENOUGH_DIGITS * tilt * epsilon) {
        break;
      }
      int fewer = smallest.map(window -> window.size() / 2).orElse(most);
      Optional<Window> before = smallest;
      smallest = tilted(tilt, fewer).or(() -> before);
    }
    return smallest;
  }

  /** About the part of delta at this epsilon that the rounding of transforms makes. */
  private double rounding(double tilt, double epsilon) {
    double steps = parts.stream().mapToDouble(Part::count).sum();
    double weight = Math.exp(logMoment(tilt) - tilt * epsilon - logDelta);
    return steps * ROUNDINGS * UNIT * weight / Math.sqrt(2 * tilt * spacing);
  }

  private double steepest() {
    return Math.clamp(STEEPEST / spacing, 1, MOST_TILT);
  }

  private Optional<Window> tilted(double tilt, int most) {
    double here = logMoment(tilt);
    double least = 0;
    double largest = 0;
    for (Part part : parts) {
      least += part.count() * part.loss().least();
      largest += part.count() * part.loss().most();
    }
    SectionSearch exponents = new SectionSearch(LEAST_TILT, steepest(), EXPONENT_RESOLUTION);
    SectionSearch.Point high =
        exponents.from(tilt, t -> (logMoment(tilt + t) - here - LOG_OUTSIDE) / t);
    SectionSearch.Point low =
        exponents.from(tilt, t -> (logMoment(tilt - t) - here - LOG_OUTSIDE) / t);
    double origin = origin();
    long start = (long) Math.floor((Math.max(-low.y(), least) - origin) / spacing);
    double places = Math.ceil((Math.min(high.y(), largest) - origin) / spacing) - start + 2;
    if (!(places <= most)) {
      return Optional.empty();
    }
    int size = Math.max(8, Integer.highestOneBit((int) places - 1) * 2);
    return Optional.of(
        new Window(tilt, size, start - (long) (size - places) / 2, high.x(), low.x()));
  }

  /** No epsilon above this has a larger delta than the one asked about. */
  double above(Window window) {
    double infinite = 0;
    for (Part part : parts) {
      infinite += part.count() * part.loss().infinite();
    }
    Sum sum = new Sum(window);
    double fixed = Math.exp(Math.log(infinite) - logDelta) + sum.beyondTop();
    double inflation = 1 + sum.massRounding;
    double epsilon = sum.solve(fixed, inflation, sum.transformError, 0);
    return Math.max(0, epsilon + lossRounding());
  }

  /** No epsilon below this has a delta as small as the one asked about. */
  double below(Window window) {
    Sum sum = new Sum(window);
    double inflation = 1 - sum.massRounding;
    double epsilon = sum.solve(0, inflation, -sum.transformError, -sum.outside());
    return Math.max(0, epsilon - lossRounding());
  }

  private double logMoment(double tilt) {
    double sum = 0;
    for (Part part : parts) {
      sum += part.count() * part.loss().logMoment(tilt);
    }
    return sum;
  }

  /** By how much {@code log E[e^(t l)] - t at} of the sum may be wrong. */
  private double exponentRounding(double t, double at) {
    double rounding = LOSS_ROUNDING * Math.abs(t) * (Math.abs(at) + Math.abs(origin()));
    for (Part part : parts) {
      rounding += part.count() * part.loss().logMomentRounding(t);
    }
    return rounding;
  }

  /** The loss of index 0 of the sum. */
  private double origin() {
    double sum = 0;
    for (Part part : parts) {
      sum += part.count() * part.loss().origin();
    }
    return sum;
  }

  private double lossRounding() {
    double sum = 0;
    for (Part part : parts) {
      sum += part.count() * LOSS_ROUNDING * (1 + part.loss().most() - part.loss().least());
    }
    return sum;
  }

  /** The tilted sum on its circle. */
  private final class Sum {
    private final Window window;
    private final double origin = origin();
    private final double logMoment;
    private final double[] masses;
    private final double transformError;
    private final double massRounding;

    Sum(Window window) {
      this.window = window;
      this.logMoment = logMoment(window.tilt());
      int size = window.size();
      Fourier fourier = new Fourier(size);
      double[] re = new double[size];
      double[] im = new double[size];
      Arrays.fill(re, 1);
      double error = fourier.relativeError();
      double steps = 0;
      for (Part part : parts) {
        double[] partRe = part.loss().onCircle(size, window.tilt());
        double[] partIm = new double[size];
        // A power multiplies an error at most by itself; a product of two rounds by 3 units.
        error += part.count() * (fourier.relativeError() + 6 * UNIT) * norm(partRe);
        steps += part.count();
        fourier.forward(partRe, partIm);
        multiplyByPower(re, im, partRe, partIm, part.count());
      }
      fourier.inverse(re, im);
      this.masses = re;
      this.transformError = error * (1 + steps * Math.sqrt(size) * UNIT * 64);
      this.massRounding = steps * (MASS_ROUNDING + LOSS_ROUNDING / spacing);
    }

    private double loss(long index) {
      return origin + index * spacing;
    }

    private static double norm(double[] values) {
      double sum = 0;
      for (double value : values) {
        sum += value * value;
      }
      return Math.sqrt(sum);
    }

    /** Chernoff's bound of the untilted mass above the window, as a part of delta. */
    double beyondTop() {
      double top = loss(window.start() + window.size() - 1);
      double least = logMoment - window.tilt() * top + exponentRounding(window.tilt(), top);
      for (double part : BEYOND) {
        double t = window.tilt() + part * window.above();
        least = Math.min(least, logMoment(t) - t * top + exponentRounding(t, top));
      }
      return Math.exp(least - logDelta);
    }

    /** Chernoff's bound of the tilted mass on both sides of the window. */
    double outside() {
      double top = loss(window.start() + window.size() - 1);
      double bottom = loss(window.start());
      double above = 0;
      double below = 0;
      for (double part : BEYOND) {
        double up = window.tilt() + part * window.above();
        double down = window.tilt() - part * window.below();
        above = Math.min(above, tilted(up, top));
        below = Math.min(below, tilted(down, bottom));
      }
      return (mostOfParts() <= top ? 0 : Math.exp(above))
          + (leastOfParts() >= bottom ? 0 : Math.exp(below));
    }

    /** The exponent of Chernoff's bound of the tilted mass beyond a loss. */
    private double tilted(double t, double at) {
      double exponent = logMoment(t) - logMoment - (t - window.tilt()) * at;
      return exponent + exponentRounding(t, at) + exponentRounding(window.tilt(), at);
    }

    private double mostOfParts() {
      return parts.stream().mapToDouble(part -> part.count() * part.loss().most()).sum();
    }

    private double leastOfParts() {
      return parts.stream().mapToDouble(part -> part.count() * part.loss().least()).sum();
    }

    /**
     * From the top of the window down, where delta is reached; delta is 1 in what follows.
     *
     * <p>{@code d} is delta at the place reached, {@code b} what it grows by on the way down.
     *
     * @param fixed an error of delta
     * @param factor an error as a part of delta
     * @param spread an error of the masses, in the Euclidean norm
     * @param folded an error of delta, in units of the weight of the place
     */
    double solve(double fixed, double factor, double spread, double folded) {
      double d = 0;
      double b = 0;
      double squares = 0;
      if (!(fixed <= 1)) {
        return Double.POSITIVE_INFINITY;
      }
      double shrink = Math.exp(-spacing);
      double step = -Math.expm1(-spacing);
      for (int place = window.size() - 1; place >= 0; place--) {
        long index = window.start() + place;
        double weight = Math.exp(logMoment - window.tilt() * loss(index) - logDelta);
        d += step * b;
        double fall = b * factor;
        b = b * shrink + weight * masses[(int) Math.floorMod(index, (long) window.size())];
        squares += weight * weight;
        double at = d * factor + spread * Math.sqrt(squares) + folded * weight + fixed;
        if (at > 1) {
          return between(index, fall, at, spread > 0);
        }
      }
      return spread > 0 ? loss(window.start()) : 0;
    }

    /**
     * Between two places delta is linear in e^epsilon. From above the errors of the lower place,
     * which are the larger, are added to it, from below they are taken off.
     */
    private double between(long index, double fall, double at, boolean upper) {
      double step = -Math.expm1(-spacing);
      // At the upper place with the errors of the lower.
      double start = at - fall * step;
      if (fall <= 0 || start > 1) {
        return loss(index + (upper ? 1 : 0));
      }
      double part = (1 - start) / fall;
      double epsilon = loss(index + 1) + Math.log1p(-Math.min(part, step));
      return upper ? epsilon : Math.max(loss(index), epsilon);
    }
  }

  /** Multiplies by a power of the other, element by element, by repeated squaring. */
  private static void multiplyByPower(
      double[] re, double[] im, double[] baseRe, double[] baseIm, long exponent) {
    for (int i = 0; i < re.length; i++) {
      double x = re[i];
      double y = im[i];
      double u = baseRe[i];
      double v = baseIm[i];
      for (long n = exponent; n > 0; n >>= 1) {
        if ((n & 1) == 1) {
          double old = x;
          x = old * u - y * v;
          y = old * v + y * u;
        }
        double squared = u * u - v * v;
        v = 2 * u * v;
        u = squared;
      }
      re[i] = x;
      im[i] = y;
    }
  }
}
