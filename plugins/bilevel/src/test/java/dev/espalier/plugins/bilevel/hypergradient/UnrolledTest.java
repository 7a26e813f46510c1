package dev.espalier.plugins.bilevel.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.Asked;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.plugins.bilevel.Quadratic;
import dev.espalier.plugins.bilevel.Traced;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unrolled hypergradients against the recursion in plain Java. */
final class UnrolledTest {
  @Nested
  final class Full extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Unrolled.full();
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  @Nested
  final class InSegments extends HypergradientRules {
    @Override
    Hypergradient method() {
      return Unrolled.full().inSegmentsOf(15);
    }

    @Override
    double error() {
      return 1e-12;
    }
  }

  private static final double RATE = 0.25;

  /** {@code sum over the last K of rate B^T (I - rate H)^(T-1-t) f_y + f_x} after T steps. */
  private static double[] byHand(
      Quadratic problem, double[] x, double[] from, int steps, int last) {
    double[] y = from;
    for (int i = 0; i < steps; i++) {
      y = Dense.plus(y, -RATE, problem.innerGradient(x, y));
    }
    double[] a = problem.outerInInner(x, y);
    double[] sum = problem.outerInOuter(x, y);
    for (int i = 0; i < last; i++) {
      sum = Dense.plus(sum, RATE, Dense.times(Dense.transposed(problem.b()), a));
      a = Dense.plus(a, -RATE, Dense.times(problem.h(), a));
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyTruncationAndSegmentationIsTheRecursion(long seed) {
    Quadratic problem = Quadratic.random(seed, 2, 4, 0.5, 4);
    Random random = new Random(seed);
    double[] x = Dense.normal(random, 2);
    double[] y = Dense.normal(random, 4);
    int steps = 12;
    for (int last : new int[] {1, 4, 12}) {
      double[] wanted = byHand(problem, x, y, steps, last);
      for (int segment : new int[] {1, 2, 4}) {
        if (last % segment == 0) {
          Asked found =
              Asked.of(
                  Unrolled.truncated(last).inSegmentsOf(segment),
                  Asked.descent(RATE, steps),
                  problem,
                  x,
                  y);
          assertThat(found.gradient()).containsExactly(wanted, within(1e-13));
        }
      }
    }
  }

  /** Proposition 3.1 of the paper on truncation, with the constants of the problem. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theBiasOfATruncationFallsAsInThePaper(long seed) {
    Quadratic problem = Quadratic.random(seed, 2, 4, 0.5, 4);
    Random random = new Random(seed);
    double[] x = Dense.normal(random, 2);
    double[] y = Dense.normal(random, 4);
    int steps = 100;
    double[] whole =
        Asked.of(Unrolled.full(), Asked.descent(RATE, steps), problem, x, y).gradient();
    double slope = Dense.norm(problem.outerInInner(x, problem.solution(x)));
    double before = 0;
    for (int last : new int[] {1, 5, 10, 20, 40, 60}) {
      double[] found =
          Asked.of(Unrolled.truncated(last), Asked.descent(RATE, steps), problem, x, y).gradient();
      double bias = Dense.distance(found, whole);
      double decay = 1 - RATE * problem.least();
      double bound =
          Math.pow(decay, last)
              / (RATE * problem.least())
              * slope
              * (1 + 1e-4)
              * RATE
              * Dense.norm(problem.b());
      assertThat(bias).isLessThanOrEqualTo(bound);
      if (last == 60) {
        // In the end the slowest direction is what is left: the bias falls at just the rate, but
        // for what is missing of the 100 steps.
        assertThat(bias / before)
            .isCloseTo(Math.pow(decay, 20), within(2e-2 * Math.pow(decay, 20)));
      }
      before = bias;
    }
  }

  /** Heavy-ball momentum, whose state the derivative goes through. */
  private record Momentum() implements GradientTransform {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return parameters.map(Tensor::zerosLike).under("v");
    }

    @Override
    public Result update(
        Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> v = state.subtree("v").zip(gradient, (old, g) -> old.mul(0.5).add(g));
      return new Result(v, v.under("v"));
    }
  }

  /** Against central differences of the outer objective after the steps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 10})
  void itDifferentiatesThroughAnyOptimizerAndItsState(int segment) {
    Quadratic problem = Quadratic.random(5, 2, 3, 0.5, 4);
    double[] x = {0.5, -1};
    double[] y = {1, 0, -1};
    InnerLevel lower = new InnerLevel(Optimizer.of(new Momentum()), 0.125, 10);
    double[] found =
        Asked.of(Unrolled.full().inSegmentsOf(segment), lower, problem, x, y).gradient();
    double h = 1e-4;
    for (int i = 0; i < 2; i++) {
      double[] up = x.clone();
      up[i] += h;
      double[] down = x.clone();
      down[i] -= h;
      // The problem is quadratic in x and y_T linear in x, so a central difference is exact.
      double difference =
          (Asked.of(Implicit.exact(), lower, problem, up, y).value()
                  - Asked.of(Implicit.exact(), lower, problem, down, y).value())
              / (2 * h);
      assertThat(found[i]).isCloseTo(difference, within(1e-9));
    }
  }

  /** What the loops of the trace stack for the way back, in elements. */
  private static long kept(Unrolled method, int steps) {
    Quadratic problem = Quadratic.random(1, 2, 16, 0.5, 4);
    Graph graph =
        Traced.graph(
            List.of(NdArray.of(new double[2], 2), NdArray.of(new double[16], 16)),
            in -> {
              Tree<Tensor> x = Quadratic.split("x", in.get(0));
              Tree<Tensor> y = Quadratic.split("y", in.get(1));
              return method
                  .estimate(
                      problem.problem(),
                      new InnerLevel(Optimizer.of(new Momentum()), 0.125, steps),
                      x,
                      y,
                      new Momentum().init(y),
                      Traced.first(in.get(0)))
                  .gradient()
                  .leaves();
            });
    return most(graph);
  }

  private static long most(Graph graph) {
    long most = 0;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Scan scan) {
        long stacked =
            node.results().subList(scan.carries(), node.results().size()).stream()
                .mapToLong(value -> value.type().shape().size())
                .sum();
        most = Math.max(most, stacked);
      }
      for (Graph inner : node.op().graphs()) {
        most = Math.max(most, most(inner));
      }
    }
    return most;
  }

  /** At the root of 256 steps a segment holds 16 steps, and 16 begins are kept. */
  @Test
  void segmentsOfTheRootOfTheStepsKeepASixteenth() {
    long everything = kept(Unrolled.full().inSegmentsOf(1), 256);
    long roots = kept(Unrolled.full().inSegmentsOf(16), 256);

    assertThat(everything).isGreaterThanOrEqualTo(256 * 32);
    assertThat(roots * 10).isLessThan(everything);
  }

  @Test
  void whatDoesNotDivideIsRefused() {
    List<Unrolled> wrong = new ArrayList<>();
    wrong.add(Unrolled.truncated(13));
    wrong.add(Unrolled.full().inSegmentsOf(5));
    for (Unrolled method : wrong) {
      assertThatThrownBy(() ->
              Asked.of(
                  method,
                  Asked.descent(RATE, 12),
                  Quadratic.random(1, 2, 2, 0.5, 4),
                  new double[2],
                  new double[2]))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_VALUE));
    }
    assertThatThrownBy(() -> Unrolled.truncated(0)).isInstanceOf(EspalierException.class);
  }
}
