package dev.espalier.plugins.bilevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which parameters are those of which level. */
final class LevelsTest {
  private static void with(Consumer<Tree<Tensor>> both) {
    Traced.graph(
        List.of(NdArray.of(new double[2], 2), NdArray.of(new double[3], 3)),
        in -> {
          both.accept(Tree.of("ridge", in.get(0)).and("weight", in.get(1)));
          return in;
        });
  }

  @Test
  void whatIsNotOutsideIsInside() {
    with(both -> {
      Levels levels = Levels.outside("ridge");
      assertThat(levels.outer(both).paths()).containsExactly("ridge");
      assertThat(levels.inner(both).paths()).containsExactly("weight");
    });
  }

  @Test
  void anOuterPathThatIsNoneOfTheParametersIsRefused() {
    with(both ->
        assertThatThrownBy(() -> Levels.outside("ridge", "rigde").outer(both))
            .isInstanceOfSatisfying(
                EspalierException.class,
                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TREE_MISMATCH))
            .hasMessageContaining("[rigde]")
            .hasMessageContaining("[ridge, weight]"));
  }
}
