package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier spectrum} on a run of a second. */
final class SpectrumCommandTest {
  @TempDir static Path folder;

  private final Program program = new Program(folder);

  @BeforeAll
  static void train() {
    Program program = new Program(folder);
    TinyRun.writeTo(program);
    assertThat(program.run("train", "run.yaml", "--out", "run").code()).isZero();
  }

  private static double number(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":(-?[0-9.Ee+-]+)").matcher(json);
    assertThat(matcher.find()).as(name + " in " + json).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void traceAndExtremeEigenvaluesAreToldAndTheDensityIsPlotted() throws IOException {
    Outcome told = program.run("spectrum", "run", "--density", "plot.svg");
    assertThat(told.err()).isEmpty();
    assertThat(told.code()).isZero();
    assertThat(told.out())
        .contains("hessian of 42 parameters", "standard error", "largest", "smallest", "residual")
        .contains("density   plot.svg");
    assertThat(Files.readString(folder.resolve("plot.svg"))).startsWith("<svg").contains("density");
  }

  @Test
  void theGaussNewtonMatrixHasNoNegativeEigenvalueAndItsTraceIsBetweenTheEnds() {
    Outcome told = program.run("spectrum", "run", "--matrix", "gauss-newton", "--json");
    assertThat(told.err()).isEmpty();
    assertThat(number(told.out(), "smallest")).isGreaterThan(-1e-5);
    double largest = number(told.out(), "largest");
    assertThat(number(told.out(), "largest_residual")).isLessThan(1e-4 * largest);
    double trace = number(told.out(), "trace");
    double error = number(told.out(), "trace_standard_error");
    assertThat(trace + 5 * error).isGreaterThan(largest);
    assertThat(trace - 5 * error).isLessThan(42 * largest);
    assertThat(program.run("spectrum", "run", "--matrix", "gauss-newton", "--json").out())
        .as("the same seed")
        .isEqualTo(told.out());
  }

  @Test
  void whatCannotBeDoneIsRefusedInThreeLines() {
    refused(program.run("spectrum", "nowhere"));
    refused(program.run("spectrum", "run", "--matrix", "fisher"));
    refused(program.run("spectrum", "run", "--steps", "0"));
    refused(program.run("spectrum", "run", "--batches", "0"));
    refused(program.run("spectrum", "run", "--density", "missing/plot.svg"));
  }

  private static void refused(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isNotZero();
    assertThat(outcome.err()).startsWith("error[").doesNotContain("\tat ");
    assertThat(outcome.err().lines()).hasSize(3);
  }
}
