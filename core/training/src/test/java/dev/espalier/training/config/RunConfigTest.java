package dev.espalier.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.training.step.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Run files: what is read, what is refused, and with which words. */
final class RunConfigTest {
  private static final String GOOD =
      """
      name: tiny
      data: {kind: csv, path: data.csv}
      model: {kind: mlp, hidden: [4]}
      optimizer: sgd
      steps: 10
      """;

  @TempDir Path folder;

  private RunConfig read(String text, Map<String, String> overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), text);
    return RunConfig.of(RunFile.read(file, overrides));
  }

  @Test
  void overridesAreAppliedInTheOrderGiven() throws IOException {
    Map<String, String> overrides = new LinkedHashMap<>();
    overrides.put("optimizer", "adam");
    overrides.put("optimizer.beta1", "0.8");
    overrides.put("model.hidden", "[8, 8]");

    RunConfig config = read(GOOD, overrides);

    assertThat(config.optimizer()).isEqualTo(new Named("adam", Map.of("beta1", 0.8)));
    assertThat(config.model().params()).containsKey("hidden");
    assertThat(config.steps()).hasValue(10);
  }

  @Test
  void productsAreInF32WhereNothingElseIsAsked() throws IOException {
    assertThat(read(GOOD, Map.of()).precision()).isEqualTo(Precision.F32);
    assertThat(read(GOOD, Map.of("precision", "bf16")).precision()).isEqualTo(Precision.BF16);
  }

  @Test
  void groupsFrozenParametersAndAnEstimatorMayBeNamed() throws IOException {
    RunConfig plain = read(GOOD, Map.of());
    assertThat(plain.groups()).isEmpty();
    assertThat(plain.frozen()).isEmpty();
    assertThat(plain.estimator()).isEmpty();

    Map<String, String> overrides = new LinkedHashMap<>();
    overrides.put("frozen", "[layers/0/**]");
    overrides.put("estimator", "{kind: forward, directions: 3}");
    overrides.put(
        "groups",
        "[{match: '**/bias', rate: 0.5, optimizer: {kind: sgd, decay: 0}}, {match: 'output/*'}]");
    RunConfig config = read(GOOD, overrides);
    assertThat(config.frozen()).containsExactly("layers/0/**");
    assertThat(config.estimator()).contains(new Named("forward", Map.of("directions", 3L)));
    assertThat(config.groups())
        .containsExactly(
            new RunConfig.Group("**/bias", 0.5, Optional.of(new Named("sgd", Map.of("decay", 0L)))),
            new RunConfig.Group("output/*", 1, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "groups, 3, BAD_VALUE",
    "groups, [3], BAD_VALUE",
    "groups, [{rate: 1}], MISSING_KEY",
    "name, ../x, BAD_VALUE",
    "name, a/b, BAD_VALUE",
    "data.target, nubmer, BAD_VALUE",
    "data.kind, parquet, BAD_VALUE",
    "precision, f16, BAD_VALUE",
    "precision, 16, BAD_VALUE",
    "data.validation, 1.5, BAD_VALUE",
    "steps, 0, BAD_VALUE",
    "steps, 1.5, BAD_VALUE",
    "steps, 1e30, BAD_VALUE",
    "seed, 1e30, BAD_VALUE",
    "batch, many, BAD_VALUE",
    "clip, 0, BAD_VALUE",
    "epochs, 3, MISSING_KEY",
    "bacth, 3, UNKNOWN_KEY",
    "data.lable, x, UNKNOWN_KEY",
    "steps.x, 3, BAD_VALUE",
    "model, [1], BAD_VALUE",
    "model, {hidden: [2]}, MISSING_KEY",
    "checkpoint.keep, 0, BAD_VALUE",
  })
  void aWrongValueIsRefusedWithItsKey(String key, String value, String code) {
    assertThatThrownBy(() -> read(GOOD, Map.of(key, value)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code().name()).isEqualTo(code));
  }

  @Test
  void damagedRunFilesAreRefusedAndNothingElseIsThrown() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder(GOOD);
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        char c = "[]{}:&*!|>-\n\"'%@\0\t\u00e9x1".charAt(random.nextInt(21));
        text.setCharAt(random.nextInt(text.length()), c);
      }
      try {
        read(text.toString(), Map.of());
      } catch (EspalierException e) {
        assertThat(e.repair()).isNotBlank();
      }
    }
  }

  @Test
  void aRunFileThatContainsItselfIsRefused() {
    for (String text : new String[] {"a: &a [*a]", "&a {b: *a}", "x: " + "[".repeat(50_000)}) {
      assertThatThrownBy(() -> read(text, Map.of())).isInstanceOf(EspalierException.class);
    }
  }
}
