package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.integration.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier plot} of metrics logs. */
final class PlotCommandTest {
  @TempDir Path folder;

  private Program program = new Program(Path.of(""));

  @BeforeEach
  void writeLogs() throws IOException {
    program = new Program(folder);
    // Not in the order of epsilon; the first number of accuracy is not the last.
    write("strict", 0.5, 70);
    write("loose", 8, 90);
    write("middle", 4.25, 85);
  }

  private void write(String run, double epsilon, double accuracy) throws IOException {
    Path log = Files.createDirectories(folder.resolve(run)).resolve("metrics.jsonl");
    Files.writeString(
        log,
        """
        {"step":10,"gradient_norm":1.5,"epsilon":0.1}
        {"step":10,"validation_accuracy":10}
        {"step":20,"gradient_norm":0.5,"epsilon":%s}
        {"step":20,"validation_accuracy":%s}
        """
            .formatted(epsilon, accuracy));
  }

  private String picture(String... arguments) throws IOException {
    Outcome outcome = program.run(arguments);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("plot   plot.svg");
    return Files.readString(folder.resolve("plot.svg"));
  }

  /** The corners of the lines, in order. */
  private static double[][] corners(String svg) {
    String points = svg.replaceAll("(?s).*?class=\"line\"[^>]*(?:points|d)=\"([^\"]*)\".*", "$1");
    double[] numbers =
        Arrays.stream(points.split("[^-0-9.]+"))
            .filter(word -> !word.isEmpty())
            .mapToDouble(Double::parseDouble)
            .toArray();
    double[][] corners = new double[numbers.length / 2][];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = new double[] {numbers[2 * i], numbers[2 * i + 1]};
    }
    return corners;
  }

  @Test
  void theLastValuesOfRunsMakeALineInOrder() throws IOException {
    String svg =
        picture(
            "plot",
            "loose",
            "strict",
            "middle",
            "--metric",
            "validation_accuracy",
            "--against",
            "epsilon",
            "--out",
            "plot.svg");
    assertThat(svg).startsWith("<svg").contains("validation_accuracy against epsilon");
    double[][] corners = corners(svg);
    assertThat(corners).hasNumberOfRows(3);
    double width = corners[2][0] - corners[0][0];
    double height = corners[2][1] - corners[0][1];
    assertThat(width).isPositive();
    assertThat(height).as("a picture's y goes down").isNegative();
    assertThat((corners[1][0] - corners[0][0]) / width).isCloseTo((4.25 - 0.5) / 7.5, within(1e-2));
    assertThat((corners[1][1] - corners[0][1]) / height).isCloseTo(0.75, within(1e-2));
  }

  @Test
  void aMetricOverTheStepsIsALineForEachRun() throws IOException {
    String svg =
        picture("plot", "loose", "strict", "--metric", "gradient_norm", "--out", "plot.svg");
    assertThat(svg).contains(">loose<").contains(">strict<").contains(">step<");
    assertThat(svg.split("class=\"line\"", -1)).hasSizeGreaterThanOrEqualTo(3);
  }

  /** A folder is given as a dot, or by another; two of one name are called as they are given. */
  @Test
  void aLineIsCalledAsItsFolderIs() throws IOException {
    String dots =
        picture(
            "plot",
            folder.resolve("strict").resolve(".").toString(),
            "strict/../loose",
            "--metric",
            "gradient_norm",
            "--out",
            "plot.svg");
    assertThat(dots).contains(">strict<").contains(">loose<");
    write("again/strict", 1, 60);
    String alike =
        picture("plot", "strict", "again/strict", "--metric", "gradient_norm", "--out", "plot.svg");
    assertThat(alike).contains(">strict<").contains(">again/strict<");
  }

  @Test
  void whatCannotBeDrawnIsRefusedInThreeLines() {
    refused("unknown-name", "plot", "loose", "--metric", "gradient_nrom", "--out", "plot.svg");
    refused(
        "bad-command",
        "plot",
        "loose",
        "--metric",
        "gradient_norm",
        "--against",
        "epsilon",
        "--out",
        "plot.svg");
    refused("file-not-found", "plot", "nowhere", "--metric", "loss", "--out", "plot.svg");
    refused("file-not-found", "plot", "loose", "--metric", "epsilon", "--out", "missing/plot.svg");
    assertThat(folder.resolve("plot.svg")).doesNotExist();
  }

  private void refused(String code, String... arguments) {
    Outcome outcome = program.run(arguments);
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.err()).startsWith("error[" + code + "]").doesNotContain("\tat ");
    assertThat(outcome.err().lines()).hasSize(3);
  }
}
