package dev.espalier.api.privacy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.Objects;

/**
 * How much privacy something cost, at the delta that was asked about.
 *
 * @param epsilon what to report: at least 0, infinite where nothing can be said; whether it is a
 *     bound, the kind says
 * @param lowerBound no smaller epsilon is true; 0 where the accountant has no lower bound
 * @param kind what epsilon is
 * @param detail how it was found, in a few words for people, as in {@code order 3.95}
 */
public record Spending(double epsilon, double lowerBound, Kind kind, String detail) {
  /** What an epsilon is worth. */
  public enum Kind {
    /**
     * The true epsilon is not above it, by a proof that covers what the computation leaves out and
     * rounds; likewise the lower bound.
     */
    CERTIFIED_BOUND,
    /** A theorem says that the true epsilon is not above it; rounding is not accounted for. */
    BOUND,
    /** Near the true epsilon in some limit, on either side. Not to be promised to anybody. */
    APPROXIMATION
  }

  /**
   * Checks that the bounds are in order.
   *
   * @throws EspalierException BAD_VALUE where they are not
   */
  public Spending {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(detail);
    if (!(lowerBound >= 0 && lowerBound <= epsilon)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "0 <= lower bound <= epsilon",
          lowerBound + " and " + epsilon,
          "this is a defect of the accountant: report it");
    }
  }

  /** Nothing, exactly. */
  public static Spending nothing() {
    return new Spending(0, 0, Kind.CERTIFIED_BOUND, "no steps");
  }

  /** Whether epsilon may be promised: it is a bound and finite. */
  public boolean isGuarantee() {
    return kind != Kind.APPROXIMATION && epsilon < Double.POSITIVE_INFINITY;
  }
}
