package dev.espalier.training.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TraitsTest {
  private static GradientTransform keeping(UnaryOperator<Tree<Tensor>> init) {
    return new GradientTransform() {
      @Override
      public Tree<Tensor> init(Tree<Tensor> parameters) {
        return init.apply(parameters);
      }

      @Override
      public Result update(
          Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
        return new Result(gradient, state);
      }
    };
  }

  private static String state(UnaryOperator<Tree<Tensor>> init) {
    return Traits.of(Optimizer.of(keeping(init))).list().get(1).text();
  }

  @Test
  void theStateIsCountedByTracing() {
    assertThat(state(p -> Tree.empty())).isEqualTo("none");
    assertThat(state(p -> p.under("m"))).isEqualTo("1 number for each of a parameter");
    assertThat(state(p -> p.under("m").and(p.under("v")).and("t", p.get("w").sum())))
        .isEqualTo("2 numbers for each of a parameter, 1 scalar");
    assertThat(state(p -> Tree.of("left", p.get("w").matmul(p.get("w").transpose(1, 0)))))
        .isEqualTo("f32[16, 16] for a parameter f32[16, 8]");
  }

  @Test
  void anExtensionThatFailsIsDescribedWithItsFault() {
    assertThat(
            state(p -> {
              throw new IllegalStateException("broken");
            }))
        .isEqualTo("not known: broken");
  }

  @Test
  void lossesSayTheirTargetsAndWhetherTheHessianIsClosed() {
    Loss loss =
        new Loss() {
          @Override
          public Target target() {
            return Target.CLASSES;
          }

          @Override
          public Tensor perExample(Tensor predictions, Tensor targets) {
            return predictions.mean(1);
          }
        };
    assertThat(Traits.of(loss).list())
        .containsExactly(
            new Traits.Trait("targets", "class indices"),
            new Traits.Trait("output Hessian", "derived"));
  }

  @Test
  void whatHasNoTraitsHasNone() {
    assertThat(Traits.of("a text").list()).isEmpty();
  }
}
