package dev.espalier.plugins.bilevel.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Calculus;
import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.linear.LinearSystem;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Traced;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Linear systems in traces against elimination in plain Java. */
final class LinearSystemTest {
  private static final int N = 4;
  private static final double[][] SYMMETRIC = Dense.symmetric(new Random(1), 0.5, 1, 1.5, 2);
  private static final double[][] GENERAL = general();
  private static final double[] B = {1, -2, 0.5, 3};

  private static double[][] general() {
    double[][] m = Dense.normal(new Random(2), N, N);
    for (int i = 0; i < N; i++) {
      m[i][i] += 4;
    }
    return m;
  }

  static Stream<LinearSolver> ofAnyMatrix() {
    return Stream.of(
        new DenseSolve(),
        new Gmres(1e-15, N, 3),
        new NormalConjugateGradient(new ConjugateGradient(1e-15, 100)));
  }

  static Stream<LinearSolver> ofSymmetric() {
    return Stream.concat(
        ofAnyMatrix(), Stream.of(new ConjugateGradient(1e-16, 30), new NeumannSeries(0.5, 130)));
  }

  private static NdArray array(double[][] m) {
    return NdArray.of(Arrays.stream(m).flatMapToDouble(Arrays::stream).toArray(), N, N);
  }

  private static Tensor solve(LinearSolver solver, boolean symmetric, Tensor a, Tensor b) {
    return LinearSystem.solve(
            solver, new LinearMap(v -> a.matmul(v.reshape(N, 1)).reshape(N), symmetric), b)
        .x();
  }

  @ParameterizedTest
  @MethodSource("ofSymmetric")
  void aSymmetricSystemIsSolved(LinearSolver solver) {
    double[] x =
        Traced.run(
                List.of(array(SYMMETRIC), NdArray.of(B, N)),
                in -> List.of(solve(solver, true, in.get(0), in.get(1))))
            .getFirst();

    assertThat(x).containsExactly(Dense.solve(SYMMETRIC, B), within(1e-13));
  }

  @ParameterizedTest
  @MethodSource("ofAnyMatrix")
  void aSystemOfAnyMatrixAndItsDerivativesOfBothModesAreThoseOfItsSolution(LinearSolver solver) {
    double[] weights = {0.3, -1, 2, 0.7};
    double[][] turned = Dense.normal(new Random(3), N, N);
    List<double[]> found =
        Traced.run(
            List.of(array(GENERAL), NdArray.of(B, N), NdArray.of(weights, N), array(turned)),
            in -> {
              Calculus calculus = Calculus.standard();
              Calculus.Pulled pulled =
                  calculus.vjp(
                      at -> List.of(solve(solver, false, at.get(0), at.get(1))),
                      in.subList(0, 2),
                      List.of(in.get(2)));
              Calculus.Pushed pushed =
                  calculus.jvp(
                      at -> List.of(solve(solver, false, at.get(0), at.get(1))),
                      in.subList(0, 2),
                      List.of(in.get(3), in.get(2)));
              return List.of(
                  pulled.values().getFirst(),
                  pulled.cotangents().get(0),
                  pulled.cotangents().get(1),
                  pushed.tangents().getFirst());
            });
    double[] x = Dense.solve(GENERAL, B);
    double[] u = Dense.solve(Dense.transposed(GENERAL), weights);
    double[] moved = Dense.solve(GENERAL, Dense.plus(weights, -1, Dense.times(turned, x)));

    assertThat(found.get(0)).containsExactly(x, within(1e-12));
    assertThat(found.get(1))
        .containsExactly(Dense.vector(N * N, k -> -u[k / N] * x[k % N]), within(1e-12));
    assertThat(found.get(2)).containsExactly(u, within(1e-12));
    assertThat(found.get(3)).containsExactly(moved, within(1e-12));
  }

