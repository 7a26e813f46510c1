package dev.espalier.plugins.bilevel.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.plugins.bilevel.Asked;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.Levels;
import dev.espalier.plugins.bilevel.Quadratic;
import dev.espalier.plugins.bilevel.Traced;
import dev.espalier.plugins.bilevel.linear.DenseSolve;
import dev.espalier.plugins.bilevel.linear.Gmres;
import dev.espalier.plugins.bilevel.linear.NeumannSeries;
import dev.espalier.plugins.bilevel.linear.NormalConjugateGradient;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hypergradients by the implicit function theorem against closed forms. */
final class ImplicitTest {
  @Nested
  final class ByAFactorisation extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Implicit.exact();
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  @Nested
  final class ByConjugateGradients extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Implicit.conjugateGradient(1e-15, 40);
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  @Nested
  final class ByGmres extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Implicit.by(new Gmres(1e-15, 5, 2));
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  @Nested
  final class ByNormalEquations extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Implicit.by(new NormalConjugateGradient(new ConjugateGradient(1e-15, 60)));
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  @Nested
  final class ByANeumannSeries extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Implicit.by(new NeumannSeries(0.5, 150));
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  private static final List<LinearSolver> CUT_OFF =
      List.of(
          new ConjugateGradient(0, 1),
          new ConjugateGradient(0, 3),
          new Gmres(0, 2, 1),
          new NeumannSeries(0.25, 1),
          new NeumannSeries(0.25, 20),
          new DenseSolve());

  /** Random problems, inner levels that are far from done, and linear systems that are cut off. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void theErrorBoundBoundsTheErrorOfQuadraticProblems(long seed) {
    Quadratic problem = Quadratic.random(seed, 3, 5, 0.25, 4);
    Random random = new Random(seed);
    double[] x = Dense.normal(random, 3);
    double[] y = Dense.normal(random, 5);
    Smoothness smoothness =
        new Smoothness(
            problem.least() * (1 - 1e-9),
            Dense.norm(problem.b()),
            Dense.norm(problem.s()),
            Dense.norm(problem.p()),
            0,
            0);
    double[] exact = problem.hypergradient(x);
    for (LinearSolver solver : CUT_OFF) {
      for (int steps : new int[] {1, 10, 100}) {
        Asked found =
            Asked.of(
                Implicit.by(solver).bounded(smoothness), Asked.descent(0.25, steps), problem, x, y);
        double error = Dense.distance(found.gradient(), exact);
        double bound = found.reported("error_bound");

        assertThat(error).isLessThanOrEqualTo(bound);
        // A bound of anything would hold: it is within the condition of the problem of the error.
        assertThat(bound).isLessThan(1000 * Math.max(error, 1e-9));
      }
    }
  }

  /**
   * {@code g = |y|^2 - sum of (B x)_i sin(y_i) / 4, f = |y|^2 / 2 + x^T y}: the Hessian and the
   * mixed block move with y, so that every term of the bound counts.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theErrorBoundBoundsTheErrorOfAProblemThatIsNotQuadratic(long seed) {
    Random random = new Random(seed);
    double[][] b = Dense.normal(random, 3, 3);
    double[] x = Dense.vector(3, i -> random.nextDouble() / 10);
    double[] pull = Dense.times(b, x);
    double[] y = Dense.normal(random, 3);
    double largest = Dense.norm(pull);
    Smoothness smoothness =
        new Smoothness(2 - largest / 4, Dense.norm(b) / 4, 1, 1, Dense.norm(b) / 4, largest / 4);
    double[] minimum = Dense.vector(3, i -> minimum(pull[i]));
    double[] v =
        Dense.vector(3, i -> (minimum[i] + x[i]) / (2 + pull[i] * Math.sin(minimum[i]) / 4));
    double[] weighted = Dense.vector(3, i -> Math.cos(minimum[i]) / 4 * v[i]);
    double[] exact = Dense.plus(minimum, 1, Dense.times(Dense.transposed(b), weighted));
    for (int steps : new int[] {1, 3, 60}) {
      for (int terms : new int[] {1, 3, 100}) {
        Implicit method = Implicit.by(new NeumannSeries(0.375, terms)).bounded(smoothness);
        List<double[]> found =
            Traced.run(
                List.of(NdArray.of(x, 3), NdArray.of(y, 3), NdArray.of(flat(b), 3, 3)),
                in -> {
                  Tensor matrix = in.get(2);
                  BilevelProblem problem =
                      Levels.outside("x")
                          .problem(
                              (u, w) ->
                                  w.get("y")
                                      .square()
                                      .sum()
                                      .mul(0.5)
                                      .add(u.get("x").mul(w.get("y")).sum()),
                              (u, w) -> {
                                Tensor force = matrix.matmul(u.get("x").reshape(3, 1)).reshape(3);
                                return w.get("y")
                                    .square()
                                    .sum()
                                    .sub(force.mul(w.get("y").sin()).sum().mul(0.25));
                              });
                  Hypergradient.Estimate estimate =
                      method.estimate(
                          problem,
                          Asked.descent(0.375, steps),
                          Tree.of("x", in.get(0)),
                          Tree.of("y", in.get(1)),
                          Tree.empty(),
                          Traced.first(in.get(0)));
                  return List.of(
                      estimate.gradient().get("x"), estimate.report().get("error_bound"));
                });
        assertThat(Dense.distance(found.get(0), exact))
            .isLessThanOrEqualTo(found.get(1)[0] + 1e-14);
        assertThat(found.get(1)[0]).isLessThan(steps == 60 && terms == 100 ? 1e-12 : 30);
      }
    }
  }

  /** Where {@code 2 y = pull cos(y) / 4}. */
  private static double minimum(double pull) {
    double y = 0;
    for (int i = 0; i < 200; i++) {
      y = pull * Math.cos(y) / 8;
    }
    return y;
  }

