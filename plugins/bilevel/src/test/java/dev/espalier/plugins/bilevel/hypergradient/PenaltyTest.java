package dev.espalier.plugins.bilevel.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.plugins.bilevel.Asked;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.plugins.bilevel.Quadratic;
import dev.espalier.plugins.bilevel.Stepping;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The penalty methods against closed forms of the penalty and of the problem. */
final class PenaltyTest {
  @Nested
  final class ByF2sa extends HypergradientRules {
    @Override
    Hypergradient method() {
      return new F2sa(1e6, 0);
    }

    @Override
    double error() {
      return 1e-4;
    }
  }

  @Nested
  final class ByF3sa extends HypergradientRules {
    @Override
    Hypergradient method() {
      return new F3sa(1e6, 0, 0.8);
    }

    @Override
    InnerLevel lower() {
      return Asked.descent(0.5, 1);
    }

    @Override
    int steps() {
      return 150;
    }

    @Override
    double error() {
      return 1e-4;
    }
  }

  @Nested
  final class ByProximalPenalty extends HypergradientRules {
    @Override
    Hypergradient method() {
      return new ProximalPenalty(1e-6, 0, 1000, 1);
    }

    @Override
    int steps() {
      return 4;
    }

    @Override
    double error() {
      return 1e-4;
    }
  }

  /** {@code y = (H + P/l)^-1 (B x + c - (S x + p)/l)} minimises the penalty. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 10, 100})
  void theEstimateIsTheGradientOfThePenalty(double multiplier) {
    Quadratic problem = Quadratic.random(3, 2, 4, 0.5, 2);
    double[] x = {1, -0.5};
    double[][] h = new double[4][4];
    for (int i = 0; i < 4; i++) {
      h[i] = Dense.plus(problem.h()[i], 1 / multiplier, problem.p()[i]);
    }
    double[] right =
        Dense.plus(
            Dense.plus(Dense.times(problem.b(), x), 1, problem.c()),
            -1 / multiplier,
            Dense.plus(Dense.times(problem.s(), x), 1, problem.pLinear()));
    double[] y = Dense.solve(h, right);
    double[] z = problem.solution(x);
    double[] wanted =
        Dense.plus(
            problem.outerInOuter(x, y),
            multiplier,
            Dense.times(Dense.transposed(problem.b()), Dense.plus(z, -1, y)));

    Asked found =
        Asked.of(new F2sa(multiplier, 0), Asked.descent(0.25, 300), problem, x, new double[4]);

    assertThat(found.gradient()).containsExactly(wanted, within(1e-10));
    assertThat(found.inner()).containsExactly(y, within(1e-12));
    assertThat(found.reported("distance")).isCloseTo(Dense.distance(y, z), within(1e-12));
    assertThat(found.reported("multiplier")).isEqualTo(multiplier);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theBiasFallsAsTheMultiplierGrows(long seed) {
    Quadratic problem = Quadratic.random(seed, 3, 4, 0.5, 2);
    double[] x = Dense.normal(new Random(seed), 3);
    double[] exact = problem.hypergradient(x);
    for (Hypergradient[] pair :
        List.of(
            new Hypergradient[] {new F2sa(1000, 0), new F2sa(2000, 0)},
            new Hypergradient[] {
              new ProximalPenalty(1e-3, 0, 1e4, 1), new ProximalPenalty(5e-4, 0, 1e4, 1)
            })) {
      double[] errors = new double[2];
      for (int i = 0; i < 2; i++) {
        Asked found = Asked.of(pair[i], Asked.descent(0.5, 150), problem, x, new double[4], 3);
        errors[i] = Dense.distance(found.gradient(), exact);
      }
      // A slope of -1 on logarithmic axes.
      assertThat(errors[0] / errors[1]).isCloseTo(2, within(0.02));
    }
  }

  /**
   * An inner level with a line of solutions: H = diag(1, 2, 0), B and c in its range. The method
   * finds the best of them for f, and the gradient is {@code f_x + B^T H^+ f_y} there.
   */
  @Test
  void whereTheInnerLevelHasManySolutionsTheGradientIsThatOfThePseudoInverse() {
    Random random = new Random(6);
    double[][] b = Dense.normal(random, 3, 2);
    b[2] = new double[2];
    double[] c = {0.3, -0.7, 0};
    Quadratic problem =
        new Quadratic(
            new double[][] {{1, 0, 0}, {0, 2, 0}, {0, 0, 0}},
            b,
            c,
            Dense.symmetric(random, 0.7, 1, 1.4),
            Dense.symmetric(random, 0.7, 1.2),
            Dense.normal(random, 3, 2),
            Dense.normal(random, 3),
            Dense.normal(random, 2),
            0,
            2);
    double[] x = {0.5, -1};
    double[] force = Dense.plus(Dense.times(b, x), 1, c);
    double[] y = {force[0], force[1] / 2, 0};
    y[2] = -problem.outerInInner(x, y)[2] / problem.p()[2][2];
    double[] slope = problem.outerInInner(x, y);
    double[] exact =
        Dense.plus(
            problem.outerInOuter(x, y),
            1,
            Dense.times(Dense.transposed(b), new double[] {slope[0], slope[1] / 2, 0}));
    double[] errors = new double[2];
    for (int i = 0; i < 2; i++) {
      ProximalPenalty method = new ProximalPenalty(0.04 / (1 << i), 0, 1000, 1);
      Asked found =
          Asked.of(method, Asked.descent(0.5, 1200), problem, x, new double[] {1, 1, 1}, 4);
      errors[i] = Dense.distance(found.gradient(), exact);
    }
    assertThat(errors[1]).isLessThan(0.1 * Dense.norm(exact));
    assertThat(errors[0] / errors[1]).isCloseTo(2, within(0.2));
  }

