package dev.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Derivatives;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.model.Model;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Curvature in all its forms against dense matrices of a small network. */
class CurvatureOracleTest {
  private static final int ROWS = 2;
  private static final int CLASSES = 3;
  private static final NdArray INPUTS = Run.normal(DType.F64, ROWS, 2);
  private static final NdArray LABELS = NdArray.of(new int[] {2, 0}, ROWS);
  private static final NdArray VALUES = Run.normal(DType.F64, ROWS, CLASSES);
  private static final Model NETWORK =
      new LayerModel(
          Sequential.empty()
              .then("first", new Dense(3, Parts.normal(1)))
              .then("tanh", new ActivationLayer(Tensor::tanh))
              .then("last", new Dense(CLASSES, Parts.normal(1))),
          TensorType.of(DType.F64, 2));
  private static final Tree<NdArray> POINT = Run.tree(1, NETWORK::init);

  private static Loss loss(boolean classes) {
    return classes ? new Parts.CrossEntropy() : new Parts.SquaredError(false);
  }

  private record Asked(Objective objective, Tree<Tensor> at, Tensor inputs, Tensor targets) {}

  private static List<NdArray> ask(
      boolean classes, BiFunction<Asked, List<Tensor>, List<Tensor>> question, NdArray... more) {
    List<NdArray> inputs = new ArrayList<>(POINT.leaves());
    inputs.addAll(List.of(INPUTS, classes ? LABELS : VALUES, NdArray.scalar(9)));
    inputs.addAll(List.of(more));
    int count = POINT.size();
    return Run.of(
        inputs,
        in -> {
          Objective objective =
              new BatchObjective(
                  NETWORK,
                  loss(classes),
                  in.get(count),
                  in.get(count + 1),
                  new Key(in.get(count + 2)),
                  true);
          Tree<Tensor> at = POINT.withLeaves(in.subList(0, count));
          return question.apply(
              new Asked(objective, at, in.get(count), in.get(count + 1)),
              in.subList(count + 3, in.size()));
        });
  }

  private static int size() {
    return POINT.leaves().stream().mapToInt(p -> p.type().shape().size()).sum();
  }