  private static double[] flat(double[][] m) {
    return Arrays.stream(m).flatMapToDouble(Arrays::stream).toArray();
  }

  /** The bound without its second term is no bound: the test above can fail. */
  @Test
  void theResidualAloneDoesNotBoundTheError() {
    Quadratic problem = Quadratic.random(11, 3, 5, 0.25, 4);
    double[] x = {1, 2, 3};
    double[] y = {5, 5, 5, 5, 5};
    Asked found = Asked.of(Implicit.exact(), Asked.descent(0.25, 1), problem, x, y);

    assertThat(found.reported("linear_residual")).isLessThan(1e-10);
    assertThat(Dense.distance(found.gradient(), problem.hypergradient(x))).isGreaterThan(0.1);
    assertThat(Dense.distance(found.gradient(), problem.implicit(x, found.inner())))
        .isLessThan(1e-11);
  }

  @Test
  void conjugateGradientsConvergeAtTheStatedRate() {
    Quadratic problem = Quadratic.random(3, 2, 12, 0.01, 1);
    double[] x = {1, -2};
    double[] y = new double[12];
    double[] start = Asked.of(Implicit.exact(), Asked.descent(0, 1), problem, x, y).gradient();
    double rate = (Math.sqrt(100) - 1) / (Math.sqrt(100) + 1);
    double[] right = problem.outerInInner(x, y);
    double atZero = Math.sqrt(Dense.dot(right, Dense.solve(problem.h(), right)));
    double before = Double.POSITIVE_INFINITY;
    for (int iterations = 1; iterations <= 12; iterations++) {
      Asked found =
          Asked.of(Implicit.conjugateGradient(0, iterations), Asked.descent(0, 1), problem, x, y);
      double error = Dense.distance(found.gradient(), start);
      // |v - v*| <= |v - v*|_H / sqrt(m), and the estimate is linear in v.
      double bound =
          Dense.norm(problem.b()) * 2 * Math.pow(rate, iterations) * atZero / Math.sqrt(0.01);
      assertThat(error).isLessThanOrEqualTo(bound);
      before = error;
    }
    // In exact arithmetic it were 0; twelve iterations of rounding at condition 100 leave this.
    assertThat(before).isLessThan(1e-5);
  }

  @Test
  void aNeumannSeriesConvergesAtTheStatedRate() {
    Quadratic problem = Quadratic.random(4, 2, 6, 0.5, 2);
    double[] x = {1, -2};
    double[] y = new double[6];
    double[] exact = problem.implicit(x, y);
    double right = Dense.norm(problem.outerInInner(x, y));
    for (int terms : new int[] {1, 2, 5, 20, 60}) {
      Asked found =
          Asked.of(Implicit.by(new NeumannSeries(0.5, terms)), Asked.descent(0, 1), problem, x, y);
      double bound = Dense.norm(problem.b()) * Math.pow(1 - 0.5 * 0.5, terms) * right / 0.5;
      assertThat(Dense.distance(found.gradient(), exact)).isLessThanOrEqualTo(bound);
    }
  }

  @Test
  void theReportedResidualIsThatOfTheSystem() {
    Quadratic problem = Quadratic.random(5, 2, 4, 0.5, 2);
    double[] x = {0.5, 1};
    double[] y = {1, 2, 3, 4};
    Asked found =
        Asked.of(Implicit.by(new NeumannSeries(0.25, 1)), Asked.descent(0, 1), problem, x, y);
    double[] right = problem.outerInInner(x, y);
    double[] v = Dense.vector(4, i -> 0.25 * right[i]);

    assertThat(found.reported("linear_residual"))
        .isCloseTo(Dense.distance(right, Dense.times(problem.h(), v)), within(1e-12));
    assertThat(found.reported("inner_gradient_norm"))
        .isCloseTo(Dense.norm(problem.innerGradient(x, y)), within(1e-12));
    assertThat(found.reported("linear_iterations")).isEqualTo(1);
  }

  @Test
  void aProblemThatIsNotStronglyConvexHasNoConstants() {
    assertThatThrownBy(() -> new Smoothness(0, 1, 1, 1, 0, 0))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_VALUE));
  }
}
