package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.MemoryUse;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.RunStart;
import dev.espalier.training.trainer.StepReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final RunStart START =
      new RunStart(
          "digits",
          0,
          2000,
          235_146,
          Path.of("runs", "digits-1"),
          "cpu, 2 threads",
          new MemoryUse(5_000_000, 1_270_000, 0));
  private static final EvaluationReport EVALUATION =
      new EvaluationReport(2000, 0.125, OptionalDouble.of(0.9675));
  private static final RunResult RESULT =
      new RunResult(Path.of("runs", "digits-1"), 2000, EVALUATION);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);

  private static StepReport step(long step, double loss) {
    return new StepReport(
        step, 2000, 0.5, loss, 0.001, 1.5, Map.of(), Map.of(), 250, Duration.ofSeconds(75));
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void plainLinesShowTheFirstStepTheLastAndOneEveryFiveSeconds() {
    AtomicLong clock = new AtomicLong();
    try (ProgressView view = new LineProgress(out, clock::get)) {
      view.started(START);
      for (int i = 1; i <= 2000; i++) {
        clock.set(Duration.ofMillis(4L * i).toNanos());
        view.stepped(step(i, 2.5));
      }
      view.evaluated(EVALUATION);
      view.checkpointed(2000, Path.of("somewhere"));
      view.finished(RESULT);
    }

    assertThat(written())
        .isEqualTo(
            """
            digits: 235,146 parameters, 2,000 steps, on cpu, 2 threads, in runs/digits-1
            a step needs 6.3 MB of memory: 5.0 MB of buffers, 1.3 MB of intermediate values, 0.0 MB of constants
            step 1/2000  loss 2.5000  rate 1.00e-03  gradient 1.50  250 steps/s  1:15 left
            step 1251/2000  loss 2.5000  rate 1.00e-03  gradient 1.50  250 steps/s  1:15 left
            step 2000/2000  loss 2.5000  rate 1.00e-03  gradient 1.50  250 steps/s  1:15 left
            evaluated after step 2000: loss 0.1250, accuracy 96.75 %
            checkpoint after step 2000: somewhere
            done after 2000 steps: loss 0.1250, accuracy 96.75 %; see runs/digits-1
            """);
  }

  @Test
  void aResumedRunSaysWhereItGoesOn() {
    RunStart resumed =
        new RunStart("r", 500, 2000, 1, Path.of("runs", "r"), "cpu", new MemoryUse(1, 1, 1));

    assertThat(ProgressView.headline(resumed)).contains("steps 501 to 2,000");
  }

  @Test
  void everyEventIsALineOfJsonAndWhatIsNotFiniteIsAText() {
    try (ProgressView view = new JsonProgress(out)) {
      view.started(START);
      view.stepped(step(1, Double.NaN));
      view.evaluated(new EvaluationReport(1, 0.5, OptionalDouble.empty()));
      view.note("a \"note\"");
      view.finished(RESULT);
    }

    assertThat(written())
        .isEqualTo(
            """
            {"event":"started","name":"digits","first_step":0,"total_steps":2000,\
            "parameters":235146,"run":"runs/digits-1","backend":"cpu, 2 threads","memory":6270000}
            {"event":"step","step":1,"total_steps":2000,"loss":"NaN","learning_rate":0.001,\
            "gradient_norm":1.5,"steps_per_second":250.0,"remaining_seconds":75.0}
            {"event":"evaluation","step":1,"loss":0.5,"accuracy":null}
            {"event":"note","message":"a \\"note\\""}
            {"event":"finished","step":2000,"loss":0.125,"accuracy":0.9675,"run":"runs/digits-1"}
            """);
  }

  @Test
  void onATerminalABarShowsLossSpeedAndTimeLeftAndTheResultIsPrinted() {
    try (ProgressView view = new BarProgress(out, err)) {
      view.started(START);
      view.stepped(step(1000, 2.5));
      view.note("above the bar");
      view.finished(RESULT);
    }

    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("digits", "1000/2000", "above the bar");
    assertThat(written()).contains("235,146 parameters").contains("accuracy 96.75 %");
  }

  @Test
  void timeIsMinutesAndSecondsAndHoursWhereThereAreSome() {
    assertThat(ProgressView.clock(Duration.ofSeconds(5))).isEqualTo("0:05");
    assertThat(ProgressView.clock(Duration.ofSeconds(3599))).isEqualTo("59:59");
    assertThat(ProgressView.clock(Duration.ofSeconds(36_061))).isEqualTo("10:01:01");
    assertThat(ProgressView.clock(Duration.ofSeconds(-5))).isEqualTo("0:00");
  }
}
