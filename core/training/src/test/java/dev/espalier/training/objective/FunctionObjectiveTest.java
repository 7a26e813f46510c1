package dev.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Objective.Need;
import dev.espalier.training.oracle.Run;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FunctionObjectiveTest {
  private static final NdArray X = NdArray.of(new double[] {1, 2}, 2);
  private static final NdArray V = NdArray.of(new double[] {3, -1}, 2);

  /** sum x^3: gradient 3 x^2, Hessian times v 6 x v, third derivative along v 6 sum v^3. */
  private static Tensor cubes(Tree<Tensor> at) {
    Tensor x = at.get("x");
    return x.mul(x).mul(x).sum();
  }

  @Test
  void itAnswersWhatItOffers() {
    List<NdArray> out =
        Run.of(
            List.of(X, V),
            in -> {
              Objective objective = new FunctionObjective(FunctionObjectiveTest::cubes);
              Tree<Tensor> at = Tree.of("x", in.get(0));
              Tree<Tensor> along = Tree.of("x", in.get(1));
              return List.of(
                  objective.value(at),
                  objective.gradient(at).get("x"),
                  objective.hessianVector(at, along).get("x"),
                  objective.directionalDerivative(at, along, 3));
            });

    assertThat(out.get(0).getDouble(0)).isEqualTo(9);
    assertThat(out.get(1)).isEqualTo(NdArray.of(new double[] {3, 12}, 2));
    assertThat(out.get(2)).isEqualTo(NdArray.of(new double[] {18, -12}, 2));
    assertThat(out.get(3).getDouble(0)).isCloseTo(6 * (27 - 1), within(1e-9));
  }

  @Test
  void itRefusesWhatNeedsExamplesAndWhatWasNotDeclared() {
    Run.of(
        List.of(X),
        in -> {
          Tree<Tensor> at = Tree.of("x", in.getFirst());
          FunctionObjective objective = new FunctionObjective(FunctionObjectiveTest::cubes);
          requireMissing(() -> objective.perExampleGradients(at));
          requireMissing(() -> objective.gaussNewtonVector(at, at));
          requireMissing(() -> objective.restrictedTo("it", Set.of(Need.PER_EXAMPLE_GRADIENTS)));
          Objective restricted = objective.restrictedTo("it", Set.of(Need.VALUE));
          requireMissing(() -> restricted.gradient(at));
          return List.of(restricted.value(at));
        });
  }

  private static void requireMissing(Runnable question) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(question::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MISSING_NEED));
  }
}
