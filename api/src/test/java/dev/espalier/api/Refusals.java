package dev.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that something is refused as Espalier refuses: with a code and three texts. */
public final class Refusals {
  private Refusals() {}

  /** The refusal of a call, which must be of this kind and say something in each of its texts. */
  @SuppressWarnings("exports") // The module of tests exports nothing.
  public static EspalierException refusal(ErrorCode code, ThrowingCallable call) {
    EspalierException e = catchThrowableOfType(EspalierException.class, call);
    assertThat(e).as("a refusal with %s", code).isNotNull();
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    assertThat(e.asked()).isNotBlank();
    assertThat(e.found()).isNotBlank();
    assertThat(e.repair()).isNotBlank();
    return e;
  }
}
