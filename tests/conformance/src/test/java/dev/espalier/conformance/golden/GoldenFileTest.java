package dev.espalier.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of golden files, and that the families that come with Espalier have them. */
final class GoldenFileTest {
  private static final String RIGHT =
      """
      # origin: here
      # claim: range=-1, inf
      # claim: odd
      # claim: defaults=beta1 0.9, beta2 0.999
      # set: slope=0.25, form=tanh, on=true
      # given: rate=0.5
      x,y
      0,1 2
      inf,-inf
      """;

  @Test
  void whatIsWrittenIsRead() {
    GoldenFile file = GoldenFile.parse(RIGHT);
    GoldenFile.Section section = file.sections().getFirst();

    assertThat(file.origins()).containsExactly("here");
    assertThat(file.claims().numbers("range")).containsExactly(-1.0, Double.POSITIVE_INFINITY);
    assertThat(file.claims().has("odd")).isTrue();
    assertThat(file.claims().has("even")).isFalse();
    assertThat(file.claims().settings("defaults")).isEqualTo(Map.of("beta1", 0.9, "beta2", 0.999));
    assertThat(file.claims().unknown(Set.of("range", "odd")))
        .hasValueSatisfying(text -> assertThat(text).contains("defaults"));
    assertThat(section.hyperparameters())
        .isEqualTo(Map.of("slope", 0.25, "form", "tanh", "on", true));
    assertThat(section.given("rate")).isEqualTo(0.5);
    assertThat(section.cells("y").getFirst()).containsExactly(1, 2);
    assertThat(section.numbers("x")).containsExactly(0, Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x,value\n0,0\n",
        "# origin: here\n",
        "# set:\nx\n0\n",
        "# origin: here\n# set:\nx,value\n",
        "# origin: here\n# set:\nx,value\n0\n",
        "# origin: here\n# set:\nx\nzero\n",
        "# origin: here\n# set: slope\nx\n0\n",
        "# origin: here\n# comment\n# set:\nx\n0\n",
        "# origin: here\n# claim: odd\n# claim: odd\n# set:\nx\n0\n",
        "# origin: here\n# set:\nx\n0\n# claim: odd\n"
      })
  void aFileWithoutOriginOrPointsOrWithABrokenRowOrClaimIsRefused(String text) {
    assertThatThrownBy(() -> GoldenFile.parse(text))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE));
  }

  @Test
  void aDamagedFileIsReadOrRefusedAndNothingElse() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(RIGHT);
      for (int edit = random.nextInt(1, 5); edit > 0 && !text.isEmpty(); edit--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, (char) random.nextInt(10, 128));
          default -> text.setLength(Math.max(1, at));
        }
      }
      try {
        GoldenFile.parse(text.toString());
      } catch (EspalierException e) {
        assertThat(e.code()).as(text.toString()).isEqualTo(ErrorCode.BAD_FILE);
      }
    }
  }

  @Test
  void theFamiliesThatComeWithEspalierAreFound() {
    assertThat(names(ExtensionPoint.ACTIVATION)).contains("relu", "gelu", "mish", "tanh");
    assertThat(names(ExtensionPoint.LOSS)).contains("softmax-cross-entropy", "mse", "huber");
    assertThat(names(ExtensionPoint.OPTIMIZER)).contains("sgd", "adam", "adamw", "lion");
    assertThat(names(ExtensionPoint.SCHEDULE)).contains("constant", "linear", "cosine");
    assertThat(names(ExtensionPoint.INITIALIZER)).contains("zeros", "normal", "kaiming-normal");
  }

  private static List<String> names(ExtensionPoint<?> point) {
    return Plugins.at(point).<String>map(Registered::name).toList();
  }
}
