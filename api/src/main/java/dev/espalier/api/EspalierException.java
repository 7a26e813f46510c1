package dev.espalier.api;

import java.util.Objects;

/**
 * The one exception of Espalier: a code, what was asked, what was found, and the repair.
 *
 * <p>The message has one line for each, so that it can be printed to a user as it is:
 *
 * <pre>
 * error[type-mismatch]: add needs two operands of one type
 *   found:  f32[3, 4] and f32[4]
 *   repair: broadcast the second with x.broadcastLike(y)
 * </pre>
 */
public final class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String asked;
  private final String found;
  private final String repair;

  /**
   * @param code the kind of error
   * @param asked what was asked for, or which rule holds
   * @param found what was found instead
   * @param repair what the reader can do about it
   */
  public EspalierException(ErrorCode code, String asked, String found, String repair) {
    super(message(code, asked, found, repair));
    this.code = code;
    this.asked = Objects.requireNonNull(asked);
    this.found = Objects.requireNonNull(found);
    this.repair = Objects.requireNonNull(repair);
  }

  /**
   * As the other constructor, with the cause.
   *
   * @param cause what was caught
   */
  public EspalierException(
      ErrorCode code, String asked, String found, String repair, Throwable cause) {
    this(code, asked, found, repair);
    initCause(cause);
  }

  private static String message(ErrorCode code, String asked, String found, String repair) {
    return "error[%s]: %s%n  found:  %s%n  repair: %s"
        .formatted(code.text(), asked, found, repair)
        .replace(System.lineSeparator(), "\n");
  }

  /** The kind of error. */
  public ErrorCode code() {
    return code;
  }

  /** What was asked for, or which rule holds. */
  public String asked() {
    return asked;
  }

  /** What was found instead. */
  public String found() {
    return found;
  }

  /** What the reader can do about it. */
  public String repair() {
    return repair;
  }
}
