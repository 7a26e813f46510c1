package dev.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableTest {
  @Test
  void columnsLineUpAndFiguresStandToTheRight() {
    Table table = Table.of(1, "step", "rate").row("gpt-medium", "1.9").row("mlp", "1250");

    assertThat(table)
        .hasToString(
            """
            | step       | rate |
            |------------|-----:|
            | gpt-medium |  1.9 |
            | mlp        | 1250 |
            """);
  }

  @Test
  void aRowOfTheWrongLengthIsRefused() {
    assertThatThrownBy(() -> Table.of(1, "step", "rate").row("mlp"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cells in a table of 2");
  }

  @ParameterizedTest
  @CsvSource({"500, 400, 1.25", "1, 3, 0.33", "2, 1, 2.00", "5, 0, -"})
  void aRatioIsOursOverTheirs(double ours, double theirs, String text) {
    assertThat(Figures.ratio(OptionalDouble.of(ours), OptionalDouble.of(theirs))).isEqualTo(text);
  }

  @Test
  void withoutOneOfTwoThereIsNoRatio() {
    assertThat(Figures.ratio(OptionalDouble.empty(), OptionalDouble.of(1))).isEqualTo("-");
    assertThat(Figures.ratio(OptionalDouble.of(1), OptionalDouble.empty())).isEqualTo("-");
  }

  @ParameterizedTest
  @CsvSource({
    "1234.5, 1235",
    "123.45, 123",
    "12.345, 12.3",
    "1.2345, 1.23",
    "0.12345, 0.123",
    "0.0012345, 0.00123",
    "100, 100",
    "0, 0",
    "NaN, NaN"
  })
  void threeDigitsAreSignificant(double value, String text) {
    assertThat(Figures.significant(value)).isEqualTo(text);
  }

  @Test
  void quantilesAreInterpolatedWhateverTheOrder() {
    List<Double> values = List.of(4.0, 1.0, 3.0, 2.0);

    assertThat(Figures.median(values)).isEqualTo(2.5);
    assertThat(Figures.quantile(values, 0)).isEqualTo(1);
    assertThat(Figures.quantile(values, 0.25)).isEqualTo(1.75);
    assertThat(Figures.quantile(values, 1)).isEqualTo(4);
    assertThat(Figures.median(List.of(7.0))).isEqualTo(7);
  }
}
