package dev.espalier.api.plugin;

import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParamsTest {
  private static Params with(Object value) {
    return Params.of(Map.of("x", value));
  }

  @Test
  void aDryRunYieldsTheSchemaInTheOrderOfAsking() {
    Params params = Params.defaults();
    assertThat(params.real("rate", 0.1, "the rate").positive()).isEqualTo(0.1);
    assertThat(params.integer("steps", 10, "how many").in(1, 100)).isEqualTo(10);
    assertThat(params.flag("nesterov", false, "whether to look ahead")).isFalse();
    assertThat(params.choice("mode", "sum", List.of("sum", "mean"), "how")).isEqualTo("sum");
    assertThat(params.text("activation", "relu", "which")).isEqualTo("relu");
    assertThat(params.integers("widths", List.of(8, 4), 1, 64, "layers")).containsExactly(8, 4);
    assertThat(params.schema())
        .containsExactly(
            new Params.Entry("rate", "real", "0.1", "(0, inf)", "the rate"),
            new Params.Entry("steps", "integer", "10", "1 to 100", "how many"),
            new Params.Entry("nesterov", "flag", "false", "", "whether to look ahead"),
            new Params.Entry("mode", "choice", "sum", "sum | mean", "how"),
            new Params.Entry("activation", "text", "relu", "", "which"),
            new Params.Entry("widths", "integers", "[8, 4]", "each 1 to 64", "layers"));
    assertThat(params.given()).isEmpty();
  }

  @Test
  void whatIsGivenWinsOverTheDefault() {
    Params params =
        Params.of(
            Map.of(
                "rate",
                2,
                "steps",
                3.0,
                "nesterov",
                true,
                "mode",
                "mean",
                "text",
                "t",
                "widths",
                List.of(1L, 2.0)));
    assertThat(params.real("rate", 0.1, "").positive()).isEqualTo(2);
    assertThat(params.integer("steps", 10, "").in(1, 100)).isEqualTo(3);
    assertThat(params.flag("nesterov", false, "")).isTrue();
    assertThat(params.choice("mode", "sum", List.of("sum", "mean"), "")).isEqualTo("mean");
    assertThat(params.text("text", "", "")).isEqualTo("t");
    assertThat(params.integers("widths", List.of(), 1, 2, "")).containsExactly(1, 2);
    assertThat(params.given())
        .containsExactlyInAnyOrder("rate", "steps", "nesterov", "mode", "text", "widths");
  }

  @Test
  void rangesIncludeAndExcludeTheirEndsAsTheySay() {
    assertThat(with(0).real("x", 0.5, "").in(0, 1)).isZero();
    assertThat(with(1).real("x", 0.5, "").in(0, 1)).isOne();
    assertThat(with(0).real("x", 0.5, "").inHalfOpen(0, 1)).isZero();
    assertThat(with(0).real("x", 0.5, "").notNegative()).isZero();
    assertThat(with(-1e300).real("x", 0.5, "").finite()).isEqualTo(-1e300);
    assertThat(with(5).integer("x", 1, "").in(5, 5)).isEqualTo(5);
    refusal(ErrorCode.BAD_VALUE, () -> with(1.0000001).real("x", 0.5, "").in(0, 1));
    refusal(ErrorCode.BAD_VALUE, () -> with(-0.1).real("x", 0.5, "").in(0, 1));
    refusal(ErrorCode.BAD_VALUE, () -> with(1).real("x", 0.5, "").inHalfOpen(0, 1));
    refusal(ErrorCode.BAD_VALUE, () -> with(-0.1).real("x", 0.5, "").inHalfOpen(0, 1));
    refusal(ErrorCode.BAD_VALUE, () -> with(0).real("x", 0.5, "").positive());
    refusal(ErrorCode.BAD_VALUE, () -> with(-1).real("x", 0.5, "").notNegative());
    refusal(ErrorCode.BAD_VALUE, () -> with(4).integer("x", 1, "").in(5, 6));
    refusal(ErrorCode.BAD_VALUE, () -> with(7).integer("x", 1, "").in(5, 6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void notANumberAndInfinityAreInNoOpenRange(double value) {
    refusal(ErrorCode.BAD_VALUE, () -> with(value).real("x", 1, "").positive());
    refusal(ErrorCode.BAD_VALUE, () -> with(value).real("x", 1, "").notNegative());
    refusal(ErrorCode.BAD_VALUE, () -> with(value).real("x", 1, "").finite());
    refusal(ErrorCode.BAD_VALUE, () -> with(value).real("x", 1, "").in(0, 1));
    refusal(ErrorCode.BAD_VALUE, () -> with(value).real("x", 1, "").inHalfOpen(0, 1));
    refusal(ErrorCode.BAD_VALUE, () -> with(value).integer("x", 1, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(List.of(value)).integers("x", List.of(), 0, 9, ""));
  }

  @Test
  void aValueOfAnotherKindIsRefusedWithItsName() {
    assertThat(refusal(ErrorCode.BAD_VALUE, () -> with("1").real("x", 1, "")))
        .hasMessageContaining("x is a number");
    refusal(ErrorCode.BAD_VALUE, () -> with(true).real("x", 1, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with("1").integer("x", 1, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(1.5).integer("x", 1, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(1e19).integer("x", 1, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(1).flag("x", true, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with("true").flag("x", true, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(1).text("x", "", ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(1).choice("x", "a", List.of("a"), ""));
    assertThat(
            refusal(ErrorCode.BAD_VALUE, () -> with("c").choice("x", "a", List.of("a", "b"), "")))
        .hasMessageContaining("a, b");
    refusal(ErrorCode.BAD_VALUE, () -> with(1).integers("x", List.of(), 0, 9, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(List.of("1")).integers("x", List.of(), 0, 9, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(List.of(1.5)).integers("x", List.of(), 0, 9, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(List.of(10)).integers("x", List.of(), 0, 9, ""));
    refusal(ErrorCode.BAD_VALUE, () -> with(List.of(-1)).integers("x", List.of(), 0, 9, ""));
  }

  @Test
  void aHyperparameterIsAlwaysAskedForAlike() {
    Params params = Params.defaults();
    params.flag("x", true, "help");
    assertThat(params.flag("x", true, "help")).isTrue();
    assertThat(params.schema()).hasSize(1);
    refusal(ErrorCode.BAD_VALUE, () -> params.flag("x", false, "help"));
    refusal(ErrorCode.BAD_VALUE, () -> params.text("x", "true", "help"));
  }
}