  /** Where y is held at the edge of its set it does not move with x: nothing comes through it. */
  @Test
  void anInnerLevelAtTheEdgeOfItsSetHandsNothingOn() {
    Quadratic problem = Quadratic.random(4, 2, 2, 0.5, 2);
    InnerLevel free = Asked.descent(0.25, 200);
    double[] x = {3, 3};
    double[] corner = {0.01, 0.01};
    InnerLevel held = free.within(y -> y.map(v -> v.clamp(0.01, 0.0100001)));
    for (Hypergradient method : List.of(new F2sa(100, 0), new ProximalPenalty(0.01, 0, 1000, 1))) {
      Asked found = Asked.of(method, held, problem, x, corner);
      assertThat(found.inner()).containsExactly(corner, within(1e-6));
      assertThat(found.gradient()).containsExactly(problem.outerInOuter(x, corner), within(1e-3));
    }
  }

  private static Tree<NdArray> start(String name, int n) {
    return Tree.of(name + "/first", NdArray.of(new double[1], 1))
        .and(name + "/rest", NdArray.of(new double[n - 1], n - 1));
  }

  private static double[] outer(Stepping run) {
    double[] first = run.at("x/first");
    double[] rest = run.at("x/rest");
    return Dense.vector(1 + rest.length, i -> i == 0 ? first[0] : rest[i - 1]);
  }

  /** A gradient that vanishes where the implicit one does, within what the multiplier allows. */
  @Test
  void theMethodsEndInTheStationaryPointOfImplicitDifferentiation() {
    // Of this seed F is convex, as descent needs.
    Quadratic problem = Quadratic.random(2, 2, 3, 0.8, 1.25);
    InnerLevel once = Asked.descent(0.5, 1);
    InnerLevel often = Asked.descent(0.5, 8);
    double implicit = after(Implicit.exact(), often, problem, 300);
    double penalty = after(new F2sa(20, 1 / 3.0), often, problem, 300);
    double momentum = after(new F3sa(20, 1 / 3.0, 0.8), once, problem, 600);
    double proximal = after(new ProximalPenalty(0.05, 1 / 3.0, 1000, 1), often, problem, 300);

    assertThat(implicit).isLessThan(1e-8);
    assertThat(penalty).isLessThan(0.1);
    assertThat(momentum).isLessThan(0.1);
    assertThat(proximal).isLessThan(0.1);
  }

  /** The norm of the exact hypergradient at the end, beside that at the begin. */
  private static double after(
      Hypergradient method, InnerLevel lower, Quadratic problem, int steps) {
    Stepping run =
        new Stepping(
            new BilevelMethod(method, lower, Optimizer.of()),
            (key, number) -> problem.problem(),
            start("x", 2),
            start("y", 3),
            0.03125);
    double[] x = outer(run.run(steps));
    return Dense.norm(problem.hypergradient(x)) / Dense.norm(problem.hypergradient(new double[2]));
  }

  /**
   * Noise in every gradient, the same at all points of a step. The momentum averages it out;
   * without it (decay 0) it stays.
   */
  @Test
  void momentumTakesNoiseOutOfTheEstimates() {
    Quadratic problem = Quadratic.random(2, 2, 3, 0.8, 1.25);
    double with = scatter(problem, 0.8);
    double without = scatter(problem, 0);

    assertThat(with).isLessThan(0.5 * without);
  }

  /** The mean distance of the inner parameters from their minimum late in a run at a fixed x. */
  private static double scatter(Quadratic problem, double decay) {
    Stepping run =
        new Stepping(
            new BilevelMethod(new F3sa(50, 0, decay), Asked.descent(0.5, 1), Optimizer.of()),
            (key, number) -> noisy(problem.problem(), key),
            start("x", 2),
            start("y", 3),
            0);
    run.run(100);
    double sum = 0;
    double[] minimum = problem.solution(new double[2]);
    for (int i = 0; i < 60; i++) {
      run.run(1);
      double[] rest = run.at("y/rest");
      double[] y = {run.at("y/first")[0], rest[0], rest[1]};
      sum += Dense.distance(y, minimum) / 60;
    }
    return sum;
  }

  private static BilevelProblem noisy(BilevelProblem problem, Key key) {
    Tensor noise = key.normal(DType.F64, Shape.of(3));
    return BilevelProblem.of(
        List.of("x/first", "x/rest"),
        (x, y) -> problem.outer().value(x.and(y)),
        (x, y) -> problem.inner().value(x.and(y)).add(Quadratic.join(y).mul(noise).sum()));
  }

  @Test
  void momentumInAnInnerLoopIsRefused() {
    assertThatThrownBy(() ->
            Asked.of(
                new F3sa(1, 0, 0.8),
                Asked.descent(0.5, 2),
                Quadratic.random(1, 2, 2, 0.5, 2),
                new double[2],
                new double[2]))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("one inner step");
  }
}
