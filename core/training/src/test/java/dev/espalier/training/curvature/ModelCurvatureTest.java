package dev.espalier.training.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.engine.reference.ReferenceBackendProvider;
import dev.espalier.training.data.Batch;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.model.Model;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with a model's curvature, against matrices of differences of plain loops. */
final class ModelCurvatureTest {
  private static final int IN = 2;
  private static final int HIDDEN = 3;
  private static final int CLASSES = 3;
  private static final int ROWS = 4;
  private static final Model NETWORK =
      new LayerModel(
          Sequential.empty()
              .then("first", new Dense(HIDDEN, Parts.normal(1)))
              .then("tanh", new ActivationLayer(Tensor::tanh))
              .then("last", new Dense(CLASSES, Parts.normal(1))),
          TensorType.of(DType.F64, IN));
  private static final Tree<NdArray> POINT = Run.tree(3, NETWORK::init);
  private static final List<Batch> BATCHES = List.of(batch(1), batch(2));

  private static Batch batch(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] labels = random.ints(ROWS, 0, CLASSES).toArray();
    return new Batch(
        NdArray.of(random.doubles(ROWS * IN, -2, 2).toArray(), ROWS, IN), NdArray.of(labels, ROWS));
  }

  private static double[] point() {
    return POINT.leaves().stream()
        .flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles()))
        .toArray();
  }

  private static int offset(String wanted) {
    int offset = 0;
    for (String path : POINT.paths()) {
      if (path.equals(wanted)) {
        return offset;
      }
      offset += POINT.get(path).type().shape().size();
    }
    throw new AssertionError(wanted);
  }

  private static double[] layer(double[] at, String name, double[] x, int out) {
    double[] y = new double[out];
    for (int j = 0; j < out; j++) {
      y[j] = at[offset(name + "/bias") + j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * at[offset(name + "/weight") + i * out + j];
      }
    }
    return y;
  }

  private static double[] logits(double[] at, Batch batch, int row) {
    double[] x = new double[IN];
    for (int i = 0; i < IN; i++) {
      x[i] = batch.inputs().getDouble(row * IN + i);
    }
    double[] hidden = layer(at, "first", x, HIDDEN);
    for (int i = 0; i < HIDDEN; i++) {
      hidden[i] = Math.tanh(hidden[i]);
    }
    return layer(at, "last", hidden, CLASSES);
  }

  private static double[] probabilities(double[] logits) {
    double sum = 0;
    double[] p = new double[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      p[k] = Math.exp(logits[k]);
      sum += p[k];
    }
    for (int k = 0; k < CLASSES; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double loss(double[] at) {
    double sum = 0;
    for (Batch batch : BATCHES) {
      for (int row = 0; row < ROWS; row++) {
        int label = (int) batch.targets().getDouble(row);
        sum -= Math.log(probabilities(logits(at, batch, row))[label]);
      }
    }
    return sum / (ROWS * BATCHES.size());
  }

  /** {@code (f(x + h e_i) - f(x - h e_i)) / 2h}, with the error in h^2 taken off. */
  private static double difference(ToDoubleFunction<double[]> f, double[] x, int i, double h) {
    double[] slopes = new double[2];
    for (int k = 0; k < 2; k++) {
      double step = h / (k + 1);
      double[] y = x.clone();
      y[i] = x[i] + step;
      double above = f.applyAsDouble(y);
      y[i] = x[i] - step;
      slopes[k] = (above - f.applyAsDouble(y)) / (2 * step);
    }
    return (4 * slopes[1] - slopes[0]) / 3;
  }

  private static double[][] hessian() {
    double[] x = point();
    double[][] h = new double[x.length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        int inner = j;
        h[i][j] = difference(y -> difference(ModelCurvatureTest::loss, y, inner, 2e-3), x, i, 2e-3);
      }
    }
    return h;
  }

  /** The mean over examples of {@code J^T (diag(p) - p p^T) J}, J of the logits. */
  private static double[][] gaussNewton() {
    double[] x = point();
    double[][] matrix = new double[x.length][x.length];
    for (Batch batch : BATCHES) {
      for (int example = 0; example < ROWS; example++) {
        int row = example;
        double[] p = probabilities(logits(x, batch, row));
        double[][] jacobian = new double[CLASSES][x.length];
        for (int k = 0; k < CLASSES; k++) {
          int logit = k;
          for (int i = 0; i < x.length; i++) {
            jacobian[k][i] = difference(y -> logits(y, batch, row)[logit], x, i, 1e-3);
          }
        }
        for (int i = 0; i < x.length; i++) {
          for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < CLASSES; k++) {
              for (int l = 0; l < CLASSES; l++) {
                double output = p[k] * ((k == l ? 1 : 0) - p[l]);
                matrix[i][j] += jacobian[k][i] * output * jacobian[l][j] / (ROWS * BATCHES.size());
              }
            }
          }
        }
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @EnumSource(ModelCurvature.Matrix.class)
  void everyColumnIsThatOfTheDenseMatrix(ModelCurvature.Matrix which) {
    double[][] wanted = which == ModelCurvature.Matrix.HESSIAN ? hessian() : gaussNewton();
    int n = wanted.length;
    try (Backend backend = new ReferenceBackendProvider().open(Map.of());
        ModelCurvature found =
            new ModelCurvature(which, NETWORK, new Parts.CrossEntropy(), POINT, BATCHES, backend)) {
      assertThat(found.dimension()).isEqualTo(n);
      for (int j = 0; j < n; j++) {
        double[] unit = new double[n];
        unit[j] = 1;
        double[] column = found.times(unit);
        for (int i = 0; i < n; i++) {
          assertThat(column[i]).as(i + ", " + j).isCloseTo(wanted[i][j], within(1e-8));
        }
      }
      // And products are linear, of a vector that stays as it is.
      double[] x = new SplittableRandom(5).doubles(n, -1, 1).toArray();
      double[] product = found.times(x);
      for (int i = 0; i < n; i++) {
        assertThat(product[i]).isCloseTo(Vectors.dot(wanted[i], x), within(1e-7));
      }
      assertThat(x).isEqualTo(new SplittableRandom(5).doubles(n, -1, 1).toArray());
    }
  }

  @Test
  void bothMatricesDifferWhereTheModelIsNotLinear() {
    double apart = 0;
    double[][] hessian = hessian();
    double[][] gaussNewton = gaussNewton();
    for (int i = 0; i < hessian.length; i++) {
      for (int j = 0; j < hessian.length; j++) {
        apart = Math.max(apart, Math.abs(hessian[i][j] - gaussNewton[i][j]));
      }
    }
    assertThat(apart).isGreaterThan(0.01);
  }
}
