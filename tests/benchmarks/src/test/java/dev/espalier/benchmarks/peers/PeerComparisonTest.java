package dev.espalier.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Command;
import dev.espalier.benchmarks.TrainingSteps;
import dev.espalier.benchmarks.kernels.KernelBenchmarks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeerComparisonTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(Command command, String... arguments) {
    return command.exitCode(arguments, stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static StepReport report(double medianMs, OptionalDouble peakMb) {
    return new StepReport(
        "test",
        10,
        5,
        2.5,
        medianMs,
        medianMs / 2,
        medianMs * 2,
        OptionalDouble.empty(),
        100,
        1.5,
        OptionalDouble.of(1.75),
        peakMb);
  }

  @Test
  void aReportSurvivesItsJson() {
    StepReport report = report(12.5, OptionalDouble.of(300));

    assertThat(StepReport.parse(report.toJson())).isEqualTo(report);
    assertThat(StepReport.parse(report(1, OptionalDouble.empty()).toJson()).peakMb()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Killed | Killed",
        "{\"version\": \"x\"} | the key numbers is missing",
        "'' | empty"
      })
  void whatIsNoReportIsRefused(String line, String why) {
    assertThatThrownBy(() -> StepReport.parse(line))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("ends with its report")
        .hasMessageContaining(why);
  }

  @Test
  void theBetterModeIsComparedAndTheMiddleOfTheRoundsCounts() {
    List<Round> rounds = new ArrayList<>();
    for (double ms : List.of(4, 5, 20)) {
      rounds.add(round(Contender.ESPALIER_FP32, ms));
    }
    rounds.add(round(Contender.EAGER_FP32, 8));
    rounds.add(round(Contender.COMPILED_FP32, 4));
    rounds.add(round(Contender.EAGER_BF16, 2));
    rounds.add(round(Contender.ESPALIER_BF16, 1));

    assertThat(new PeerTables(rounds).comparison())
        .hasToString(
            """
            | step | threads | PyTorch best fp32 | PyTorch best bf16 | Espalier fp32 | Espalier / PyTorch fp32 | Espalier bf16 | Espalier / PyTorch bf16 |
            |------|--------:|------------------:|------------------:|--------------:|------------------------:|--------------:|------------------------:|
            | mlp  |       2 |     250 (compile) |       500 (eager) |           200 |                    0.80 |          1000 |                    2.00 |
            """);
    assertThat(new PeerTables(rounds).all().toString())
        .contains("50.0 to 250", "2.50 to 10.0", "PyTorch fp32 compile");
  }

  @Test
  void withoutPeersThereIsNoRatio() {
    assertThat(new PeerTables(List.of(round(Contender.ESPALIER_FP32, 4))).comparison().toString())
        .endsWith(
            "|                 - |                 - |           250 |                       - |             - |                       - |\n");
  }

  private static Round round(Contender contender, double ms) {
    return new Round(
        "mlp", 2, contender, report(ms, OptionalDouble.of(300)), OptionalDouble.of(60));
  }

  @Test
  void aStepReportsAFiniteLossAndItsTimes() {
    int code = run(StepMain.command(), "mlp", "--threads", "2", "--seconds", "0.01");

    assertThat(errors()).isEmpty();
    assertThat(code).isZero();
    StepReport report = StepReport.parse(out.toString(StandardCharsets.UTF_8).strip());
    assertThat(report.loss()).isFinite().isPositive();
    assertThat(report.parameters()).isEqualTo(669_706);
    assertThat(report.steps()).isGreaterThanOrEqualTo(3);
    assertThat(report.lowerQuartileMs()).isLessThanOrEqualTo(report.medianMs());
    assertThat(report.upperQuartileMs()).isGreaterThanOrEqualTo(report.medianMs());
    assertThat(report.mainToFirstStepS() * 1e3).isGreaterThan(report.firstStepMs());
  }

  /** The script and this side mean the same by the keys of a report. */
  @Test
  void theScriptOfThePeersHasTheKeysAndTheStepsOfThisSide() throws Exception {
    String script = Files.readString(Path.of("peers", "peers.py"));
    String json =
        new StepReport(
                "test",
                1,
                1,
                1,
                1,
                1,
                1,
                OptionalDouble.of(1),
                1,
                1,
                OptionalDouble.of(1),
                OptionalDouble.of(1))
            .toJson();

    assertThat(json.split("\"", -1))
        .filteredOn(part -> part.matches("[a-z_]+") && !part.equals("test"))
        .hasSize(13)
        .allSatisfy(key -> assertThat(script).contains('"' + key + '"'));
    assertThat(TrainingSteps.names())
        .allSatisfy(name -> assertThat(script).contains("\n    \"" + name + "\": "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--step mlp | ./build bench-peers | the option --step",
        "mlp | ./build bench-peers | mlp",
        "--steps mpl | mlp, gpt, gpt-medium, cnn | mpl",
        "--modes jit | eager, compile | jit",
        "--threads 0 | integers of at least 1 | 0",
        "--seconds never | takes seconds | never"
      })
  void anArgumentErrorSaysWhatWasAskedFoundAndTheRepair(String line, String asked, String found) {
    assertThat(run(PeerComparison.command(), line.split(" ", -1))).isEqualTo(2);
    assertThat(errors())
        .contains(asked, "found:  " + found, "repair: ")
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void theKernelsHaveTheSameErrors() {
    assertThat(run(KernelBenchmarks.command(), "gemm", "--thread", "1")).isEqualTo(2);
    assertThat(errors()).contains("./build bench [PATTERN]", "--thread", "repair: remove it");
  }

  @Test
  void aStepWithoutANameSaysWhichThereAre() {
    assertThat(run(StepMain.command())).isEqualTo(2);
    assertThat(errors()).contains("found:  no name", "mlp, gpt, gpt-medium, cnn");
  }

  @Test
  void withoutPyTorchItSaysWhatToDo() {
    assertThat(run(PeerComparison.command(), "--python", "/nowhere/python")).isEqualTo(1);
    assertThat(errors())
        .contains("needs a Python with what", "requirements.txt", "/nowhere/python")
        .contains("python3 -m venv", "pip install -r", "ESPALIER_PEERS_PYTHON")
        .doesNotContain("\tat ", "Exception");
    assertThat(out.size()).isZero();
  }
}
