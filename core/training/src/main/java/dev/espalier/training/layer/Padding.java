package dev.espalier.training.layer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/**
 * Zeros around a spatial axis.
 *
 * @param kind how many there are
 * @param amount the number on either side for {@link Kind#FIXED}, else 0
 */
public record Padding(Kind kind, int amount) {
  /** How many zeros there are. */
  public enum Kind {
    /** As many as give {@code ceil(extent / stride)} outputs; an odd one goes behind. */
    SAME,
    /** None. */
    VALID,
    /** The same number on either side. */
    FIXED
  }

  public Padding {
    if (amount < 0 || (kind != Kind.FIXED && amount != 0)) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "padding is same, valid or a number of at least 0",
          kind + " " + amount,
          "give another padding");
    }
  }

  /** As many as give {@code ceil(extent / stride)} outputs. */
  public static Padding same() {
    return new Padding(Kind.SAME, 0);
  }

  /** None. */
  public static Padding valid() {
    return new Padding(Kind.VALID, 0);
  }

  /** A number on either side. */
  public static Padding of(int amount) {
    return new Padding(Kind.FIXED, amount);
  }

  /** The zeros before an axis, for a window that covers {@code window} elements. */
  int low(int extent, int window, int stride) {
    return kind == Kind.SAME ? missing(extent, window, stride) / 2 : amount;
  }

  /** The zeros after an axis. */
  int high(int extent, int window, int stride) {
    int missing = missing(extent, window, stride);
    return kind == Kind.SAME ? missing - missing / 2 : amount;
  }

  private static int missing(int extent, int window, int stride) {
    return Math.max(0, (Math.ceilDiv(extent, stride) - 1) * stride + window - extent);
  }
}
