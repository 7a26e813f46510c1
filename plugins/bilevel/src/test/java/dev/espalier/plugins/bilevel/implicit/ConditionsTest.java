package dev.espalier.plugins.bilevel.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

  /**
   * The error of the implicit derivative has slope 1 in that of the solver, and that of the
   * derivative of the descent itself, which has a factor of the steps more, is the larger one.
   */
  @Test
  void atTheSameIterateTheDerivativeOfTheConditionIsNearerThanThatOfTheSteps() {
    double r = 0.75;
    double[][] h = ridged(r);
    double[] w = Dense.solve(h, MOMENT);
    double[] slope = Dense.vector(N, i -> -Dense.solve(h, w)[i]);
    double[] solver = new double[2];
    double[] implicit = new double[2];
    for (int i = 0; i < 2; i++) {
      int steps = i == 0 ? 30 : 90;
      List<double[]> found =
          Traced.run(
              List.of(array(DATA), array(TARGETS), array(r)),
              in -> {
                Function<List<Tensor>, List<Tensor>> solved =
                    at -> List.of(ridgeRegression(in.get(0), in.get(1), at.getFirst(), steps));
                Tree<Tensor> zero = Tree.of("w", in.get(0).slice(0, 0, 1).reshape(N).zerosLike());
                Function<List<Tensor>, List<Tensor>> unrolled =
                    at ->
                        descend(
                                ridge(in.get(0), in.get(1)),
                                zero,
                                Tree.of("r", at.getFirst()),
                                steps)
                            .leaves();
                List<Tensor> one = List.of(in.get(2).onesLike());
                Calculus.Pushed first = Calculus.standard().jvp(solved, List.of(in.get(2)), one);
                Calculus.Pushed second = Calculus.standard().jvp(unrolled, List.of(in.get(2)), one);
                return List.of(
                    first.values().getFirst(),
                    first.tangents().getFirst(),
                    second.values().getFirst(),
                    second.tangents().getFirst());
              });
      assertThat(found.get(2)).containsExactly(found.get(0));
      solver[i] = Dense.distance(found.get(0), w);
      implicit[i] = Dense.distance(found.get(1), slope);
      assertThat(Dense.distance(found.get(3), slope)).isGreaterThan(3 * implicit[i]);
    }
    assertThat(Math.log(implicit[1] / implicit[0]) / Math.log(solver[1] / solver[0]))
        .isCloseTo(1, within(0.02));
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
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.9})
  void theProjectionOntoTheSimplexHasTheDerivativeOfItsFace(double rate) {
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
                      rate);
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

  /**
   * {@code |x - a|^2 / 2 + r |x|_1 + |z - x|^2 / 2} with z in [-1/2, 1/2]. Where z is inside it is
   * x, which is a, r nearer to 0; where z is at its end, {@code x = (a + z - r) / 2}.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.45})
  void blocksHaveProximalMapsAndRatesOfTheirOwn(double rate) {
    double[] a = {2, 0.75, 0.2, -3};
    List<double[]> found =
        Traced.run(
            List.of(array(a), array(0.5)),
            in -> {
              Condition map =
                  Conditions.blockProximalGradient(
                      (theta, at) ->
                          at.get("x")
                              .sub(theta.get("a"))
                              .square()
                              .sum()
                              .add(at.get("z").sub(at.get("x")).square().sum())
                              .mul(0.5),
                      Map.of(
                          "x",
                          new Conditions.Block(
                              (x, theta) ->
                                  Proximal.softThreshold(
                                      x, theta.get("r").sum().mul(rate).broadcastLike(x)),
                              rate),
                          "z",
                          new Conditions.Block((z, theta) -> Proximal.box(z, -0.5, 0.5), 0.8)));
              ImplicitFunction solution =
                  ImplicitFunction.fixedPoint(
                      map, new FixedPointIteration(1e-16, 2000), new DenseSolve());
              Tree<Tensor> start =
                  Tree.of("x", in.get(0).zerosLike()).and("z", in.get(0).zerosLike());
              Calculus.Pushed inA =
                  Calculus.standard()
                      .jvp(
                          at ->
                              solution
                                  .apply(start, Tree.of("a", at.getFirst()).and("r", in.get(1)))
                                  .leaves(),
                          List.of(in.get(0)),
                          List.of(in.get(0).onesLike()));
              Calculus.Pushed inR =
                  Calculus.standard()
                      .jvp(
                          at ->
                              solution
                                  .apply(start, Tree.of("a", in.get(0)).and("r", at.getFirst()))
                                  .leaves(),
                          List.of(in.get(1)),
                          List.of(in.get(1).onesLike()));
              List<Tensor> all = new ArrayList<>(inA.values());
              all.addAll(inA.tangents());
              all.addAll(inR.tangents());
              return all;
            });
    double[][] wanted = {
      {1, 0.25, 0, -1.5}, {0.5, 0.25, 0, -0.5},
      {0.5, 1, 0, 0.5}, {0, 1, 0, 0},
      {-0.5, -1, 0, 0.5}, {0, -1, 0, 0}
    };
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found.get(i)).containsExactly(wanted[i], within(1e-11));
    }
  }

  @Test
  void blocksThatAreNotThoseOfTheUnknownsAreRefused() {
    Condition map = Conditions.blockProximalGradient((theta, x) -> x.get("x").sum(), Map.of());
    assertThatThrownBy(() ->
            Traced.run(
                List.of(array(1)),
                in -> map.residual(Tree.of("x", in.getFirst()), Tree.empty()).leaves()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("one block for each");
  }

  /**
   * {@code x y = a, x / y = b}: {@code x = sqrt(a b), y = sqrt(a / b)}; the slope is no gradient.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void newtonsMethodHasTheDerivativeOfTheRootAtEveryRate(double rate) {
    double a = 6;
    double b = 1.5;
    Condition system =
        (at, theta) ->
            Tree.of("x", at.get("x").mul(at.get("y")).sub(theta.get("a")))
                .and("y", at.get("x").div(at.get("y")).sub(theta.get("b")));
    List<double[]> found =
        Traced.run(
            List.of(array(a), array(b)),
            in -> {
              ImplicitFunction root =
                  ImplicitFunction.fixedPoint(
                      Conditions.newton(system, new DenseSolve(), rate),
                      new FixedPointIteration(1e-16, 80),
                      new DenseSolve());
              Tree<Tensor> start =
                  Tree.of("x", in.get(0).constantLike(2)).and("y", in.get(0).constantLike(1));
              List<Tensor> all = new ArrayList<>();
              for (int i = 0; i < 2; i++) {
                Tensor along = in.get(0).constantLike(i == 0 ? 1 : 0);
                Calculus.Pushed pushed =
                    Calculus.standard()
                        .jvp(
                            at ->
                                root.apply(start, Tree.of("a", at.get(0)).and("b", at.get(1)))
                                    .leaves(),
                            in,
                            List.of(along, along.neg().add(1)));
                all.addAll(i == 0 ? pushed.values() : List.of());
                all.addAll(pushed.tangents());
              }
              return all;
            });
    double x = Math.sqrt(a * b);
    double y = Math.sqrt(a / b);
    double[] wanted = {x, y, x / (2 * a), y / (2 * a), x / (2 * b), -y / (2 * b)};
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found.get(i)[0]).isCloseTo(wanted[i], within(1e-12));
    }
  }

  /**
   * Of x and v in A, b and c; the solver gives the closed form, which the condition has to meet.
   */
  private static List<double[]> cone(
      UnaryOperator<Tensor> dual,
      NdArray a,
      NdArray b,
      NdArray c,
      double[] x,
      double[] v,
      NdArray alongB,
      NdArray alongC) {
    Condition condition =
        Conditions.conic(
            theta -> new Conditions.ConeProgram(theta.get("a"), theta.get("b"), theta.get("c")),
            dual);
    return Traced.run(
        List.of(a, b, c, alongB, alongC),
        in -> {
          Tensor any = in.get(0);
          Tree<Tensor> solution =
              Tree.of(Conditions.PRIMAL, any.constant(array(x)))
                  .and(Conditions.CONIC, any.constant(array(v)));
          ImplicitFunction program =
              ImplicitFunction.root(condition, (start, theta) -> start, new DenseSolve());
          Function<List<Tensor>, Tree<Tensor>> theta =
              at -> Tree.of("a", any).and("b", at.get(0)).and("c", at.get(1));
          List<Tensor> given = List.of(in.get(1), in.get(2));
          Calculus.Pushed pushed =
              Calculus.standard()
                  .jvp(
                      at -> program.apply(solution, theta.apply(at)).leaves(),
                      given,
                      List.of(in.get(3), in.get(4)));
          List<Tensor> all =
              new ArrayList<>(condition.residual(solution, theta.apply(given)).leaves());
          all.addAll(pushed.tangents());
          return all;
        });
  }

  @Test
  void unknownsThatAreNotThoseOfAConeProgramAreRefused() {
    Condition condition =
        Conditions.conic(
            theta -> {
              Tensor a = theta.get("a");
              return new Conditions.ConeProgram(a.reshape(1, 1), a, a);
            },
            Tensor::relu);
    Function<String[], ThrowingCallable> of =
        paths ->
            () ->
                Traced.run(
                    List.of(array(1)),
                    in -> {
                      Tree<Tensor> x = Tree.empty();
                      for (String path : paths) {
                        x = x.and(path, in.getFirst());
                      }
                      return condition.residual(x, Tree.of("a", in.getFirst())).leaves();
                    });
    assertThatCode(of.apply(new String[] {"primal", "conic"})).doesNotThrowAnyException();
    for (String[] paths : new String[][] {{"primal"}, {"primal", "conic", "dual"}}) {
      assertThatThrownBy(of.apply(paths))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("the unknowns of a cone program are primal and conic");
    }
  }

  /**
   * {@code min x1 + 2 x2 with x >= 0, x1 + x2 = b}: x is (b, 0) and y (0, 1, -1), so that {@code v
   * = y - s} is (-b, 1, -1); y2 is {@code c2 - c1}, y3 {@code -c1}.
   */
  @Test
  void aLinearProgramHasTheSensitivitiesOfItsVertex() {
    UnaryOperator<Tensor> dual = v -> v.slice(0, 0, 2).relu().concat(0, v.slice(0, 2, 3));
    NdArray a = array(new double[][] {{-1, 0}, {0, -1}, {1, 1}});
    double[] x = {2, 0};
    double[] v = {-2, 1, -1};
    List<double[]> inB =
        cone(dual, a, array(0, 0, 2), array(1, 2), x, v, array(0, 0, 1), array(0, 0));
    assertThat(inB.get(0)).containsExactly(new double[2], within(1e-15));
    assertThat(inB.get(1)).containsExactly(new double[3], within(1e-15));
    assertThat(inB.get(2)).containsExactly(new double[] {1, 0}, within(1e-12));
    assertThat(inB.get(3)).containsExactly(new double[] {-1, 0, 0}, within(1e-12));
    List<double[]> inC =
        cone(dual, a, array(0, 0, 2), array(1, 2), x, v, array(0, 0, 0), array(0.5, -3));
    assertThat(inC.get(2)).containsExactly(new double[] {0, 0}, within(1e-12));
    assertThat(inC.get(3)).containsExactly(new double[] {0, -3.5, -0.5}, within(1e-12));
  }

  /** {@code min c^T x with |x| <= r} is {@code -r c / |c|}; y is (|c|, c) and s is (r, x). */
  @Test
  void aSecondOrderConeProgramHasTheDerivativeOfItsClosedForm() {
    double r = 2;
    double[] c = {3, -4};
    double[] x = {-r * 0.6, r * 0.8};
    double[] v = {5 - r, 3 - x[0], -4 - x[1]};
    NdArray a = array(new double[][] {{0, 0}, {-1, 0}, {0, -1}});
    List<double[]> inR =
        cone(
            Proximal::secondOrderCone,
            a,
            array(r, 0, 0),
            array(c),
            x,
            v,
            array(1, 0, 0),
            array(0, 0));
    assertThat(inR.get(0)).containsExactly(new double[2], within(1e-14));
    assertThat(inR.get(1)).containsExactly(new double[3], within(1e-14));
    assertThat(inR.get(2)).containsExactly(new double[] {-0.6, 0.8}, within(1e-12));
    double[] along = {1, 2};
    List<double[]> inC =
        cone(
            Proximal::secondOrderCone,
            a,
            array(r, 0, 0),
            array(c),
            x,
            v,
            array(0, 0, 0),
            array(along));
    double radial = (3 * along[0] - 4 * along[1]) / 25;
    assertThat(inC.get(2))
        .containsExactly(
            new double[] {-r / 5 * (along[0] - radial * 3), -r / 5 * (along[1] + radial * 4)},
            within(1e-12));
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
                    Proximal.simplex(in.get(0)),
                    Proximal.secondOrderCone(in.get(0).concat(0, in.get(1))),
                    Proximal.secondOrderCone(in.get(0).neg()),
                    Proximal.secondOrderCone(in.get(0)),
                    Proximal.secondOrderCone(in.get(1))));
    assertThat(found.get(0)).containsExactly(new double[] {0.6, -0.8}, within(1e-15));
    assertThat(found.get(1)).containsExactly(3, -4);
    assertThat(found.get(2)).containsExactly(1, -1);
    assertThat(found.get(3)).containsExactly(new double[] {0, -0.5}, within(1e-15));
    assertThat(found.get(4)).containsExactly(1, 0);
    // Of the cone of second order: (3, -4, 0, 0), (-3, 4), (3, -4) and its tip.
    assertThat(found.get(5)).containsExactly(new double[] {3.5, -3.5, 0, 0}, within(1e-15));
    assertThat(found.get(6)).containsExactly(new double[] {0.5, 0.5}, within(1e-15));
    assertThat(found.get(7)).containsExactly(new double[] {3.5, -3.5}, within(1e-15));
    assertThat(found.get(8)).containsExactly(0, 0);
  }
}
