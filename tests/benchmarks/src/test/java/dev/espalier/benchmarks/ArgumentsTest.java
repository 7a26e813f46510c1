package dev.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArgumentsTest {
  private static final String USAGE = "./build measure [NAME] [--threads 1] [--seconds 1]";

  private static Arguments parse(String line) {
    return Arguments.parse(
        USAGE, List.of(line.split(" ", -1)), 1, Set.of("threads", "seconds", "steps"));
  }

  @Test
  void whatIsGivenIsReadAndWhatIsNotHasItsDefault() {
    Arguments arguments = parse("gemm --threads 2,1,2 --seconds 0.5 --steps cnn,mlp");

    assertThat(arguments.operand()).contains("gemm");
    assertThat(arguments.counts("threads", List.of())).containsExactly(2, 1);
    assertThat(arguments.seconds("seconds", 9)).isEqualTo(0.5);
    assertThat(arguments.names("steps", List.of("mlp", "gpt", "cnn")))
        .containsExactly("cnn", "mlp");
    assertThat(parse("gemm").count("threads", 7)).isEqualTo(7);
    assertThat(parse("gemm").names("steps", List.of("mlp", "gpt"))).containsExactly("mlp", "gpt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--treads 2 | --treads | remove it",
        "--threads | --threads without a value | give its value",
        "--threads 1 --threads 2 | --threads twice | give it once",
        "gemm gelu | gemm gelu | remove gelu"
      })
  void aLineThatCannotBeReadSaysWhatWasAskedFoundAndTheRepair(
      String line, String found, String repair) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(USAGE)
        .hasMessageContaining("found:  ")
        .hasMessageContaining(found)
        .hasMessageContaining("repair: " + repair);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "two", "1.5", "99999999999", "''"})
  void aCountIsAnIntegerOfAtLeastOne(String value) {
    Arguments arguments = Arguments.parse(USAGE, List.of("--threads", value), 0, Set.of("threads"));

    assertThatThrownBy(() -> arguments.counts("threads", List.of()))
        .hasMessageContaining("--threads takes integers of at least 1")
        .hasMessageContaining("found:  " + value);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "soon", "NaN", "Infinity", "86401"})
  void secondsAreANumberAboveZero(String value) {
    assertThatThrownBy(() -> parse("--seconds " + value).seconds("seconds", 1))
        .hasMessageContaining("--seconds takes seconds")
        .hasMessageContaining("found:  " + value);
  }

  @Test
  void aNameThatIsNoneIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> parse("--steps mlp,ccn").names("steps", List.of("mlp", "cnn")))
        .hasMessageContaining("mlp, cnn")
        .hasMessageContaining("found:  ccn");
  }
}
