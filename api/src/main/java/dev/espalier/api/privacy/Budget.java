package dev.espalier.api.privacy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.List;

/**
 * How much privacy may be spent, and what it allows: the smallest noise for so many steps, or the
 * most steps with so much noise. Any accountant will do; what is answered is always a point that it
 * was asked about and found within the budget.
 *
 * @param epsilon greater than 0 and finite
 * @param delta in (0, 1)
 */
public record Budget(double epsilon, double delta) {
  /** How near to the budget the smallest noise comes, as a part of epsilon. */
  private static final double NEARNESS = 1e-5;

  /** How near to each other two noises are one. */
  private static final double RESOLUTION = 1e-9;

  private static final double LEAST_NOISE = 0x1p-10;
  private static final double MOST_NOISE = 0x1p40;
  private static final long MOST_STEPS = 1L << 40;

  /**
   * Checks the numbers.
   *
   * @throws EspalierException BAD_VALUE where one is out of its domain
   */
  public Budget {
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "the epsilon of a budget is greater than 0 and finite",
          Double.toString(epsilon),
          "give another epsilon");
    }
    if (!(delta > 0 && delta < 1)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "delta is in (0, 1)",
          Double.toString(delta),
          "give another; less than one over the number of examples is usual");
    }
  }

  /** Whether these steps are within the budget. */
  public boolean allows(Accountant accountant, List<PrivateSteps> steps) {
    return accountant.spent(steps, delta).epsilon() <= epsilon;
  }

  /** As the other, where nothing was spent before. */
  public PrivateSteps smallestNoise(Accountant accountant, double samplingRate, long count) {
    return smallestNoise(accountant, List.of(), samplingRate, count);
  }

  /**
   * The steps with the smallest noise multiplier that is within the budget, to 1e-5 of epsilon,
   * after others.
   *
   * @param accountant what counts
   * @param before what was spent already
   * @param samplingRate the steps' rate, in (0, 1]
   * @param count how many steps, at least 1
   * @throws EspalierException BAD_VALUE where the numbers are out of their domains, or no noise is
   *     enough
   */
  public PrivateSteps smallestNoise(
      Accountant accountant, List<PrivateSteps> before, double samplingRate, long count) {
    if (count < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "noise is chosen for at least 1 step",
          Long.toString(count),
          "give another number of steps");
    }
    Excess excess =
        noise -> excess(accountant, before, new PrivateSteps(samplingRate, noise, count));
    double enough = 1;
    double atEnough = excess.at(enough);
    double tooLittle = enough;
    double atTooLittle = atEnough;
    while (atEnough > 0) {
      tooLittle = enough;
      atTooLittle = atEnough;
      enough *= 2;
      if (enough > MOST_NOISE) {
        throw unreachable(samplingRate, count);
      }
      atEnough = excess.at(enough);
    }
    while (atTooLittle <= 0 && atEnough < -NEARNESS && enough > LEAST_NOISE) {
      tooLittle = enough / 2;
      atTooLittle = excess.at(tooLittle);
      if (atTooLittle <= 0) {
        enough = tooLittle;
        atEnough = atTooLittle;
      }
    }
    // The curve is nearly straight in logarithms: false position, and a halving where it stalls.
    boolean halve = false;
    while (atTooLittle > 0 && atEnough < -NEARNESS && enough / tooLittle > 1 + RESOLUTION) {
      double left = Math.log(tooLittle);
      double right = Math.log(enough);
      double part = (atTooLittle + NEARNESS / 2) / (atTooLittle - atEnough);
      double middle =
          Math.exp(left + (right - left) * (halve || !Double.isFinite(part) ? 0.5 : part));
      if (!(middle > tooLittle && middle < enough)) {
        break;
      }
      double at = excess.at(middle);
      halve = !halve && right - left > 0.1 && Math.min(part, 1 - part) < 0.05;
      if (at > 0) {
        tooLittle = middle;
        atTooLittle = at;
      } else {
        enough = middle;
        atEnough = at;
      }
    }
    return new PrivateSteps(samplingRate, enough, count);
  }

  /**
   * The most steps that are within the budget, after others.
   *
   * @param accountant what counts
   * @param before what was spent already
   * @param like steps with the rate and the noise; their count is not looked at
   * @return steps like those, 0 of them where not one is left
   * @throws EspalierException BAD_VALUE where more than 2^40 steps are
   */
  public PrivateSteps mostSteps(
      Accountant accountant, List<PrivateSteps> before, PrivateSteps like) {
    Excess excess = count -> excess(accountant, before, like.times((long) count));
    long fits = 0;
    double atFits = excess.at(0);
    if (atFits > 0) {
      return like.times(0);
    }
    long exceeds = 1;
    double atExceeds = excess.at(1);
    while (atExceeds <= 0) {
      fits = exceeds;
      atFits = atExceeds;
      if (exceeds >= MOST_STEPS) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a budget that at most 2^40 steps stay within",
            "as many steps as one likes",
            "less noise will do");
      }
      exceeds *= 4;
      atExceeds = excess.at((double) exceeds);
    }
    boolean halve = false;
    while (exceeds - fits > 1) {
      double part = atFits / (atFits - atExceeds);
      boolean straight = !halve && fits > 0 && Double.isFinite(part);
      double guess =
          straight ? fits * Math.pow((double) exceeds / fits, part) : fits + (exceeds - fits) / 2.0;
      long middle = Math.clamp((long) guess, fits + 1, exceeds - 1);
      double at = excess.at((double) middle);
      halve = straight && (at > 0 ? exceeds - middle : middle - fits) < (exceeds - fits) / 8;
      if (at > 0) {
        exceeds = middle;
        atExceeds = at;
      } else {
        fits = middle;
        atFits = at;
      }
    }
    return like.times(fits);
  }

  /** How far above the budget something is, as the logarithm of a ratio; positive beyond it. */
  private interface Excess {
    double at(double x);
  }

  private double excess(Accountant accountant, List<PrivateSteps> before, PrivateSteps then) {
    List<PrivateSteps> all = new ArrayList<>(before);
    all.add(then);
    double spent = accountant.spent(all, delta).epsilon();
    return spent <= epsilon
        ? Math.min(0, Math.log(spent / epsilon))
        : Math.max(Double.MIN_VALUE, Math.log(spent / epsilon));
  }

  private EspalierException unreachable(double samplingRate, long count) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "noise that keeps " + count + " steps at the rate " + samplingRate + " within what is left",
        "more than " + epsilon + " at delta " + delta + " by this accountant, whatever the noise",
        "allow a larger epsilon or delta, or choose another accountant");
  }
}
