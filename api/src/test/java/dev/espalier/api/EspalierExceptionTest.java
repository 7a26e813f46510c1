package dev.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EspalierExceptionTest {
  @Test
  void theMessageHasALineForEachText() {
    EspalierException e =
        new EspalierException(ErrorCode.TYPE_MISMATCH, "two 100% equal types", "%s", "convert");
    assertThat(e)
        .hasMessage(
            """
            error[type-mismatch]: two 100% equal types
              found:  %s
              repair: convert\
            """);
    assertThat(e.asked()).isEqualTo("two 100% equal types");
    assertThat(e.found()).isEqualTo("%s");
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
