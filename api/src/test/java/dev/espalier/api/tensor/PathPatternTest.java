package dev.espalier.api.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "bias, bias, true",
    "bias, first/bias, false",
    "*/bias, first/bias, true",
    "*/bias, blocks/0/bias, false",
    "**/bias, blocks/0/bias, true",
    "**/bias, bias, true",
    "**/bias, blocks/bias/0, false",
    "blocks/**, blocks, true",
    "blocks/**, blocks/0/mlp/up/weight, true",
    "blocks/*/mlp/**, blocks/11/mlp/up/weight, true",
    "blocks/*/mlp/**, blocks/11/attention/weight, false",
    "**/mlp/**/weight, blocks/0/mlp/weight, true",
    "b*s/1*, blocks/12, true",
    "b*s/1*, blocks/21, false",
    "*a*b*, xaybz, true",
    "*a*b*, xbyaz, false",
    "**, anything/at/all, true",
    "a.c, abc, false"
  })
  void wordsAndStars(String pattern, String path, boolean matches) {
    assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b"})
  void emptyWordsAreRefused(String text) {
    assertThatThrownBy(() -> new PathPattern(text))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void itReadsAsItIsWritten() {
    assertThat(new PathPattern("**/bias")).hasToString("**/bias");
  }
}