  /** {@code x(t) = b / (a + t)}: derivatives are {@code (-1)^k k! b / (a + t)^(k + 1)}. */
  @Test
  void derivativesOfEveryOrderAreThoseOfAQuotient() {
    LinearSolver solver = new ConjugateGradient(1e-16, 5);
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(new double[] {3}, 1)),
            in -> {
              Calculus calculus = Calculus.standard();
              Function<Tensor, Tensor> quotient =
                  t ->
                      LinearSystem.solve(
                              solver, LinearMap.symmetric(v -> v.mul(t)), t.constantLike(2))
                          .x();
              UnaryOperator<Function<Tensor, Tensor>> forward =
                  f ->
                      t ->
                          calculus
                              .jvp(
                                  at -> List.of(f.apply(at.getFirst())),
                                  List.of(t),
                                  List.of(t.onesLike()))
                              .tangents()
                              .getFirst();
              UnaryOperator<Function<Tensor, Tensor>> backward =
                  f ->
                      t ->
                          calculus
                              .vjp(
                                  at -> List.of(f.apply(at.getFirst())),
                                  List.of(t),
                                  List.of(t.onesLike()))
                              .cotangents()
                              .getFirst();
              Tensor t = in.getFirst();
              return List.of(
                  quotient.apply(t),
                  backward.apply(quotient).apply(t),
                  forward.apply(backward.apply(quotient)).apply(t),
                  backward.apply(backward.apply(quotient)).apply(t),
                  backward.apply(forward.apply(quotient)).apply(t),
                  forward.apply(forward.apply(quotient)).apply(t),
                  backward.apply(forward.apply(backward.apply(quotient))).apply(t),
                  backward.apply(backward.apply(backward.apply(quotient))).apply(t),
                  calculus.directionalDerivative(
                      at -> quotient.apply(at.get("t")).sum(),
                      Tree.of("t", t),
                      Tree.of("t", t.onesLike()),
                      4));
            });
    double[] exact = {
      2 / 3.0, -2 / 9.0, 4 / 27.0, 4 / 27.0, 4 / 27.0, 4 / 27.0, -12 / 81.0, -12 / 81.0, 48 / 243.0
    };
    for (int i = 0; i < exact.length; i++) {
      assertThat(found.get(i)[0]).as("derivative " + i).isCloseTo(exact[i], within(1e-13));
    }
  }

  @Test
  void systemsAreVectorisedEachUntilItIsSolved() {
    double[] scales = {1, 100, 1e4};
    List<double[]> found =
        Traced.run(
            List.of(array(SYMMETRIC), NdArray.of(B, N), NdArray.of(scales, 3)),
            in -> {
              Calculus calculus = Calculus.standard();
              LinearSolver solver = new ConjugateGradient(1e-16, 30);
              Function<List<Tensor>, List<Tensor>> each =
                  at ->
                      List.of(
                          solve(
                              solver,
                              true,
                              in.get(0).mul(at.getFirst().broadcastLike(in.get(0))),
                              in.get(1)));
              Tensor values = calculus.vmap(each, List.of(in.get(2)), List.of(true)).getFirst();
              Tensor slopes =
                  calculus
                      .vjp(
                          at -> calculus.vmap(each, at, List.of(true)),
                          List.of(in.get(2)),
                          List.of(values.onesLike()))
                      .cotangents()
                      .getFirst();
              return List.of(values, slopes);
            });
    double[] x = Dense.solve(SYMMETRIC, B);
    double sum = Arrays.stream(x).sum();
    for (int k = 0; k < 3; k++) {
      double scale = scales[k];
      assertThat(Arrays.copyOfRange(found.get(0), k * N, (k + 1) * N))
          .containsExactly(Dense.vector(N, i -> x[i] / scale), within(1e-12));
      assertThat(found.get(1)[k]).isCloseTo(-sum / (scale * scale), within(1e-12));
    }
  }

  @Test
  void gmresWithFewVectorsGoesOnInCycles() {
    double[] x = Dense.solve(GENERAL, B);
    double one = errorOfGmres(2, 1, x);
    double many = errorOfGmres(2, 60, x);

    assertThat(one).isGreaterThan(1e-3);
    assertThat(many).isLessThan(1e-12);
  }

  private static double errorOfGmres(int vectors, int cycles, double[] x) {
    double[] found =
        Traced.run(
                List.of(array(GENERAL), NdArray.of(B, N)),
                in ->
                    List.of(solve(new Gmres(1e-15, vectors, cycles), false, in.get(0), in.get(1))))
            .getFirst();
    return Dense.distance(found, x);
  }

  @Test
  void theZeroVectorIsSolvedByItself() {
    for (LinearSolver solver : ofSymmetric().toList()) {
      double[] x =
          Traced.run(
                  List.of(array(SYMMETRIC), NdArray.of(new double[N], N)),
                  in -> List.of(solve(solver, true, in.get(0), in.get(1))))
              .getFirst();
      assertThat(x).as(solver.toString()).containsExactly(new double[N], within(0.0));
    }
  }

  @Test
  void conjugateGradientsRefuseAMatrixThatIsNotSymmetric() {
    assertThatThrownBy(() ->
            Traced.graph(
                List.of(array(GENERAL), NdArray.of(B, N)),
                in -> List.of(solve(new ConjugateGradient(0, 3), false, in.get(0), in.get(1)))))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_VALUE));
  }

  /** A matrix that is not definite ends the loop and gives no NaN. */
  @Test
  void conjugateGradientsStopAtACurvatureThatIsNotPositive() {
    double[] x =
        Traced.run(
                List.of(NdArray.of(new double[] {1, 1}, 2)),
                in ->
                    List.of(
                        LinearSystem.solve(
                                new ConjugateGradient(0, 10),
                                LinearMap.symmetric(Tensor::neg),
                                in.getFirst())
                            .x()))
            .getFirst();
    assertThat(x).containsExactly(0, 0);
  }
}
