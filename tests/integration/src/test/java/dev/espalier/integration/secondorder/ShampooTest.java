package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.engine.reference.Reference;
import dev.espalier.plugins.secondorder.CoupledNewton;
import dev.espalier.plugins.secondorder.EigenRoot;
import dev.espalier.plugins.secondorder.InverseRoot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shampoo (catalogue row SO-06) beside dense matrices. */
final class ShampooTest {
  private static final double EPSILON = 1e-2;

  /** The paper's method alone: no grafting, no momentum, roots in every step. */
  private static Optimizer plain(Map<String, ?> others) {
    Map<String, Object> settings =
        new HashMap<>(
            Map.of(
                "grafting",
                "none",
                "momentum",
                0,
                "ridge",
                0,
                "epsilon",
                EPSILON,
                "root_interval",
                1));
    settings.putAll(others);
    return Descent.optimizer("shampoo", settings);
  }

  /** Where a run of rate 1 from 0 is after each of these gradients. */
  private static List<Stepping.At> path(Optimizer optimizer, List<NdArray> gradients) {
    int[] extents = gradients.getFirst().type().shape().extents();
    NdArray zeros = NdArray.of(new double[gradients.getFirst().type().shape().size()], extents);
    Tree<NdArray> start = Tree.of("w", zeros);
    List<Tree<NdArray>> given = gradients.stream().map(g -> Tree.of("w", g)).toList();
    return Stepping.given(optimizer, start.map(NdArray::type), 0).path(start, given, 1);
  }

  private static double[] w(Stepping.At at) {
    return at.parameters().get("w").toDoubles();
  }

