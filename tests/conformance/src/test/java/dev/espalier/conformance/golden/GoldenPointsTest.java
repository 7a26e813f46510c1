package dev.espalier.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every registered activation, loss, optimizer and schedule against its golden points. */
final class GoldenPointsTest {
  static Stream<Registered<?>> checked() {
    return Plugins.registrations().stream().filter(GoldenPoints::required);
  }

  @Test
  void theFamiliesThatComeWithEspalierAreFound() {
    assertThat(names(ExtensionPoint.ACTIVATION))
        .contains(
            "identity",
            "relu",
            "leaky-relu",
            "elu",
            "gelu",
            "silu",
            "mish",
            "softplus",
            "tanh",
            "sigmoid");
    assertThat(names(ExtensionPoint.LOSS))
        .contains("softmax-cross-entropy", "binary-cross-entropy", "mse", "mae", "huber");
    assertThat(names(ExtensionPoint.OPTIMIZER))
        .contains("sgd", "adam", "adamw", "lion", "rmsprop", "adagrad");
    assertThat(names(ExtensionPoint.SCHEDULE)).contains("constant", "linear", "cosine");
    assertThat(names(ExtensionPoint.INITIALIZER))
        .contains("zeros", "ones", "normal", "uniform", "xavier-uniform", "kaiming-normal");
  }

  private static List<String> names(ExtensionPoint<?> point) {
    return Plugins.at(point).<String>map(Registered::name).toList();
  }

  @ParameterizedTest
  @MethodSource("checked")
  void anExtensionHasAGoldenFileOfCitedOriginAndHoldsIt(Registered<?> registered) {
    Optional<GoldenFile> file = GoldenFile.of(registered);
    assertThat(file).as("golden file of " + registered).isPresent();
    assertThat(GoldenPoints.check(registered, file.orElseThrow())).isEmpty();
  }

  @Test
  void aNameWithoutAGoldenFileHasNone() {
    Registered<?> mish = Plugins.named(ExtensionPoint.ACTIVATION, "mish");
    Registered<?> renamed =
        new Registered<>(
            mish.plugin(),
            ExtensionPoint.ACTIVATION,
            "mish-2",
            mish.citation(),
            _ -> new Mutants.SwishAsMish());
    assertThat(GoldenPoints.required(renamed)).isTrue();
    assertThat(GoldenFile.of(renamed)).isEmpty();
  }

  @Test
  void swishRegisteredAsMishIsRefusedForItsValues() {
    assertThat(findings(ExtensionPoint.ACTIVATION, "mish", new Mutants.SwishAsMish()))
        .anyMatch(finding -> finding.what().startsWith("value in f64 at x = 1.0"));
  }

  @Test
  void aNaiveSoftplusIsRefusedFarRightWhereItOverflowsAndFarLeftWhereItLosesItsDigits() {
    assertThat(findings(ExtensionPoint.ACTIVATION, "softplus", new Mutants.NaiveSoftplus()))
        .anyMatch(finding -> finding.what().startsWith("value in f64 at x = 10000.0"))
        .anyMatch(finding -> finding.what().startsWith("value in f32 at x = -20.0"))
        .anyMatch(finding -> finding.what().startsWith("first derivative, reverse in f32"));
  }

  @Test
  void anEluThatLetsTheExponentialOverflowIsRefusedForItsDerivativesOnly() {
    assertThat(findings(ExtensionPoint.ACTIVATION, "elu", new Mutants.UnguardedElu()))
        .isNotEmpty()
        .allMatch(finding -> finding.what().contains("derivative"))
        .anyMatch(finding -> Double.isNaN(finding.found()));
  }

  @Test
  void adamWithoutBiasCorrectionIsRefusedInTheFirstStep() {
    assertThat(findings(ExtensionPoint.OPTIMIZER, "adam", Mutants.adamWithoutBiasCorrection()))
        .anyMatch(finding -> finding.what().startsWith("parameter in f64 after step 0"));
  }

  @Test
  void aLossThatMixesItsExamplesIsRefused() {
    assertThat(findings(ExtensionPoint.LOSS, "mse", new Mutants.MixingLoss())).isNotEmpty();
  }

  @Test
  void aWrongClosedHessianIsRefused() {
    assertThat(findings(ExtensionPoint.LOSS, "mse", new Mutants.HalfHessian()))
        .isNotEmpty()
        .allMatch(finding -> finding.what().startsWith("closed Hessian"));
  }

  @Test
  void aScheduleWithoutItsWarmUpIsRefused() {
    GoldenFile file =
        GoldenFile.of(Plugins.named(ExtensionPoint.SCHEDULE, "constant")).orElseThrow();
    GoldenFile.Section warm = file.sections().get(1);
    assertThat(warm.hyperparameters()).isEqualTo(Map.of("warmup", 4.0));
    assertThat(GoldenPoints.check(new Mutants.ColdConstant(), warm)).isNotEmpty();
  }

  private static List<Finding> findings(ExtensionPoint<?> point, String name, Object subject) {
    GoldenFile file = GoldenFile.of(Plugins.named(point, name)).orElseThrow();
    return GoldenPoints.check(subject, file.sections().getFirst());
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
        "# origin: here\n# comment\n# set:\nx\n0\n"
      })
  void aFileWithoutOriginOrPointsOrWithABrokenRowIsRefused(String text) {
    assertThatThrownBy(() -> GoldenFile.parse(text))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE));
  }
}
