package dev.espalier.plugins.bilevel.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** BO-REP against closed forms and against its recursion in plain Java. */
final class BoRepTest {
  @Nested
  final class Rules extends HypergradientRules {
    @Override
    Hypergradient method() {
      return new BoRep(1, 0.5, 100, 1);
    }

    /** Each loop ends in a mean of its iterates, so there are many loops of few steps. */
    @Override
    InnerLevel lower() {
      return Asked.descent(0.5, 2);
    }

    @Override
    int steps() {
      return 250;
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  private static final Quadratic PROBLEM = Quadratic.random(1, 2, 3, 0.5, 2);

  private static Tree<NdArray> start(String name, double... values) {
    return Tree.of(name + "/first", NdArray.of(new double[] {values[0]}, 1))
        .and(
            name + "/rest",
            NdArray.of(Dense.vector(values.length - 1, i -> values[i + 1]), values.length - 1));
  }

  private static double[] joined(Stepping run, String name) {
    double[] first = run.at(name + "/first");
    double[] rest = run.at(name + "/rest");
    return Dense.vector(1 + rest.length, i -> i == 0 ? first[0] : rest[i - 1]);
  }

  /** With period 1 and one step it is normalised momentum on a single loop of three recursions. */
  @Test
  void withPeriodAndStepOneItIsASingleLoop() {
    double beta = 0.5;
    double eta = 0.125;
    double gamma = 0.25;
    double[] x = {1, -1};
    double[] y = {0.5, 0, 2};
    double[] z = new double[3];
    double[] m = new double[2];
    Stepping run =
        new Stepping(
            new BilevelMethod(
                new BoRep(1, gamma, 1e6, 1),
                Asked.descent(0.25, 1),
                Optimizer.of(new NormalizedMomentum(beta))),
            (key, number) -> PROBLEM.problem(),
            start("x", x),
            start("y", y),
            eta);
    for (int k = 0; k < 5; k++) {
      y = Dense.plus(y, -0.25, PROBLEM.innerGradient(x, y));
      double[] estimate =
          Dense.plus(PROBLEM.outerInOuter(x, y), 1, Dense.times(Dense.transposed(PROBLEM.b()), z));
      double[] residual = Dense.plus(Dense.times(PROBLEM.h(), z), -1, PROBLEM.outerInInner(x, y));
      z = Dense.plus(z, -gamma, residual);
      double[] before = m;
      m = Dense.vector(2, i -> beta * before[i] + (1 - beta) * estimate[i]);
      x = Dense.plus(x, -eta / Dense.norm(m), m);
      run.run(1);
      assertThat(joined(run, "x")).containsExactly(x, within(1e-12));
      assertThat(joined(run, "y")).containsExactly(y, within(1e-12));
    }
  }

  /** {@code z -= rate (H z - f_y)} ends in {@code H^-1 f_y}, as the residual that is told falls. */
  @Test
  void theSystemGoesToItsSolution() {
    double[] x = {1, -1};
    double[] y = {0.5, 0, 2};
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(x, 2), NdArray.of(y, 3)),
            in -> {
              Tree<Tensor> u = Quadratic.split("x", in.get(0));
              Tree<Tensor> v = Quadratic.split("y", in.get(1));
              InnerLevel still = Asked.descent(0, 1);
              BoRep method = new BoRep(1, 0.5, 1, 1);
              Tree<Tensor> state = method.init(still, u, v);
              for (int k = 0; k < 60; k++) {
                state =
                    method
                        .estimate(PROBLEM.problem(), still, u, v, state, Traced.first(in.get(0)))
                        .state();
              }
              Hypergradient.Estimate last =
                  method.estimate(PROBLEM.problem(), still, u, v, state, Traced.first(in.get(0)));
              return List.of(
                  state.get("system/y/first").concat(0, state.get("system/y/rest")),
                  last.report().get("linear_residual"));
            });
    assertThat(found.get(0))
        .containsExactly(Dense.solve(PROBLEM.h(), PROBLEM.outerInInner(x, y)), within(1e-6));
    assertThat(found.get(1)[0]).isLessThan(1e-6);
  }

