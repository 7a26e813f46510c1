package dev.espalier.plugins.bilevel.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Level;
import dev.espalier.plugins.bilevel.Traced;
import dev.espalier.plugins.bilevel.linear.DenseSolve;
import dev.espalier.plugins.bilevel.linear.Gmres;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions of optimality against problems that have closed forms. */
final class ConditionsTest {
  private static final int ROWS = 8;
  private static final int N = 3;
  private static final double[][] DATA = Dense.normal(new Random(1), ROWS, N);
  private static final double[] TARGETS = Dense.normal(new Random(2), ROWS);
  private static final double[][] GRAM = Dense.times(Dense.transposed(DATA), DATA);
  private static final double[] MOMENT = Dense.times(Dense.transposed(DATA), TARGETS);

  private static NdArray array(double[][] m) {
    return NdArray.of(
        Arrays.stream(m).flatMapToDouble(Arrays::stream).toArray(), m.length, m[0].length);
  }

  private static NdArray array(double... v) {
    return NdArray.of(v, v.length);
  }

  private static Tensor times(Tensor matrix, Tensor vector) {
    return matrix.matmul(vector.expandDims(-1)).squeeze(-1);
  }

  /** {@code |D w - t|^2 / 2 + r |w|^2 / 2}, of tensors around it. */
  private static Level ridge(Tensor data, Tensor targets) {
    return (theta, x) -> {
      Tensor w = x.get("w");
      return times(data, w)
          .sub(targets)
          .square()
          .sum()
          .add(w.square().sum().mul(theta.get("r").sum()))
          .mul(0.5);
    };
  }

