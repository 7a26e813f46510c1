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
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.plugins.bilevel.Asked;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.plugins.bilevel.Levels;
import dev.espalier.plugins.bilevel.Quadratic;
import dev.espalier.plugins.bilevel.Stepping;
import dev.espalier.plugins.bilevel.Traced;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Nested
  final class ByProximalMomentum extends HypergradientRules {
    @Override
    Hypergradient method() {
      return new ProximalMomentum(1e-6, 0, 0.8, 1000, 1);
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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void soDoesTheBiasOfSingleLoops(long seed) {
    Quadratic problem = Quadratic.random(seed, 3, 4, 0.5, 2);
    double[] x = Dense.normal(new Random(seed), 3);
    double[] exact = problem.hypergradient(x);
    for (Hypergradient[] pair :
        List.of(
            new Hypergradient[] {new F3sa(1000, 0, 0.8), new F3sa(2000, 0, 0.8)},
            new Hypergradient[] {
              new ProximalMomentum(1e-3, 0, 0.8, 10, 0.5),
              new ProximalMomentum(5e-4, 0, 0.8, 10, 0.5)
            })) {
      double[] errors = new double[2];
      for (int i = 0; i < 2; i++) {
        Asked found = Asked.of(pair[i], Asked.descent(0.5, 1), problem, x, new double[4], 400);
        errors[i] = Dense.distance(found.gradient(), exact);
      }
      assertThat(errors[0] / errors[1]).isCloseTo(2, within(0.02));
    }
  }

  /** The recursive estimate of a gradient without noise is the gradient. */
  @Test
  void aSingleLoopWithoutNoiseIsTheDoubleLoopOfOneStep() {
    Quadratic problem = Quadratic.random(5, 2, 3, 0.5, 2);
    double[] x = {1, -0.5};
    double[] y = {0.5, 2, -1};
    for (int steps : new int[] {1, 2, 7}) {
      Asked one =
          Asked.of(
              new ProximalMomentum(0.25, 0.5, 0.8, 2, 0.75),
              Asked.descent(0.25, 1),
              problem,
              x,
              y,
              steps);
      Asked two =
          Asked.of(
              new ProximalPenalty(0.25, 0.5, 2, 0.75),
              Asked.descent(0.25, 1),
              problem,
              x,
              y,
              steps);
      assertThat(one.gradient()).containsExactly(two.gradient(), within(1e-12));
      assertThat(one.inner()).containsExactly(two.inner(), within(1e-12));
    }
  }

  /** Both loops in plain Java, one inner step of 1/4 in each of four outer ones. */
  @Test
  void theProximalTermsDrawToCentersThatFollowByTheirShare() {
    Quadratic problem = Quadratic.random(5, 2, 3, 0.5, 2);
    double[] x = {1, -0.5};
    double[] begin = {0.5, 2, -1};
    double[] u = begin;
    double[] v = begin;
    double[] y = begin;
    double[] z = begin;
    double s = 0;
    for (int k = 0; k < 4; k++) {
      s = 0.25 / Math.sqrt(1 + k);
      double[] ofU =
          Dense.plus(
              Dense.plus(problem.innerGradient(x, u), s, problem.outerInInner(x, u)),
              0.5,
              Dense.plus(u, -1, y));
      double[] ofV = Dense.plus(problem.innerGradient(x, v), 0.5, Dense.plus(v, -1, z));
      u = Dense.plus(u, -0.25, ofU);
      v = Dense.plus(v, -0.25, ofV);
      y = Dense.plus(y, 0.75, Dense.plus(u, -1, y));
      z = Dense.plus(z, 0.75, Dense.plus(v, -1, z));
    }
    double[] wanted =
        Dense.plus(
            problem.outerInOuter(x, u),
            1 / s,
            Dense.times(Dense.transposed(problem.b()), Dense.plus(v, -1, u)));

    Asked found =
        Asked.of(
            new ProximalPenalty(0.25, 0.5, 2, 0.75), Asked.descent(0.25, 1), problem, x, begin, 4);

    assertThat(found.inner()).containsExactly(u, within(1e-12));
    assertThat(found.gradient()).containsExactly(wanted, within(1e-11));
  }

  @Test
  void theMultiplierGrowsByItsPowerOfTheSteps() {
    Quadratic problem = Quadratic.random(1, 2, 2, 0.5, 2);
    double[] zero = new double[2];
    InnerLevel once = Asked.descent(0.1, 1);
    for (Hypergradient method :
        List.of(
            new F2sa(3, 0.25),
            new F3sa(3, 0.25, 0.8),
            new ProximalPenalty(1 / 3.0, 0.25, 1, 0.9),
            new ProximalMomentum(1 / 3.0, 0.25, 0.8, 1, 0.9))) {
      assertThat(Asked.of(method, once, problem, zero, zero, 16).reported("multiplier"))
          .isCloseTo(3 * 2, within(1e-12));
    }
  }

  /** Of an objective that answers with gradients and refuses what is of second order. */
  private record FirstOrder(Objective inner, AtomicInteger gradients) implements WrappedObjective {
    @Override
    public Set<Need> offers() {
      return Set.of(Need.VALUE, Need.GRADIENT);
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      gradients.incrementAndGet();
      return inner.valueAndGradient(parameters);
    }

    @Override
    public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
      throw new AssertionError("a Hessian-vector product was asked for");
    }

    @Override
    public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
      throw new AssertionError("a Gauss-Newton product was asked for");
    }

    @Override
    public Tensor directionalDerivative(
        Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
      throw new AssertionError("a directional derivative was asked for");
    }

    @Override
    public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
      throw new AssertionError("gradients of single examples were asked for");
    }
  }

  /** How many gradients a step of the method asks for; it fails where more is asked for. */
  private static int gradientsOfAFirstOrderStep(Hypergradient method) {
    Quadratic problem = Quadratic.random(1, 2, 3, 0.5, 2);
    AtomicInteger gradients = new AtomicInteger();
    InnerLevel once = Asked.descent(0.25, 1);
    Traced.graph(
        List.of(NdArray.of(new double[2], 2), NdArray.of(new double[3], 3)),
        in -> {
          Tree<Tensor> x = Quadratic.split("x", in.get(0));
          Tree<Tensor> y = Quadratic.split("y", in.get(1));
          BilevelProblem first =
              new BilevelProblem(
                  new FirstOrder(problem.problem().outer(), gradients),
                  new FirstOrder(problem.problem().inner(), gradients));
          return method
              .estimate(first, once, x, y, method.init(once, x, y), Traced.first(in.get(0)))
              .gradient()
              .leaves();
        });
    return gradients.get();
  }

  @Test
  void noPenaltyMethodAsksForASecondDerivative() {
    for (Hypergradient method :
        List.of(
            new F2sa(10, 0.1),
            new F3sa(10, 0.1, 0.8),
            new ProximalPenalty(0.1, 0.1, 1, 0.9),
            new ProximalMomentum(0.1, 0.1, 0.8, 1, 0.9))) {
      assertThat(gradientsOfAFirstOrderStep(method)).isPositive();
      assertThat(method.needs()).containsExactly(Objective.Need.GRADIENT);
    }
    // The check itself sees one that does.
    assertThatThrownBy(() -> gradientsOfAFirstOrderStep(Implicit.exact()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("was asked for");
    assertThat(Implicit.exact().needs()).contains(Objective.Need.HESSIAN_VECTOR);
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
    double[] begin = {1, 1, 1};
    double[] errors = new double[2];
    double[] single = new double[2];
    for (int i = 0; i < 2; i++) {
      double sigma = 0.04 / (1 << i);
      Asked found =
          Asked.of(
              new ProximalPenalty(sigma, 0, 1000, 1),
              Asked.descent(0.5, 1200),
              problem,
              x,
              begin,
              4);
      errors[i] = Dense.distance(found.gradient(), exact);
      Asked once =
          Asked.of(
              new ProximalMomentum(sigma, 0, 0.8, 10, 1),
              Asked.descent(0.5, 1),
              problem,
              x,
              begin,
              1500);
      single[i] = Dense.distance(once.gradient(), exact);
    }
    for (double[] found : List.of(errors, single)) {
      assertThat(found[1]).isLessThan(0.1 * Dense.norm(exact));
      assertThat(found[0] / found[1]).isCloseTo(2, within(0.2));
    }
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
    double single = after(new ProximalMomentum(0.05, 1 / 3.0, 0.8, 10, 1), once, problem, 600);

    assertThat(implicit).isLessThan(1e-8);
    assertThat(penalty).isLessThan(0.1);
    assertThat(momentum).isLessThan(0.1);
    assertThat(proximal).isLessThan(0.1);
    assertThat(single).isLessThan(0.1);
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
    assertThat(scatter(problem, new F3sa(50, 0, 0.8)))
        .isLessThan(0.5 * scatter(problem, new F3sa(50, 0, 0)));
    assertThat(scatter(problem, new ProximalMomentum(0.02, 0, 0.8, 10, 1)))
        .isLessThan(0.5 * scatter(problem, new ProximalMomentum(0.02, 0, 0, 10, 1)));
  }

  /** The mean distance of the inner parameters from their minimum late in a run at a fixed x. */
  private static double scatter(Quadratic problem, Hypergradient method) {
    Stepping run =
        new Stepping(
            new BilevelMethod(method, Asked.descent(0.5, 1), Optimizer.of()),
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
    return Levels.outside("x/first", "x/rest")
        .problem(
            (x, y) -> problem.outer().value(x.and(y)),
            (x, y) -> problem.inner().value(x.and(y)).add(Quadratic.join(y).mul(noise).sum()));
  }

  @Test
  void refusalsNameTheNumbersThatWereGiven() {
    for (double first : new double[] {0, -4, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new ProximalMomentum(first, 0.25, 0.8, 1, 1))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("first " + first + ", exponent 0.25");
    }
    assertThatThrownBy(() -> new ProximalMomentum(1, 0, -0.5, 1, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("an exponent of the momentum of at least 0")
        .hasMessageContaining("-0.5");
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
