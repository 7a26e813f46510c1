package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class MainTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(bytes, true, StandardCharsets.UTF_8),
          new PrintStream(errors, true, StandardCharsets.UTF_8),
          false);

  private String out() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return errors.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "plugins",
        "--no-such-option",
        "train",
        "train a.yaml b.yaml",
        "train a.yaml --threads two",
        "train a.yaml --set steps",
        "train a.yaml --out",
        "sample",
        "sample run --length many",
        "evaluate",
        "plugins describe",
        "plugins cite",
        "probe",
        "probe activation",
        "probe loss",
        "probe optimizer",
        "backends more"
      })
  void aWrongCommandLineEndsWith2AndThreeLines(String command) {
    int code = Main.run(console, command.isEmpty() ? new String[0] : command.split(" ", -1));

    assertThat(code).isEqualTo(2);
    assertThat(err()).startsWith("error[bad-command]: espalier").contains("--help");
    assertThat(err().lines()).hasSize(3);
    assertThat(out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "trian, train",
    "plugins lsit, list",
    "train a.yaml --resum x, --resume",
    "plugin list, plugins"
  })
  void aMisspelledWordIsAnsweredWithTheNearest(String command, String meant) {
    assertThat(Main.run(console, command.split(" ", -1))).isEqualTo(2);
    assertThat(err()).contains("did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @CsvSource({"--help", "-h", "train --help", "plugins list --help", "--version"})
  void helpAndVersionAreResults(String command) {
    assertThat(Main.run(console, command.split(" ", -1))).isZero();
    assertThat(out()).contains("espalier");
    assertThat(err()).isEmpty();
  }

  @Test
  void theVersionIsTheBuilds() {
    Main.run(console, "--version");
    assertThat(out()).containsPattern("espalier \\d+\\.\\d+\\.\\d+").doesNotContain("$");
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyErrorEndsByItsCategory(ErrorCode code) {
    EspalierException error = new EspalierException(code, "asked", "found", "repair");

    assertThat(new ErrorReport(console, false, false).tell(error))
        .isEqualTo(code.category() == ErrorCode.Category.USAGE ? 2 : 1);
    assertThat(err())
        .isEqualTo("error[" + code.text() + "]: asked\n  found:  found\n  repair: repair\n");
  }

  @Test
  void aDefectIsReportedWithoutAStackTraceUnlessItIsAskedFor() {
    IllegalStateException defect = new IllegalStateException("oh");

    assertThat(new ErrorReport(console, false, false).tell(defect)).isEqualTo(1);
    assertThat(err()).startsWith("error[internal]").contains("--debug").doesNotContain("\tat ");

    new ErrorReport(console, true, false).tell(defect);
    assertThat(err()).contains("\tat ");
  }

  @Test
  void memoryThatRunsOutIsNotADefect() {
    assertThat(new ErrorReport(console, false, false).tell(new OutOfMemoryError("heap")))
        .isEqualTo(1);
    assertThat(err()).startsWith("error[out-of-memory]");
  }

  @Test
  void whereAProgramReadsAnErrorIsAnEventToo() {
    new ErrorReport(console, false, true)
        .tell(new EspalierException(ErrorCode.BAD_VALUE, "a", "b", "c"));
    assertThat(out().strip())
        .isEqualTo(
            "{\"event\":\"error\",\"code\":\"bad-value\","
                + "\"asked\":\"a\",\"found\":\"b\",\"repair\":\"c\"}");
  }
}
