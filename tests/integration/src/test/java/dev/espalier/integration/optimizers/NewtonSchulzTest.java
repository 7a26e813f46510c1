package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.engine.reference.Reference;
import dev.espalier.plugins.optimizers.NewtonSchulz;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The matrices of MARS-Shampoo (catalogue row OPT-26). */
final class NewtonSchulzTest {
  private static List<NdArray> run(NdArray matrix, int iterations) {
    return Reference.run(
        Graph.trace(
            "orthogonal",
            List.of(matrix.type()),
            in -> {
              Tensor x = new NewtonSchulz(iterations, 0).of(in.getFirst());
              List<Tensor> before = in.getFirst().svd();
              List<Tensor> after = x.svd();
              Tensor polar = before.get(0).matmul(before.get(2));
              return List.of(x, after.get(1), before.get(1), polar);
            }),
        List.of(matrix));
  }

  private static NdArray normal(int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[] values = new double[rows * columns];
    Arrays.setAll(values, i -> random.nextGaussian());
    return NdArray.of(values, rows, columns);
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "3, 12", "12, 3", "1, 6", "8, 7"})
  void fiveIterationsTakeSingularValuesNearOne(int rows, int columns) {
    for (long seed = 1; seed <= 20; seed++) {
      List<NdArray> found = run(normal(rows, columns, seed), 5);
      double[] before = found.get(2).toDoubles();
      // The range is for those of 0.002 of the whole and more.
      double length = Descent.length(before);
      double[] after = found.get(1).toDoubles();
      for (int i = 0; i < after.length; i++) {
        assertThat(after[i]).isLessThanOrEqualTo(1.2024);
        assertThat(before[i] < 0.002 * length || after[i] >= 0.68).isTrue();
        if (before[i] >= 0.008 * length) {
          assertThat(after[i]).isBetween(0.68, 1.14);
        }
      }
    }
  }

  /** The singular vectors stay: what is found is {@code U f(S) V^T}. */
  @Test
  void itIsAnOddPolynomialOfTheSingularValues() {
    NdArray matrix = normal(4, 6, 3);
    List<NdArray> found = run(matrix, 5);
    double[] before = found.get(2).toDoubles();
    double length = Descent.length(before);
    double[] wanted =
        Arrays.stream(before)
            .map(s -> {
              double x = s / length;
              for (int i = 0; i < 5; i++) {
                x = 3.4445 * x - 4.775 * x * x * x + 2.0315 * Math.pow(x, 5);
              }
              return x;
            })
            .sorted()
            .toArray();
    double[] after = found.get(1).toDoubles();
    Arrays.sort(after);
    assertThat(after).containsExactly(wanted, within(1e-12));
    double product = 0;
    for (int i = 0; i < 24; i++) {
      product += found.get(0).getDouble(i) * found.get(3).getDouble(i);
    }
    assertThat(product).isCloseTo(Arrays.stream(wanted).sum(), within(1e-12));
  }

  private static Stepping steps(String name, Map<String, Object> params) {
    Tree<TensorType> types =
        Tree.of("matrix", TensorType.of(DType.F64, 2, 8)).and("bias", TensorType.of(DType.F64, 3));
    return Stepping.of(
        Descent.optimizer(name, params),
        types,
        types.leaves(),
        (feeds, start) ->
            Objective.of(at ->
                at.get("matrix")
                    .mul(feeds.getFirst())
                    .sum()
                    .add(at.get("bias").mul(feeds.get(1)).sum())));
  }

  private static Stepping.At run(Stepping stepping, int count) {
    Stepping.At at =
        stepping.begin(Tree.of("matrix", normal(2, 8, 1)).and("bias", normal(1, 3, 2).reshape(3)));
    for (int t = 0; t < count; t++) {
      at =
          stepping
              .step(at, List.of(normal(2, 8, 10 + t), normal(1, 3, 50 + t).reshape(3)), t, 0.1, 1)
              .next();
    }
    return at;
  }

  @Test
  void aMatrixMovesByTheRootOfOutOverInAlongTheOrthogonalMean() {
    Map<String, Object> plain = Map.of("gamma", 0.0, "clip", false, "weight_decay", 0.5);
    Stepping.At at = run(steps("mars-shampoo", plain), 1);
    NdArray start = normal(2, 8, 1);
    NdArray direction = run(normal(2, 8, 10), 5).getFirst();
    for (int i = 0; i < 16; i++) {
      // [in, out] is [2, 8]: the root is 2. The rate is of F32.
      double wanted =
          start.getDouble(i)
              - (double) 0.1f * (2 * direction.getDouble(i) + 0.5 * start.getDouble(i));
      assertThat(at.parameters().get("matrix").getDouble(i)).isCloseTo(wanted, within(1e-7));
    }
  }

  @Test
  void whatIsNoMatrixMovesByAdamWOfTheGradientAsItIs() {
    Stepping.At found = run(steps("mars-shampoo", Map.of("gamma", 1.0, "exact", true)), 12);
    Stepping.At adam =
        run(steps("adamw", Map.of("beta1", 0.9, "beta2", 0.95, "weight_decay", 0.1)), 12);
    assertThat(found.parameters().get("bias").toDoubles())
        .containsExactly(adam.parameters().get("bias").toDoubles(), within(1e-14));
    assertThat(found.parameters().get("matrix")).isNotEqualTo(adam.parameters().get("matrix"));
  }
}
