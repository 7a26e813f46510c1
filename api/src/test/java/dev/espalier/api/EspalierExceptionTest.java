package dev.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EspalierExceptionTest {
  @Test
  void theMessageHasALineForEachText() {
    EspalierException e =
        new EspalierException(ErrorCode.TYPE_MISMATCH, "two equal types", "{0} and $1", "convert");
    assertThat(e)
        .hasMessage(
            """
            error[type-mismatch]: two equal types
              found:  {0} and $1
              repair: convert\
            """);
    assertThat(e.asked()).isEqualTo("two equal types");
    assertThat(e.found()).isEqualTo("{0} and $1");
    assertThat(e.repair()).isEqualTo("convert");
  }

  @Test
  void theCauseIsKept() {
    IllegalStateException cause = new IllegalStateException("below");
    assertThat(new EspalierException(ErrorCode.INTERNAL, "a", "b", "c", cause)).hasCause(cause);
  }

  @ParameterizedTest
  @EnumSource
  void aCodeIsPrintedInLowerCaseWithHyphens(ErrorCode code) {
    assertThat(code.text()).matches("[a-z]+(-[a-z]+)*");
    assertThat(code.category()).isNotNull();
  }
}
