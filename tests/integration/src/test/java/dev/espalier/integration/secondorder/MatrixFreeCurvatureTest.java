package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** M-FAC (catalogue row SO-02). */
final class MatrixFreeCurvatureTest {
  private static Optimizer mFac(int window, double damping) {
    return Descent.optimizer("m-fac", Map.of("window", window, "damping", damping, "momentum", 0));
  }

  /** The direction of each step, in a matrix and a vector of 5 parameters more than that. */
  private static double[][] directions(Optimizer optimizer, double[][] gradients) {
    int d = gradients[0].length;
    Tree<NdArray> start =
        Tree.of("w", NdArray.of(new double[d - 5], 1, d - 5))
            .and("b", NdArray.of(new double[5], 5));
    Stepping stepping = Stepping.given(optimizer, start.map(NdArray::type), 0);
    Stepping.At at = stepping.begin(start);
    double[][] found = new double[gradients.length][d];
    double[] before = new double[d];
    for (int t = 0; t < gradients.length; t++) {
      double[] matrix = Arrays.copyOf(gradients[t], d - 5);
      double[] vector = Arrays.copyOfRange(gradients[t], d - 5, d);
      List<NdArray> given = List.of(NdArray.of(matrix, 1, d - 5), NdArray.of(vector, 5));
      at = stepping.step(at, given, t, 1, 1).next();
      double[] now = new double[d];
      System.arraycopy(at.parameters().get("w").toDoubles(), 0, now, 0, d - 5);
      System.arraycopy(at.parameters().get("b").toDoubles(), 0, now, d - 5, 5);
      for (int i = 0; i < d; i++) {
        found[t][i] = before[i] - now[i];
      }
      before = now;
    }
    return found;
  }

  /** {@code damping I} and the mean over the window of outer products, missing ones being 0. */
  private static double[][] fisher(double[][] gradients, int newest, int window, double damping) {
    double[][] f = Dense.identity(gradients[0].length, damping);
    for (int k = Math.max(0, newest - window + 1); k <= newest; k++) {
      f = Dense.plus(f, 1.0 / window, Dense.outer(gradients[k], gradients[k]));
    }
    return f;
  }

  @ParameterizedTest
  @CsvSource({"8, 1, 0.01", "12, 5, 0.01", "40, 8, 1e-4", "12, 20, 1e-3"})
  void itIsTheDenseInverseBeforeItsWindowIsFullAndLongAfter(int d, int window, double damping) {
    double[][] gradients = Dense.random(1, 2 * window + 3, d);
    double[][] found = directions(mFac(window, damping), gradients);
    for (int t = 0; t < gradients.length; t++) {
      // The direction is the inverse's if the matrix times it is the gradient.
      double[] product = Dense.times(fisher(gradients, t, window, damping), found[t]);
      for (int i = 0; i < d; i++) {
        assertThat(product[i]).as("step " + t).isCloseTo(gradients[t][i], within(1e-8));
      }
    }
  }

  @Test
  void equalGradientsAreShermanAndMorrisonsClosedForm() {
    int window = 4;
    double damping = 0.5;
    double[] g = Dense.random(2, 9);
    double[][] gradients = new double[7][];
    Arrays.fill(gradients, g);
    double[][] found = directions(mFac(window, damping), gradients);
    for (int t = 0; t < gradients.length; t++) {
      double share = Math.min(t + 1.0, window) / window;
      for (int i = 0; i < g.length; i++) {
        double wanted = g[i] / (damping + share * Dense.dot(g, g));
        assertThat(found[t][i]).isCloseTo(wanted, within(1e-12));
      }
    }
  }

  @Test
  void withNoGradientToSpeakOfItIsGradientDescentByTheDamping() {
    double damping = 0.125;
    double[][] gradients = Dense.random(3, 6, 9);
    for (double[] g : gradients) {
      for (int i = 0; i < g.length; i++) {
        g[i] *= 1e-9;
      }
    }
    double[][] found = directions(mFac(3, damping), gradients);
    for (int t = 0; t < gradients.length; t++) {
      for (int i = 0; i < 9; i++) {
        assertThat(found[t][i]).isCloseTo(gradients[t][i] / damping, within(1e-20));
      }
    }
    // Nor does a gradient that none of the others has anything of change another.
    double[][] apart = {{1, 0, 0, 0, 0, 0}, {0, 2, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 3}};
    double[][] alone = directions(mFac(3, damping), apart);
    assertThat(alone[2][5]).isCloseTo(3 / (damping + 3), within(1e-12));
    assertThat(alone[2][0]).isCloseTo(0, within(1e-12));
  }

  /** Elements that the step's operations make, a product's multiplications for its own. */
  private static long work(int window, int d) {
    Tree<TensorType> types = Tree.of("w", TensorType.of(DType.F32, d));
    return work(Stepping.given(mFac(window, 0.1), types, 0).graph());
  }

  private static long work(Graph graph) {
    long work = 0;
    for (Node node : graph.nodes()) {
      long made = 0;
      for (Value result : node.results()) {
        made += result.type().shape().size();
      }
      if (node.op() instanceof Dot dot) {
        Shape left = node.operands().getFirst().type().shape();
        for (int axis : dot.leftContract()) {
          made *= left.extent(axis);
        }
      }
      work += made;
    }
    return work;
  }

  @Test
  void itsWorkIsLinearInTheParametersByTheWindow() {
    long slope = work(8, 2000) - work(8, 1000);
    assertThat(work(8, 5000) - work(8, 4000)).isEqualTo(slope);
    long twice = work(16, 2000) - work(16, 1000);
    assertThat((double) twice / slope).isBetween(1.5, 2.0);
    // Two products of the window's gradients, and a few passes over them.
    assertThat((double) slope).isBetween(1000.0 * 2 * 8, 1000.0 * 6 * 8);
  }
}
