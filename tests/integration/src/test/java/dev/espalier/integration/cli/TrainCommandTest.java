package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program.Outcome;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.CheckpointStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs of the program: what they leave, and what is left of one that is killed. */
final class TrainCommandTest {
  @TempDir Path folder;

  private Program program = new Program(Path.of(""));

  @BeforeEach
  void writeTheRun() {
    program = new Program(folder);
    TinyRun.writeTo(program);
  }

  private Outcome succeed(String... arguments) {
    Outcome outcome = program.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome;
  }

  private Checkpoint last(String run) {
    Checkpoint.Latest latest = CheckpointStore.latest(folder.resolve(run));
    assertThat(latest.skipped()).isEmpty();
    return latest.required(folder.resolve(run));
  }

  private byte[] tensors(String run) throws IOException {
    return Files.readAllBytes(last(run).folder().resolve("tensors.safetensors"));
  }

  @Test
  void aRunLeavesMetricsAndCheckpointsAndItsEvaluationCanBeRepeated() {
    Outcome trained = succeed("train", "run.yaml", "--out", "run", "--json");

    List<String> events = trained.out().lines().toList();
    assertThat(events).first().asString().contains("\"event\":\"started\"", "\"total_steps\":60");
    assertThat(events.stream().filter(e -> e.contains("\"event\":\"step\""))).hasSize(60);
    assertThat(events).last().asString().contains("\"event\":\"finished\"", "\"step\":60");
    assertThat(folder.resolve("run").resolve("metrics.jsonl")).isNotEmptyFile();
    assertThat(last("run").manifest().step()).isEqualTo(60);

    String finished = events.getLast();
    String measured =
        finished.substring(finished.indexOf("\"loss\""), finished.indexOf(",\"run\""));
    assertThat(succeed("evaluate", "run", "--json").out()).contains(measured);
  }

  @Test
  void plainLinesArePrintedWhereNoTerminalIs() {
    assertThat(succeed("train", "run.yaml", "--out", "run").out())
        .startsWith("tiny: 42 parameters, 60 steps, on ")
        .contains("step 1/60  loss ", "step 60/60  loss ", "evaluated after step 40: loss ")
        .containsPattern("(?m)^done after 60 steps: loss .+; see run$");
  }

  @Test
  void withoutAFolderARunMakesItsOwn() {
    assertThat(succeed("train", "run.yaml", "--set", "steps=1").out()).contains("see runs/tiny-1");
    assertThat(succeed("train", "run.yaml", "--set", "steps=1").out()).contains("see runs/tiny-2");
  }

  @Test
  void theSameSeedGivesTheSameBitsWhateverTheNumberOfThreads() throws IOException {
    succeed("train", "run.yaml", "--out", "one", "--threads", "1");
    succeed("train", "run.yaml", "--out", "three", "--threads", "3");
    assertThat(tensors("three")).isEqualTo(tensors("one"));

    succeed("train", "run.yaml", "--out", "other", "--set", "seed=8");
    assertThat(tensors("other")).isNotEqualTo(tensors("one"));
  }

  /**
   * Kills the process with SIGKILL once it has told of a step. It cannot be much further then: its
   * pipe is not read on, and holds a few hundred events.
   */
  private void killAfter(long step, String... arguments) throws IOException {
    Process process = program.start(arguments);
    try (BufferedReader events = process.inputReader(StandardCharsets.UTF_8)) {
      String wanted = "\"event\":\"step\",\"step\":" + step + ",";
      String line = events.readLine();
      while (line != null && !line.contains(wanted)) {
        line = events.readLine();
      }
      assertThat(line).as("the run gets as far as step %d", step).isNotNull();
      process.destroyForcibly();
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    assertThat(process.exitValue()).isEqualTo(128 + 9);
  }

  @ParameterizedTest
  @CsvSource({"1, 700, 1300", "99, 100, 101", "350, 1200, 1201"})
  void aRunThatIsKilledAgainAndAgainEndsWithTheBitsOfAnUninterruptedOne(
      long first, long second, long third) throws IOException {
    String[] length = {"--set", "steps=3000", "--set", "checkpoint.every=100", "--json"};
    succeed(join(new String[] {"train", "run.yaml", "--out", "whole"}, length));

    killAfter(first, join(new String[] {"train", "run.yaml", "--out", "killed"}, length));
    String[] resume = join(new String[] {"train", "run.yaml", "--resume", "killed"}, length);
    killAfter(Math.max(second, last("killed").manifest().step() + 1), resume);
    killAfter(Math.max(third, last("killed").manifest().step() + 1), resume);
    long left = last("killed").manifest().step();
    assertThat(left).isLessThan(3000);
    String resumed = succeed(resume).out();

    assertThat(resumed).contains("\"first_step\":" + left + ",");
    assertThat(last("killed").manifest().step()).isEqualTo(3000);
    assertThat(tensors("killed")).isEqualTo(tensors("whole"));
    assertThat(steps("killed")).isEqualTo(steps("whole"));
  }

  private List<String> steps(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"));
  }

  private static String[] join(String[] a, String[] b) {
    return Stream.of(a, b).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunNamesTheStepAndKeepsTheLastGoodCheckpoint() {
    Outcome outcome =
        program.run(
            "train",
            "run.yaml",
            "--out",
            "run",
            "--set",
            "learning_rate=1e38",
            "--set",
            "optimizer.kind=sgd",
            "--set",
            "schedule.kind=constant",
            "--set",
            "checkpoint.every=1");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("error[not-finite]: ")
        .containsPattern("step \\d+")
        .contains("learning_rate")
        .doesNotContain("\tat ");
    Checkpoint good = last("run");
    assertThat(good.manifest().step()).isLessThan(60);
    good.tensors()
        .forEach((name, values) -> {
          if (values.type().dtype().isFloat()) {
            for (double value : values.toDoubles()) {
              assertThat(value).as(name).isFinite();
            }
          }
        });
  }
}
