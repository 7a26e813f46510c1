package dev.espalier.benchmarks.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.training.trainer.EvaluationReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class StepsToLossTest {
  private static Curve curve(double rate, double... losses) {
    List<EvaluationReport> evaluations = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      evaluations.add(new EvaluationReport(10L * (i + 1), losses[i], OptionalDouble.empty()));
    }
    return new Curve("any", rate, evaluations, losses.length == 0, 1);
  }

  private static List<Double> tried(double best, int most) {
    return Sweep.over(
            List.of(1e-3, 3e-3, 1e-2), most, rate -> curve(rate, Math.abs(Math.log(rate / best))))
        .stream()
        .map(Curve::rate)
        .toList();
  }

  @Test
  void ratesAreTriedBeyondAnEndUntilTheBestHasNeighbours() {
    assertThat(tried(3e-3, 9)).containsExactly(1e-3, 3e-3, 1e-2);
    assertThat(tried(1e-4, 9)).containsExactly(3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2);
    assertThat(tried(0.1, 9)).containsExactly(1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3);
    assertThat(tried(1e-9, 5)).hasSize(5);
  }

  @Test
  void aRunThatDivergedIsNeverTheBest() {
    assertThat(Sweep.best(List.of(curve(1), curve(2, 5, 4), curve(3, 1, 4.5))).rate()).isEqualTo(2);
  }

  @Test
  void stepsAreCountedToTheFirstEvaluationThatReachesALoss() {
    Curve found = curve(1, 3, 1.5, 2, 1);
    assertThat(found.stepsTo(2)).hasValue(20);
    assertThat(found.stepsTo(1)).hasValue(40);
    assertThat(found.stepsTo(0.5)).isEmpty();
  }

  private static String refusal(String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertThat(StepsToLoss.command().exitCode(arguments, printed, printed)).isEqualTo(2);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void namesThatNobodyRegistersAreRefusedWithThoseKnownBeforeAnyRun() {
    assertThat(refusal("--optimizers", "adamw,adamv")).contains("adamv", "adamw", "lion");
    assertThat(refusal("--data", "cifar")).contains("digits", "tinyshakespeare");
  }
}