  @Test
  void betweenPeriodsTheInnerLevelIsAsItWas() {
    Stepping run =
        new Stepping(
            new BilevelMethod(
                new BoRep(3, 0.25, 10, 2),
                Asked.descent(0.25, 4),
                Optimizer.of(new NormalizedMomentum(0.9))),
            (key, number) -> PROBLEM.problem(),
            start("x", 1, -1),
            start("y", 0.5, 0, 2),
            0.125);
    double[] before = joined(run.run(1), "y");
    for (int k = 1; k < 10; k++) {
      double[] now = joined(run.run(1), "y");
      if (k % 3 == 0) {
        assertThat(Dense.distance(now, before)).isGreaterThan(1e-6);
      } else {
        assertThat(now).containsExactly(before);
      }
      before = now;
    }
  }

  @Test
  void theRefinementGoesOnInShrinkingBalls() {
    double[] x = {1, -1};
    double[] far = {30, 30, 30};
    double[] minimum = PROBLEM.solution(x);
    InnerLevel lower = Asked.descent(0.5, 8);
    double[] one = Asked.of(new BoRep(1, 0.25, 1, 1), lower, PROBLEM, x, far).inner();
    double[] wide = Asked.of(new BoRep(1, 0.25, 1e3, 6), lower, PROBLEM, x, far).inner();

    assertThat(Dense.distance(one, far)).isLessThanOrEqualTo(1 + 1e-12);
    assertThat(Dense.distance(wide, minimum)).isLessThan(1e-2 * Dense.distance(far, minimum));
  }

  /** Counts what is asked of the inner objective. */
  private record Counting(Objective inner, AtomicInteger products) implements WrappedObjective {
    @Override
    public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
      products.incrementAndGet();
      return inner.hessianVector(parameters, vector);
    }
  }

  @Test
  void aStepTakesOneHessianVectorProduct() {
    AtomicInteger products = new AtomicInteger();
    Traced.graph(
        List.of(NdArray.of(new double[2], 2), NdArray.of(new double[3], 3)),
        in -> {
          Tree<Tensor> x = Quadratic.split("x", in.get(0));
          Tree<Tensor> y = Quadratic.split("y", in.get(1));
          BilevelProblem problem =
              new BilevelProblem(
                  PROBLEM.problem().outer(), new Counting(PROBLEM.problem().inner(), products));
          BoRep method = new BoRep(2, 0.25, 10, 2);
          InnerLevel lower = Asked.descent(0.25, 3);
          return method
              .estimate(problem, lower, x, y, method.init(lower, x, y), Traced.first(in.get(0)))
              .gradient()
              .leaves();
        });
    assertThat(products).hasValue(1);
  }

  /**
   * {@code f = x^4 + (y - x)^2 / 2, g = (y - x)^2 / 2}, so {@code F = x^4}: from x = 10 a gradient
   * step of 0.05 overshoots more each time, a normalised one walks to the minimum.
   */
  @Test
  void itConvergesWhereAFixedStepOnAnUnboundedCurvatureDiverges() {
    double diverging = quartic(Optimizer.of(), 5);
    double walking = quartic(Optimizer.of(new NormalizedMomentum(0.5)), 400);

    assertThat(Math.abs(diverging)).isGreaterThan(1e6);
    assertThat(Math.abs(walking)).isLessThan(0.2);
  }

  private static double quartic(Optimizer upper, int steps) {
    return new Stepping(
            new BilevelMethod(new BoRep(2, 0.5, 1, 4), Asked.descent(0.5, 4), upper),
            (key, number) ->
                Levels.outside("x")
                    .problem(
                        (x, y) ->
                            x.get("x")
                                .square()
                                .square()
                                .add(y.get("y").sub(x.get("x")).square().mul(0.5)),
                        (x, y) -> y.get("y").sub(x.get("x")).square().mul(0.5)),
            Tree.of("x", NdArray.scalar(DType.F64, 10.0)),
            Tree.of("y", NdArray.scalar(DType.F64, 0.0)),
            0.05)
        .run(steps)
        .at("x")[0];
  }
}