  private static double[][] ridged(double r) {
    double[][] m = new double[N][N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        m[i][j] = GRAM[i][j] + (i == j ? r : 0);
      }
    }
    return m;
  }

  /** By descent, so that the method has nothing of the closed form. */
  private static Tensor ridgeRegression(Tensor data, Tensor targets, Tensor r, int steps) {
    Level f = ridge(data, targets);
    ImplicitFunction function =
        ImplicitFunction.root(
            Conditions.stationary(f),
            (start, theta) -> descend(f, start, theta, steps),
            new ConjugateGradient(1e-16, 20));
    return function
        .apply(Tree.of("w", data.slice(0, 0, 1).reshape(N).zerosLike()), Tree.of("r", r))
        .get("w");
  }

  private static Tree<Tensor> descend(Level f, Tree<Tensor> start, Tree<Tensor> theta, int steps) {
    double rate = 1 / (Dense.norm(GRAM) + 2);
    Condition plain = Conditions.projectedGradient(f, x -> x, rate);
    return start.withLeaves(
        ControlFlow.scan(
                start.leaves(),
                List.of(),
                steps,
                false,
                (at, none) ->
                    new ControlFlow.Scanned(
                        plain.residual(start.withLeaves(at), theta).leaves(), List.of()))
            .carries());
  }

  @Test
  void ridgeRegressionHasTheDerivativesOfItsClosedForm() {
    double r = 0.75;
    double[] weights = {1, -2, 0.5};
    List<double[]> found =
        Traced.run(
            List.of(array(DATA), array(TARGETS), array(r), array(weights)),
            in -> {
              Calculus calculus = Calculus.standard();
              Function<List<Tensor>, List<Tensor>> solution =
                  at -> List.of(ridgeRegression(at.get(1), at.get(2), at.get(0), 1500));
              List<Tensor> at = List.of(in.get(2), in.get(0), in.get(1));
              Calculus.Pushed first =
                  calculus.jvp(
                      one -> solution.apply(List.of(one.getFirst(), in.get(0), in.get(1))),
                      List.of(in.get(2)),
                      List.of(in.get(2).onesLike()));
              Tensor second =
                  calculus
                      .jvp(
                          one ->
                              calculus
                                  .jvp(
                                      two ->
                                          solution.apply(
                                              List.of(two.getFirst(), in.get(0), in.get(1))),
                                      one,
                                      List.of(in.get(2).onesLike()))
                                  .tangents(),
                          List.of(in.get(2)),
                          List.of(in.get(2).onesLike()))
                      .tangents()
                      .getFirst();
              Calculus.Pulled pulled = calculus.vjp(solution, at, List.of(in.get(3)));
              return List.of(
                  first.values().getFirst(),
                  first.tangents().getFirst(),
                  second,
                  pulled.cotangents().get(0),
                  pulled.cotangents().get(2));
            });
    double[][] h = ridged(r);
    double[] w = Dense.solve(h, MOMENT);
    double[] slope = Dense.vector(N, i -> -Dense.solve(h, w)[i]);
    double[] bend = Dense.vector(N, i -> -2 * Dense.solve(h, slope)[i]);

    assertThat(found.get(0)).containsExactly(w, within(1e-12));
    assertThat(found.get(1)).containsExactly(slope, within(1e-12));
    assertThat(found.get(2)).containsExactly(bend, within(1e-12));
    assertThat(found.get(3)[0]).isCloseTo(Dense.dot(weights, slope), within(1e-12));
    assertThat(found.get(4))
        .containsExactly(Dense.times(DATA, Dense.solve(h, weights)), within(1e-12));
  }

  /**
   * Theorem 1 of the paper: the error of the derivative is at most linear in that of the solver.
   */
  @Test
  void theErrorOfTheDerivativeIsLinearInThatOfTheSolver() {
    double r = 0.75;
    double[][] h = ridged(r);
    double[] w = Dense.solve(h, MOMENT);
    double[] slope = Dense.vector(N, i -> -Dense.solve(h, w)[i]);
    double inverse = 1 / (r + smallest());
    for (int steps : new int[] {5, 10, 20, 40, 80}) {
      List<double[]> found =
          Traced.run(
              List.of(array(DATA), array(TARGETS), array(r)),
              in -> {
                Calculus.Pushed pushed =
                    Calculus.standard()
                        .jvp(
                            at ->
                                List.of(
                                    ridgeRegression(in.get(0), in.get(1), at.getFirst(), steps)),
                            List.of(in.get(2)),
                            List.of(in.get(2).onesLike()));
                return List.of(pushed.values().getFirst(), pushed.tangents().getFirst());
              });
      double error = Dense.distance(found.get(0), w);
      // dx/dr = -(D^T D + r)^-1 x, so here the constant is the norm of the inverse.
      assertThat(Dense.distance(found.get(1), slope)).isLessThanOrEqualTo(inverse * error + 1e-13);
      assertThat(error).isGreaterThan(1e-10);
    }
  }

  private static double smallest() {
    double[] v = {1, 1, 1};
    double value = 0;
    for (int i = 0; i < 300; i++) {
      double[] next = Dense.solve(GRAM, v);
      value = Dense.norm(v) / Dense.norm(next);
      double length = Dense.norm(next);
      v = Dense.vector(N, j -> next[j] / length);
    }
    return value * (1 - 1e-9);
  }

  /** {@code dw/dr on the support = -(D_S^T D_S)^-1 sign(w_S)}, 0 elsewhere; at every rate. */
  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.04, 0.06})
  void theLassoHasTheDerivativeOfItsSupport(double rate) {
    double r = 2;
    List<double[]> found =
        Traced.run(
            List.of(array(DATA), array(TARGETS), array(r)),
            in -> {
              Level half = ridge(in.get(0), in.get(1));
              Condition map =
                  Conditions.proximalGradient(
                      (theta, x) -> half.value(Tree.of("r", in.get(2).zerosLike()), x),
                      (x, theta) ->
                          x.map(w ->
                              Proximal.softThreshold(w, theta.get("r").mul(rate).broadcastLike(w))),
                      rate);
              ImplicitFunction lasso =
                  ImplicitFunction.fixedPoint(
                      map, new FixedPointIteration(1e-15, 20000), new Gmres(1e-15, N, 2));
              Tree<Tensor> zero = Tree.of("w", in.get(0).slice(0, 0, 1).reshape(N).zerosLike());
              Calculus.Pushed pushed =
                  Calculus.standard()
                      .jvp(
                          at -> List.of(lasso.apply(zero, Tree.of("r", at.getFirst())).get("w")),
                          List.of(in.get(2)),
                          List.of(in.get(2).onesLike()));
              return List.of(pushed.values().getFirst(), pushed.tangents().getFirst());
            });
    double[] w = found.get(0);
    int[] support = IntStream.range(0, N).filter(i -> w[i] != 0).toArray();
    assertThat(support).hasSizeBetween(1, N - 1);
    double[][] gram = new double[support.length][support.length];
    double[] signs = new double[support.length];
    double[] right = new double[support.length];
    for (int i = 0; i < support.length; i++) {
      signs[i] = Math.signum(w[support[i]]);
      right[i] = MOMENT[support[i]] - r * signs[i];
      for (int j = 0; j < support.length; j++) {
        gram[i][j] = GRAM[support[i]][support[j]];
      }
    }
    double[] values = Dense.solve(gram, right);
    double[] slopes = Dense.solve(gram, signs);
    double[] slope = new double[N];
    for (int i = 0; i < support.length; i++) {
      slope[support[i]] = -slopes[i];
      assertThat(w[support[i]]).isCloseTo(values[i], within(1e-11));
    }
    assertThat(found.get(1)).containsExactly(slope, within(1e-11));
  }

  /**
   * The projection onto the simplex: {@code dx/dtheta = I - 1 1^T / k} on its k positive elements.
   */
  @Test
  void theProjectionOntoTheSimplexHasTheDerivativeOfItsFace() {
    double[] theta = {0.9, 0.4, -1, 0.6};
    double[] weights = {1, 2, 3, -1};
    List<double[]> found =
        Traced.run(
            List.of(array(theta), array(weights)),
            in -> {
              Condition map =
                  Conditions.projectedGradient(
                      (t, x) -> x.get("x").sub(t.get("t")).square().sum().mul(0.5),
                      x -> x.map(Proximal::simplex),
                      0.5);
              ImplicitFunction projection =
                  ImplicitFunction.fixedPoint(
                      map, new FixedPointIteration(1e-16, 300), new Gmres(1e-15, 4, 2));
              Tree<Tensor> start = Tree.of("x", in.get(0).constantLike(0.25));
              Calculus.Pulled pulled =
                  Calculus.standard()
                      .vjp(
                          at ->
                              List.of(
                                  projection.apply(start, Tree.of("t", at.getFirst())).get("x")),
                          List.of(in.get(0)),
                          List.of(in.get(1)));
              return List.of(pulled.values().getFirst(), pulled.cotangents().getFirst());
            });
    // On the face of elements 0, 1 and 3 all of 1.9 - 1 is taken off, a third of each.
    double[] exact = {0.6, 0.1, 0, 0.3};
    double mean = (1 + 2 - 1) / 3.0;
    assertThat(found.get(0)).containsExactly(exact, within(1e-13));
    assertThat(found.get(1))
        .containsExactly(new double[] {1 - mean, 2 - mean, 0, -1 - mean}, within(1e-12));
  }

  /** {@code argmin -theta^T x + sum of x log x} over the simplex is the softmax of theta. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.8})
  void mirrorDescentWithTheEntropyGivesTheSoftmaxAndItsDerivative(double rate) {
    double[] theta = {0.5, -1, 2};
    double[] weights = {1, -2, 3};
    List<double[]> found =
        Traced.run(
            List.of(array(theta), array(weights)),
            in -> {
              Condition map =
                  Conditions.mirrorDescent(
                      (t, x) -> x.get("x").mul(x.get("x").log().sub(t.get("t"))).sum(), rate);
              ImplicitFunction softmax =
                  ImplicitFunction.fixedPoint(
                      map, new FixedPointIteration(1e-16, 400), new DenseSolve());
              Tree<Tensor> start = Tree.of("x", in.get(0).constantLike(1 / 3.0));
              Calculus.Pulled pulled =
                  Calculus.standard()
                      .vjp(
                          at -> List.of(softmax.apply(start, Tree.of("t", at.getFirst())).get("x")),
                          List.of(in.get(0)),
                          List.of(in.get(1)));
              return List.of(pulled.values().getFirst(), pulled.cotangents().getFirst());
            });
    double total = Arrays.stream(theta).map(Math::exp).sum();
    double[] p = Dense.vector(3, i -> Math.exp(theta[i]) / total);
    double mean = Dense.dot(p, weights);

    assertThat(found.get(0)).containsExactly(p, within(1e-12));
    assertThat(found.get(1))
        .containsExactly(Dense.vector(3, i -> p[i] * (weights[i] - mean)), within(1e-12));
  }

  /**
   * {@code min z1^2 + 2 z2^2 - c^T z with z1 + z2 = b, z1 <= h}. Where the bound holds as an
   * equality, {@code z = (h, b - h)}, the multiplier of the sum is {@code c2 - 4 (b - h)} and that
   * of the bound {@code c1 - 2 h - n}; where it does not, {@code z1 = (4 b + c1 - c2) / 6}.
   */
  @Test
  void aQuadraticProgramHasTheSensitivitiesOfItsActiveConstraints() {
    double b = 1;
    double[] c = {3, 0.5};
    double active = 0.5;
    List<double[]> bound = program(b, c, active);
    double n = c[1] - 4 * (b - active);
    assertThat(bound.get(0)).containsExactly(new double[] {active, b - active}, within(1e-10));
    assertThat(bound.get(1)).containsExactly(new double[] {n}, within(1e-9));
    assertThat(bound.get(2)).containsExactly(new double[] {c[0] - 2 * active - n}, within(1e-9));
    // Of z1 + 10 z2 in c, b and h.
    assertThat(bound.get(3)).containsExactly(new double[] {0, 0}, within(1e-8));
    assertThat(bound.get(4)).containsExactly(new double[] {10}, within(1e-8));
    assertThat(bound.get(5)).containsExactly(new double[] {-9}, within(1e-8));

    List<double[]> free = program(b, c, 5);
    double first = (4 * b + c[0] - c[1]) / 6;
    assertThat(free.get(0)).containsExactly(new double[] {first, b - first}, within(1e-10));
    assertThat(free.get(2)).containsExactly(new double[] {0}, within(1e-9));
    assertThat(free.get(3)).containsExactly(new double[] {-9 / 6.0, 9 / 6.0}, within(1e-8));
    assertThat(free.get(4)).containsExactly(new double[] {10 - 9 * 4 / 6.0}, within(1e-8));
    assertThat(free.get(5)).containsExactly(new double[] {0}, within(1e-8));
  }

  private static List<double[]> program(double b, double[] c, double h) {
    return Traced.run(
        List.of(
            array(new double[][] {{2, 0}, {0, 4}}),
            array(Dense.vector(2, i -> -c[i])),
            array(new double[][] {{1, 1}}),
            array(b),
            array(new double[][] {{1, 0}}),
            array(h)),
        in -> {
          QuadraticProgram program = new QuadraticProgram(1e-13, 60, new DenseSolve());
          Function<List<Tensor>, Tree<Tensor>> solved =
              at -> program.solve(at.get(0), at.get(1), at.get(2), at.get(3), at.get(4), at.get(5));
          Tree<Tensor> values = solved.apply(in);
          Calculus.Pulled pulled =
              Calculus.standard()
                  .vjp(
                      at -> {
                        Tensor z = solved.apply(at).get(Conditions.PRIMAL);
                        return List.of(z.at(0, 0).add(z.at(0, 1).mul(10)));
                      },
                      in,
                      List.of(in.get(0).constant(in.get(0).dtype(), 1.0)));
          return List.of(
              values.get(Conditions.PRIMAL),
              values.get(Conditions.EQUALITY),
              values.get(Conditions.INEQUALITY),
              pulled.cotangents().get(1).neg(),
              pulled.cotangents().get(3),
              pulled.cotangents().get(5));
        });
  }

  @Test
  void projectionsAreNearestPoints() {
    List<double[]> found =
        Traced.run(
            List.of(array(3, -4), array(0, 0)),
            in ->
                List.of(
                    Proximal.ball(in.get(0), in.get(1), 1),
                    Proximal.ball(in.get(0), in.get(1), 6),
                    Proximal.box(in.get(0), -1, 1),
                    Proximal.softThreshold(in.get(0), in.get(0).constantLike(3.5)),
                    Proximal.simplex(in.get(0))));
    assertThat(found.get(0)).containsExactly(new double[] {0.6, -0.8}, within(1e-15));
    assertThat(found.get(1)).containsExactly(3, -4);
    assertThat(found.get(2)).containsExactly(1, -1);
    assertThat(found.get(3)).containsExactly(new double[] {0, -0.5}, within(1e-15));
    assertThat(found.get(4)).containsExactly(1, 0);
  }
}
