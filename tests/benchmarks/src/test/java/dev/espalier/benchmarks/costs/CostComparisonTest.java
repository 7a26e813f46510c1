package dev.espalier.benchmarks.costs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.benchmarks.Installation;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CostComparisonTest {
  private final List<Cost> all = Cost.all(Installation.discover().extensions());

  private List<String> names(String rows, String... steps) {
    return CostComparison.chosen(all, List.of(steps), rows).stream()
        .map(cost -> cost.step() + " " + cost.name())
        .toList();
  }

  @Test
  void rowsAreChosenByStepAndByAPatternInAnyCase() {
    assertThat(names("hessian", "gpt"))
        .containsExactly("gpt Hessian-vector product", "gpt step of adahessian");
    assertThat(names("^hessian", "gpt", "mlp"))
        .containsExactly("mlp Hessian-vector product", "gpt Hessian-vector product");
    assertThat(CostComparison.chosen(all, List.of("mlp", "gpt", "cnn"), "")).isEqualTo(all);
  }

  @Test
  void aPatternThatChoosesNothingNamesTheRows() {
    assertThatThrownBy(() -> names("hesian", "mlp"))
        .hasMessageContaining("Hessian-vector product, Gauss-Newton-vector product")
        .hasMessageContaining("hesian");
    assertThatThrownBy(() -> names("[", "mlp"))
        .hasMessageContaining("--rows takes a regular expression");
  }
}