  private static Tensor flat(Tree<Tensor> tree) {
    List<Tensor> parts = tree.map(t -> t.reshape(t.shape().size())).leaves();
    return parts.getFirst().concat(0, parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  private static Tree<Tensor> unflat(Tensor vector, Tree<Tensor> like) {
    List<Tensor> parts = new ArrayList<>();
    int at = 0;
    for (Tensor leaf : like.leaves()) {
      int end = at + leaf.shape().size();
      parts.add(vector.slice(0, at, end).reshape(leaf.shape()));
      at = end;
    }
    return like.withLeaves(parts);
  }

  /** The derivative of all predictions, one row for each of them. */
  private static double[][] jacobian(boolean classes) {
    List<NdArray> rows =
        ask(
            classes,
            (asked, none) -> {
              List<Tensor> all = new ArrayList<>();
              for (int i = 0; i < ROWS * CLASSES; i++) {
                int element = i;
                all.add(
                    flat(
                        Derivatives.gradient(
                            tree -> {
                              Tensor p =
                                  NETWORK.apply(
                                      tree,
                                      asked.inputs(),
                                      new Key(asked.inputs().constant(DType.I64, 0L)),
                                      true);
                              return p.reshape(ROWS * CLASSES).slice(0, element, element + 1).sum();
                            },
                            asked.at())));
              }
              return all;
            });
    return rows.stream().map(NdArray::toDoubles).toArray(double[][]::new);
  }

  /** The predictions. */
  private static double[] predictions() {
    return ask(
            false,
            (asked, none) ->
                List.of(
                    NETWORK.apply(
                        asked.at(),
                        asked.inputs(),
                        new Key(asked.inputs().constant(DType.I64, 0L)),
                        true)))
        .getFirst()
        .toDoubles();
  }

  private static double[] softmax(double[] logits, int row) {
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      p[k] = Math.exp(logits[row * CLASSES + k]);
      sum += p[k];
    }
    for (int k = 0; k < CLASSES; k++) {
      p[k] /= sum;
    }
    return p;
  }

  /** The Hessian of the mean loss in the predictions, of textbooks. */
  private static double[][] outputHessian(boolean classes) {
    double[][] h = new double[ROWS * CLASSES][ROWS * CLASSES];
    double[] logits = predictions();
    for (int row = 0; row < ROWS; row++) {
      double[] p = softmax(logits, row);
      for (int j = 0; j < CLASSES; j++) {
        for (int k = 0; k < CLASSES; k++) {
          double one = j == k ? 1 : 0;
          h[row * CLASSES + j][row * CLASSES + k] = (classes ? p[j] * (one - p[k]) : one) / ROWS;
        }
      }
    }
    return h;
  }

  /** {@code J^T H J}. */
  private static double[][] gaussNewton(boolean classes) {
    double[][] j = jacobian(classes);
    double[][] h = outputHessian(classes);
    int n = size();
    double[][] matrix = new double[n][n];
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        for (int r = 0; r < h.length; r++) {
          for (int s = 0; s < h.length; s++) {
            matrix[a][b] += j[r][a] * h[r][s] * j[s][b];
          }
        }
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gaussNewtonTimesAVectorIsTheDenseMatrixTimesIt(boolean classes) {
    NdArray vector = Run.normal(DType.F64, size());
    double[] found =
        ask(
                classes,
                (asked, in) ->
                    List.of(
                        flat(
                            asked
                                .objective()
                                .gaussNewtonVector(asked.at(), unflat(in.getFirst(), asked.at())))),
                vector)
            .getFirst()
            .toDoubles();
    double[][] matrix = gaussNewton(classes);
    for (int a = 0; a < size(); a++) {
      double wanted = 0;
      for (int b = 0; b < size(); b++) {
        wanted += matrix[a][b] * vector.getDouble(b);
      }
      assertThat(found[a]).isCloseTo(wanted, within(1e-12));
    }
  }

  /**
   * Every sampled gradient is one of those that some labels give, and over all labels with their
   * probabilities the outer products are the Gauss-Newton matrix, here the Fisher matrix.
   */
  @Test
  void sampledGradientsAreThoseOfLabelsOfWhichTheFisherMatrixIsMade() {
    double[][] j = jacobian(true);
    double[] logits = predictions();
    double[][] p = {softmax(logits, 0), softmax(logits, 1)};
    int n = size();
    double[][] fisher = new double[n][n];
    List<double[]> possible = new ArrayList<>();
    for (int first = 0; first < CLASSES; first++) {
      for (int second = 0; second < CLASSES; second++) {
        double[] v = new double[n];
        for (int k = 0; k < CLASSES; k++) {
          for (int a = 0; a < n; a++) {
            v[a] += j[k][a] * (p[0][k] - (k == first ? 1 : 0)) / Math.sqrt(ROWS);
            v[a] += j[CLASSES + k][a] * (p[1][k] - (k == second ? 1 : 0)) / Math.sqrt(ROWS);
          }
        }
        possible.add(v);
        for (int a = 0; a < n; a++) {
          for (int b = 0; b < n; b++) {
            fisher[a][b] += p[0][first] * p[1][second] * v[a] * v[b];
          }
        }
      }
    }
    double[][] wanted = gaussNewton(true);
    for (int a = 0; a < n; a++) {
      assertThat(fisher[a]).containsExactly(wanted[a], within(1e-12));
    }

    int draws = 400;
    List<NdArray> drawn =
        ask(
            true,
            (asked, none) -> {
              List<Tensor> all = new ArrayList<>();
              for (int i = 0; i < draws; i++) {
                Key key = new Key(asked.inputs().constant(DType.I64, (long) i));
                all.add(flat(asked.objective().sampledGradient(asked.at(), key)));
              }
              return all;
            });
    Set<Integer> seen = new HashSet<>();
    int[] counts = new int[CLASSES * CLASSES];
    for (NdArray v : drawn) {
      int which = nearest(v.toDoubles(), possible);
      assertThat(v.toDoubles()).containsExactly(possible.get(which), within(1e-12));
      seen.add(which);
      counts[which]++;
    }
    for (int which = 0; which < counts.length; which++) {
      double probability = p[0][which / CLASSES] * p[1][which % CLASSES];
      double deviation = Math.sqrt(draws * probability * (1 - probability));
      assertThat(counts[which])
          .isCloseTo((int) (draws * probability), within((int) (5 * deviation) + 1));
    }
    assertThat(seen.size()).isGreaterThan(CLASSES);
  }

  private static int nearest(double[] v, List<double[]> of) {
    int nearest = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < of.size(); i++) {
      double distance = 0;
      for (int a = 0; a < v.length; a++) {
        distance += Math.pow(v[a] - of.get(i)[a], 2);
      }
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }

  /** Of two rows of which one is no example: all is as for the other alone. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void curvatureOfPaddedBatchesIsThatOfTheirExamples(boolean closed) {
    List<NdArray> found =
        ask(
            false,
            (asked, in) -> {
              Tensor there = asked.inputs().iota(TensorType.of(DType.I64, ROWS), 0).eq(1);
              Key key = new Key(asked.inputs().constant(DType.I64, 5L));
              Tensor one = asked.inputs().constant(DType.F64, 1.0);
              Examples padded =
                  new Examples(
                      asked.inputs(), asked.targets(), Optional.of(there), Optional.of(one));
              Tensor x = asked.inputs().slice(0, 1, 2);
              Examples alone = Examples.all(x, asked.targets().slice(0, 1, 2));
              Tree<Tensor> along = unflat(in.getFirst(), asked.at());
              List<Tensor> out = new ArrayList<>();
              for (Examples of : List.of(padded, alone)) {
                Objective objective =
                    new BatchObjective(
                        NETWORK, new Parts.SquaredError(closed), of, Map.of(), key, true);
                out.add(objective.value(asked.at()));
                out.add(objective.perExampleValues(asked.at()).sum());
                out.add(flat(objective.hessianVector(asked.at(), along)));
                out.add(flat(objective.gaussNewtonVector(asked.at(), along)));
                out.add(objective.directionalDerivative(asked.at(), along, 2));
                LayerStatistics layer =
                    objective.layerStatistics(asked.at(), Optional.empty()).get("first/weight");
                Tensor a = layer.inputs().reshape(of.rows(), 2);
                Tensor g = layer.outputGradients().reshape(of.rows(), 3);
                out.add(a.transpose().matmul(a));
                out.add(a.transpose().matmul(g));
              }
              // Sampled labels differ, and the other row's count for nothing.
              out.add(
                  flat(
                      new BatchObjective(NETWORK, loss(false), padded, Map.of(), key, true)
                          .sampledGradient(asked.at(), key)));
              return out;
            },
            Run.normal(DType.F64, size()));
    int half = found.size() / 2;
    for (int i = 0; i < half; i++) {
      assertThat(found.get(i).toDoubles())
          .containsExactly(found.get(half + i).toDoubles(), within(1e-13));
    }
    // In the span of one example's derivative, of rank 3: orthogonal to what that does not see.
    double[] v = found.getLast().toDoubles();
    double[][] j = jacobian(false);
    double[] coefficients = new double[CLASSES];
    int n = size();
    // The last biases see the labels' draws themselves.
    for (int k = 0; k < CLASSES; k++) {
      coefficients[k] = v[n - CLASSES + k];
    }
    for (int a = 0; a < n; a++) {
      double wanted = 0;
      for (int k = 0; k < CLASSES; k++) {
        wanted += coefficients[k] * j[CLASSES + k][a];
      }
      assertThat(v[a]).isCloseTo(wanted, within(1e-12));
    }
  }

  @Test
  void layerStatisticsOfSampledLabelsMakeTheSampledGradient() {
    List<NdArray> found =
        ask(
            true,
            (asked, none) -> {
              Key key = new Key(asked.inputs().constant(DType.I64, 5L));
              Tree<LayerStatistics> layers =
                  asked.objective().layerStatistics(asked.at(), Optional.of(key));
              Tree<Tensor> sampled = asked.objective().sampledGradient(asked.at(), key);
              List<Tensor> out = new ArrayList<>();
              for (String path : List.of("first/weight", "last/weight")) {
                LayerStatistics of = layers.get(path);
                Tensor a = of.inputs().squeeze(1);
                Tensor g = of.outputGradients().squeeze(1);
                out.add(of.fromMatrix(a.transpose().matmul(g)).div(Math.sqrt(ROWS)));
                out.add(sampled.get(path));
              }
              return out;
            });
    for (int i = 0; i < found.size(); i += 2) {
      assertThat(found.get(i).toDoubles())
          .containsExactly(found.get(i + 1).toDoubles(), within(1e-13));
    }
  }

  /** For x W with loss |x W - t|^2 / 2: A is {@code sum x x^T} and G {@code sum r r^T}. */
  @Test
  void theFactorsOfOneLinearLayerAreThoseOfTheClosedForm() {
    Model linear = new LayerModel(new Dense(CLASSES, Parts.normal(1)), TensorType.of(DType.F64, 2));
    Tree<NdArray> point = Run.tree(3, linear::init);
    List<NdArray> inputs = new ArrayList<>(point.leaves());
    inputs.addAll(List.of(INPUTS, VALUES, NdArray.scalar(9)));
    List<NdArray> found =
        Run.of(
            inputs,
            in -> {
              Tensor x = in.get(2);
              BatchObjective objective =
                  new BatchObjective(linear, loss(false), x, in.get(3), new Key(in.get(4)), true);
              Tree<Tensor> at = point.withLeaves(in.subList(0, 2));
              LayerStatistics of = objective.layerStatistics(at, Optional.empty()).get("weight");
              Tensor a = of.inputs().squeeze(1);
              Tensor g = of.outputGradients().squeeze(1);
              Tensor residual =
                  x.matmul(at.get("weight"))
                      .add(at.get("bias").broadcast(in.get(3).shape(), 1))
                      .sub(in.get(3));
              return List.of(
                  a.transpose().matmul(a),
                  x.transpose().matmul(x),
                  g.transpose().matmul(g),
                  residual.transpose().matmul(residual));
            });
    assertThat(found.get(0).toDoubles()).containsExactly(found.get(1).toDoubles(), within(1e-14));
    assertThat(found.get(2).toDoubles()).containsExactly(found.get(3).toDoubles(), within(1e-13));
  }

  @Test
  void theThirdDerivativeAlongALineIsThatOfDifferencesOfTheSecond() {
    double h = 1e-4;
    List<NdArray> found =
        ask(
            true,
            (asked, in) -> {
              Tree<Tensor> along = unflat(in.getFirst(), asked.at());
              Objective of = asked.objective();
              Tree<Tensor> up = asked.at().zip(along, (p, d) -> p.add(d.mul(h)));
              Tree<Tensor> down = asked.at().zip(along, (p, d) -> p.sub(d.mul(h)));
              Tensor second = of.directionalDerivative(up, along, 2);
              return List.of(
                  of.directionalDerivative(asked.at(), along, 3),
                  second.sub(of.directionalDerivative(down, along, 2)).div(2 * h));
            },
            Run.normal(DType.F64, size()));
    double third = found.get(0).getDouble(0);
    assertThat(third).isCloseTo(found.get(1).getDouble(0), within(1e-5 * Math.abs(third)));
    assertThat(Math.abs(third)).isGreaterThan(1e-3);
  }
}
