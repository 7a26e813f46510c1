package dev.espalier.plugins.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;

/** What stochastic gradient descent refuses. */
final class SgdTest {
  @Test
  void nesterovWithoutMomentumIsRefusedInsteadOfDoingNothing() {
    assertThatThrownBy(() -> new Sgd(0, true, 0))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_VALUE));
    assertThat(new Sgd(0.5, true, 0).nesterov()).isTrue();
  }
}