  private static void assertClose(double[] found, double[] wanted, double bound) {
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], within(bound));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"newton", "eigen"})
  void ofAVectorItIsFullMatrixAdagrad(String root) {
    int n = 5;
    List<NdArray> gradients = new ArrayList<>();
    for (int t = 0; t < 7; t++) {
      gradients.add(NdArray.of(Dense.random(t, n), n));
    }
    List<Stepping.At> found = path(plain(Map.of("root", root)), gradients);
    double[][] h = Dense.identity(n, EPSILON);
    double[] wanted = new double[n];
    for (int t = 0; t < found.size(); t++) {
      double[] g = gradients.get(t).toDoubles();
      h = Dense.plus(h, 1, Dense.outer(g, g));
      double[] moved = Dense.times(Dense.power(h, -0.5), g);
      for (int i = 0; i < n; i++) {
        wanted[i] -= moved[i];
      }
      assertClose(w(found.get(t)), wanted, 1e-9);
    }
  }

  @Test
  void itsFirstStepOnARankOneMatrixIsThatOfAdagradOnItsLength() {
    double[] u = Dense.random(2, 5);
    double[] v = Dense.random(3, 4);
    double[] outer = new double[20];
    double square = 0;
    for (int i = 0; i < 20; i++) {
      outer[i] = u[i / 4] * v[i % 4];
      square += outer[i] * outer[i];
    }
    for (String root : List.of("newton", "eigen")) {
      Optimizer shampoo =
          Descent.optimizer(
              "shampoo",
              Map.of("grafting", "none", "momentum", 0, "ridge", 0, "epsilon", 1e-3, "root", root));
      Stepping.At at = path(shampoo, List.of(NdArray.of(outer, 5, 4))).getLast();
      for (int i = 0; i < 20; i++) {
        assertThat(at.parameters().get("w").getDouble(i))
            .isCloseTo(-outer[i] / Math.sqrt(square + 1e-3), within(1e-9));
      }
    }
  }

  @Test
  void ofBlocksItIsItselfOfEachBlock() {
    double[] g = Dense.random(4, 35);
    Map<String, ?> whole = Map.of("grafting", "none", "momentum", 0, "block", 3);
    Stepping.At at =
        path(Descent.optimizer("shampoo", whole), List.of(NdArray.of(g, 7, 5))).getLast();
    // Seven rows are cut in three of 3, of which the last is one row and zeros, five columns in
    // two.
    double[] block = new double[9];
    for (int i = 0; i < 9; i++) {
      block[i] = g[i / 3 * 5 + i % 3];
    }
    Stepping.At one =
        path(
                Descent.optimizer("shampoo", Map.of("grafting", "none", "momentum", 0)),
                List.of(NdArray.of(block, 3, 3)))
            .getLast();
    for (int i = 0; i < 9; i++) {
      assertThat(at.parameters().get("w").getDouble(i / 3 * 5 + i % 3))
          .isCloseTo(one.parameters().get("w").getDouble(i), within(1e-9));
    }
  }

  @Test
  void ofOneNumberItIsAdagradWhateverTheShape() {
    double[] values = Dense.random(3, 8);
    Optimizer shampoo = plain(Map.of("epsilon", 1e-14));
    Optimizer adagrad = Descent.optimizer("adagrad", Map.of("epsilon", 0));
    for (int[] shape : new int[][] {{}, {1}, {1, 1}, {1, 1, 1}}) {
      List<NdArray> gradients = new ArrayList<>();
      for (double value : values) {
        gradients.add(NdArray.of(new double[] {value}, shape));
      }
      List<Stepping.At> found = path(shampoo, gradients);
      List<Stepping.At> wanted = path(adagrad, gradients);
      for (int t = 0; t < values.length; t++) {
        assertClose(w(found.get(t)), w(wanted.get(t)), 1e-9);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"newton", "eigen"})
  void ofAMatrixItIsTheKroneckerProductOfTheFourthRoots(String root) {
    int rows = 3;
    int columns = 4;
    List<NdArray> gradients = new ArrayList<>();
    double[][] left = Dense.identity(rows, EPSILON);
    double[][] right = Dense.identity(columns, EPSILON);
    double[] wanted = new double[rows * columns];
    for (int t = 0; t < 5; t++) {
      gradients.add(NdArray.of(Dense.random(10 + t, rows * columns), rows, columns));
    }
    List<Stepping.At> found = path(plain(Map.of("root", root)), gradients);
    for (int t = 0; t < found.size(); t++) {
      double[] g = gradients.get(t).toDoubles();
      double[][] matrix = Dense.rows(g, columns);
      left = Dense.plus(left, 1, Dense.times(matrix, Dense.transposed(matrix)));
      right = Dense.plus(right, 1, Dense.times(Dense.transposed(matrix), matrix));
      double[][] whole = Dense.kronecker(Dense.power(left, -0.25), Dense.power(right, -0.25));
      double[] moved = Dense.times(whole, g);
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] -= moved[i];
      }
      assertClose(w(found.get(t)), wanted, 1e-9);
    }
  }

  @Test
  void ofOrderThreeItIsTheKroneckerProductOfTheSixthRoots() {
    int[] extents = {2, 3, 2};
    double[] g = Dense.random(20, 12);
    double[][] whole = {{1}};
    for (int axis = 0; axis < 3; axis++) {
      int n = extents[axis];
      double[][] statistic = Dense.identity(n, EPSILON);
      int inner = axis == 0 ? 6 : axis == 1 ? 2 : 1;
      for (int i = 0; i < 12; i++) {
        for (int j = 0; j < 12; j++) {
          int a = i / inner % n;
          int b = j / inner % n;
          // Elements that differ in no other axis.
          if (i - a * inner == j - b * inner) {
            statistic[a][b] += g[i] * g[j];
          }
        }
      }
      whole = Dense.kronecker(whole, Dense.power(statistic, -1.0 / 6));
    }
    double[] moved = Dense.times(whole, g);
    for (int i = 0; i < 12; i++) {
      moved[i] = -moved[i];
    }
    assertClose(w(path(plain(Map.of()), List.of(NdArray.of(g, extents))).getLast()), moved, 1e-9);
  }

  @Test
  void itsPreconditionerIsAboveTheFullOneByTheRankInLoewnersOrder() {
    int rows = 3;
    int columns = 4;
    for (int rank = 1; rank <= 3; rank++) {
      List<NdArray> gradients = new ArrayList<>();
      double[][] full = Dense.identity(rows * columns, EPSILON);
      for (int t = 0; t < 4; t++) {
        double[][] g =
            Dense.times(
                Dense.random(30 + 10L * rank + t, rows, rank),
                Dense.random(60 + 10L * rank + t, rank, columns));
        gradients.add(Dense.array(g));
      }
      List<Stepping.At> found = path(plain(Map.of()), gradients);
      for (int t = 0; t < found.size(); t++) {
        double[] g = gradients.get(t).toDoubles();
        full = Dense.plus(full, 1.0 / rank, Dense.outer(g, g));
        Tree<NdArray> state = found.get(t).state();
        double[][] left = statistic(state, 0, rows);
        double[][] right = statistic(state, 1, columns);
        double[][] ours = Dense.kronecker(Dense.power(left, 0.5), Dense.power(right, 0.5));
        double least = Dense.Eigen.of(Dense.plus(ours, -1, full)).least();
        assertThat(least).as("rank " + rank + ", step " + t).isGreaterThan(-1e-9);
        if (rank == 1 && t == 0) {
          // For one gradient of rank 1 they are equal along it.
          double[] along = Dense.times(Dense.plus(ours, -1, full), g);
          assertThat(Dense.dot(along, g)).isCloseTo(0, within(1e-9));
        }
      }
    }
  }

  private static double[][] statistic(Tree<NdArray> state, int axis, int n) {
    double[][] sum = Dense.rows(state.get("statistic/w/" + axis).toDoubles(), n);
    return Dense.plus(sum, EPSILON, Dense.identity(n, 1));
  }

  @Test
  void rotatedGradientsAreRotatedSteps() {
    int rows = 4;
    int columns = 3;
    double[][] u = Dense.orthogonal(40, rows);
    double[][] v = Dense.orthogonal(41, columns);
    List<NdArray> gradients = new ArrayList<>();
    List<NdArray> rotated = new ArrayList<>();
    for (int t = 0; t < 5; t++) {
      double[][] g = Dense.random(50 + t, rows, columns);
      gradients.add(Dense.array(g));
      rotated.add(Dense.array(Dense.times(u, Dense.times(g, v))));
    }
    for (String grafting : List.of("none", "sgd")) {
      Optimizer shampoo = plain(Map.of("grafting", grafting));
      List<Stepping.At> found = path(shampoo, rotated);
      List<Stepping.At> plain = path(shampoo, gradients);
      for (int t = 0; t < found.size(); t++) {
        double[][] w = Dense.rows(w(plain.get(t)), columns);
        double[] wanted = Dense.elements(Dense.times(u, Dense.times(w, v)));
        assertClose(w(found.get(t)), wanted, 1e-9);
      }
    }
  }

  /**
   * Losses {@code |<A_t, W> - b_t|} with A_t of rank 1 and noise in b_t: convex, nowhere smooth.
   */
  private record Online(double[][] directions, double[] values) {
    static final int ROWS = 3;
    static final int COLUMNS = 2;

    static Online of(int steps) {
      SplittableRandom random = new SplittableRandom(70);
      double[] best = Dense.random(71, ROWS * COLUMNS);
      double[][] directions = new double[steps][];
      double[] values = new double[steps];
      for (int t = 0; t < steps; t++) {
        double[] left = random.doubles(ROWS, -1, 1).toArray();
        double[] right = random.doubles(COLUMNS, -1, 1).toArray();
        directions[t] = Dense.elements(Dense.outer(left, right));
        values[t] = Dense.dot(directions[t], best) + random.nextDouble(-0.5, 0.5);
      }
      return new Online(directions, values);
    }

    double loss(int t, double[] w) {
      return Math.abs(Dense.dot(directions[t], w) - values[t]);
    }
  }

  @Test
  void regretOnAnOnlineConvexProblemGrowsAsTheRootOfTheStepsAndIsWithinTheTheorem() {
    int steps = 1600;
    Online online = Online.of(steps);
    TensorType type = TensorType.of(DType.F64, Online.ROWS, Online.COLUMNS);
    Stepping stepping =
        Stepping.of(
            plain(Map.of("root", "eigen")),
            Tree.of("w", type),
            List.of(type, TensorType.of(DType.F64)),
            (feeds, start) ->
                Objective.of(at -> at.get("w").mul(feeds.get(0)).sum().sub(feeds.get(1)).abs()));
    double[] best = Dense.random(71, Online.ROWS * Online.COLUMNS);
    double diameter = 2 * Math.sqrt(Dense.dot(best, best));
    // The theorem's rate for gradients of rank 1.
    double rate = diameter / Math.sqrt(2);
    Stepping.At at =
        stepping.begin(
            Tree.of(
                "w",
                NdArray.of(new double[Online.ROWS * Online.COLUMNS], Online.ROWS, Online.COLUMNS)));
    double regret = 0;
    double furthest = 0;
    double[] at100And1600 = new double[2];
    for (int t = 0; t < steps; t++) {
      double[] w = w(at);
      double distance = 0;
      for (int i = 0; i < w.length; i++) {
        distance += Math.pow(w[i] - best[i], 2);
      }
      furthest = Math.max(furthest, Math.sqrt(distance));
      regret += online.loss(t, w) - online.loss(t, best);
      NdArray direction = NdArray.of(online.directions()[t], Online.ROWS, Online.COLUMNS);
      NdArray value = NdArray.scalar(DType.F64, online.values()[t]);
      at = stepping.step(at, List.of(direction, value), t, rate, 1).next();
      if (t + 1 == 100) {
        at100And1600[0] = regret;
      }
    }
    at100And1600[1] = regret;
    assertThat(furthest).isLessThan(diameter);
    double slope = Math.log(at100And1600[1] / at100And1600[0]) / Math.log(16);
    assertThat(at100And1600[0]).isPositive();
    assertThat(slope).isBetween(0.1, 0.6);
    double traces = 1;
    for (int axis = 0; axis < 2; axis++) {
      double[][] h = statistic(at.state(), axis, axis == 0 ? Online.ROWS : Online.COLUMNS);
      double trace = 0;
      for (double value : Dense.Eigen.of(h).values()) {
        trace += Math.pow(value, 0.25);
      }
      traces *= trace;
    }
    assertThat(regret).isLessThan(Math.sqrt(2) * diameter * traces);
  }

  /** Matrices whose smallest eigenvalues differ much, and scales too. */
  private static NdArray spread(int count, int n, DType dtype) {
    double[] all = new double[count * n * n];
    for (int m = 0; m < count; m++) {
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = Math.pow(10, m % 5 - 2) * (Math.pow(10, -i * (m % 7) / 6.0) + 1e-6);
      }
      double[][] q = Dense.orthogonal(100 + m, n);
      double[][] a = Dense.times(q, Dense.times(Dense.diagonal(values), Dense.transposed(q)));
      System.arraycopy(Dense.elements(a), 0, all, m * n * n, n * n);
    }
    return NdArray.of(all, count, n, n).convert(dtype);
  }

  private static List<NdArray> roots(NdArray matrices, int order, boolean eigen) {
    return roots(matrices, leasts(matrices), order, eigen);
  }

  /** Bounds of the least eigenvalues of {@link #spread}. */
  private static double[] leasts(NdArray matrices) {
    double[] least = new double[matrices.type().shape().extent(0)];
    for (int m = 0; m < least.length; m++) {
      least[m] = Math.pow(10, m % 5 - 2) * 1e-6;
    }
    return least;
  }

  private static List<NdArray> roots(NdArray matrices, double[] least, int order, boolean eigen) {
    NdArray bounds = NdArray.of(least, least.length).convert(matrices.type().dtype());
    Graph graph =
        Graph.trace(
            "roots",
            List.of(matrices.type(), bounds.type()),
            in -> {
              InverseRoot root = eigen ? new EigenRoot() : new CoupledNewton();
              InverseRoot.Roots found = root.of(in.get(0), in.get(1), order);
              return List.of(found.matrices(), found.residuals());
            });
    return Reference.run(graph, List.of(matrices, bounds));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 37})
  void manyRootsByProductsAreThoseByEigendecomposition(int count) {
    int n = 4;
    NdArray matrices = spread(count, n, DType.F64);
    for (int order : new int[] {1, 2, 3, 4, 6}) {
      double[] wanted = roots(matrices, order, true).get(0).toDoubles();
      List<NdArray> found = roots(matrices, order, false);
      double[] elements = found.get(0).toDoubles();
      for (int m = 0; m < count; m++) {
        double largest = 0;
        for (int i = m * n * n; i < (m + 1) * n * n; i++) {
          largest = Math.max(largest, Math.abs(wanted[i]));
        }
        for (int i = m * n * n; i < (m + 1) * n * n; i++) {
          assertThat(elements[i])
              .as("order " + order + ", matrix " + m)
              .isCloseTo(wanted[i], within(1e-8 * largest));
        }
        assertThat(found.get(1).getDouble(m)).isLessThan(1e-8);
      }
    }
  }

  @Test
  void rootsByProductsOfMatricesOfLittleSpreadAreGoodToTheLastDigits() {
    int n = 4;
    double[][] q = Dense.orthogonal(90, n);
    double[][] values = Dense.diagonal(1, 0.8, 0.3, 0.25);
    double[][] a = Dense.times(q, Dense.times(values, Dense.transposed(q)));
    NdArray matrices = NdArray.of(Dense.elements(a), 1, n, n);
    for (int order : new int[] {1, 2, 3, 4, 6}) {
      double[] wanted = Dense.elements(Dense.power(a, -1.0 / order));
      double[] found = roots(matrices, new double[] {0.2}, order, false).get(0).toDoubles();
      for (int i = 0; i < n * n; i++) {
        assertThat(found[i]).as("order " + order).isCloseTo(wanted[i], within(1e-14));
      }
    }
  }

  @Test
  void rootsByProductsInF32AreGoodToTheirRounding() {
    int n = 4;
    NdArray matrices = spread(37, n, DType.F32);
    List<NdArray> found = roots(matrices, 4, false);
    for (int m = 0; m < 37; m++) {
      double[][] a = block(matrices, m, n);
      double[][] x = block(found.get(0), m, n);
      double[][] square = Dense.times(x, x);
      double[][] identity = Dense.times(square, Dense.times(square, a));
      for (double element : Dense.elements(Dense.plus(identity, -1, Dense.identity(n, 1)))) {
        assertThat(Math.abs(element)).as("matrix " + m).isLessThan(0.1);
      }
      assertThat(found.get(1).getDouble(m)).isLessThan(1e-4);
    }
  }

  private static double[][] block(NdArray matrices, int m, int n) {
    double[][] a = new double[n][n];
    for (int i = 0; i < n * n; i++) {
      a[i / n][i % n] = matrices.getDouble(m * n * n + i);
    }
    return a;
  }

  @Test
  void aMatrixBelowItsBoundHasAResidualThatSaysSo() {
    NdArray matrices = NdArray.of(new double[] {1, 0, 0, -1e-3}, 1, 2, 2);
    double residual = roots(matrices, 4, false).get(1).getDouble(0);
    assertThat(residual < 0.1).isFalse();
  }

  /** No element of how far it is from a root is as large as the eigenvalue that is wrong. */
  @Test
  void soHasOneOfManyRowsWhoseWrongEigenvalueIsSpreadOverAllElements() {
    int n = 64;
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = i == 0 ? -3e-4 : 0.2 + 0.8 * i / n;
    }
    double[][] q = Dense.orthogonal(91, n);
    double[][] a = Dense.times(q, Dense.times(Dense.diagonal(values), Dense.transposed(q)));
    NdArray matrices = NdArray.of(Dense.elements(a), 1, n, n);
    for (DType dtype : new DType[] {DType.F64, DType.F32}) {
      double residual =
          roots(matrices.convert(dtype), new double[] {1e-3}, 4, false).get(1).getDouble(0);
      assertThat(residual <= 0.1).as(dtype + ": " + residual).isFalse();
    }
  }

  @Test
  void aMatrixThatIsNoNumberChangesNoRootBesideIt() {
    int n = 4;
    int rows = n * n;
    double[] all = spread(16, n, DType.F64).toDoubles();
    double[] least = leasts(spread(16, n, DType.F64));
    double[] others = new double[15 * rows];
    double[] leastOfOthers = new double[15];
    for (int m = 0; m < 15; m++) {
      int from = m < 6 ? m : m + 1;
      System.arraycopy(all, from * rows, others, m * rows, rows);
      leastOfOthers[m] = least[from];
    }
    all[6 * rows + 1] = Double.NaN;
    List<NdArray> found = roots(NdArray.of(all, 16, n, n), least, 4, false);
    List<NdArray> wanted = roots(NdArray.of(others, 15, n, n), leastOfOthers, 4, false);

    assertThat(found.get(1).getDouble(6)).isNaN();
    for (int m = 0; m < 15; m++) {
      int from = m < 6 ? m : m + 1;
      assertThat(found.get(1).getDouble(from)).isEqualTo(wanted.get(1).getDouble(m));
      for (int i = 0; i < rows; i++) {
        assertThat(found.get(0).getDouble(from * rows + i))
            .isEqualTo(wanted.get(0).getDouble(m * rows + i));
      }
    }
  }
}
