package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.engine.reference.Reference;
import dev.espalier.plugins.losses.LossesPlugin;
import dev.espalier.plugins.secondorder.DiagonalCurvature;
import dev.espalier.plugins.secondorder.GaussNewtonBartlett;
import dev.espalier.plugins.secondorder.Hutchinson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The diagonals that Sophia and AdaHessian estimate (catalogue rows SO-03 and SO-04). */
final class DiagonalCurvatureTest {
  private static final int N = 6;

  /** Beyond so many standard errors, a right estimate is less often than once in 30,000 numbers. */
  private static final double ERRORS = 4.2;

  /** An indefinite matrix. */
  private static double[][] hessian() {
    double[][] a = Dense.random(1, N, N);
    return Dense.plus(a, 1, Dense.transposed(a));
  }

  /** Estimates with the keys from 0 on. */
  private static double[][] estimates(
      DiagonalCurvature curvature,
      Tree<NdArray> at,
      Function<Tensor, Objective> objective,
      int draws) {
    TensorType key = TensorType.of(DType.I64);
    List<TensorType> types = new ArrayList<>(at.map(NdArray::type).leaves());
    types.add(key);
    Graph graph =
        Graph.trace(
            "estimate",
            types,
            in ->
                curvature
                    .estimate(
                        objective.apply(in.getFirst()),
                        at.withLeaves(in.subList(0, at.size())),
                        new Key(in.getLast()))
                    .leaves());
    double[][] found = new double[draws][];
    for (int k = 0; k < draws; k++) {
      List<NdArray> in = new ArrayList<>(at.leaves());
      in.add(NdArray.scalar(k));
      found[k] = Reference.run(graph, in).getFirst().toDoubles();
    }
    return found;
  }

  private static double[] means(double[][] draws, int power, double[] about) {
    double[] means = new double[about.length];
    for (double[] draw : draws) {
      for (int i = 0; i < means.length; i++) {
        means[i] += Math.pow(draw[i] - about[i], power) / draws.length;
      }
    }
    return means;
  }

  @ParameterizedTest
  @EnumSource(Hutchinson.Probe.class)
  void hutchinsonsMeanIsTheDiagonalAndItsVarianceThatOfTheTheory(Hutchinson.Probe probe) {
    int draws = 4000;
    double[][] h = hessian();
    Tree<NdArray> at = Tree.of("x", NdArray.of(Dense.random(2, N), N));
    double[][] found =
        estimates(
            new Hutchinson(probe),
            at,
            anchor -> Objective.of(x -> Descent.quadratic(h).apply(x.get("x"))),
            draws);
    double[] diagonal = new double[N];
    for (int i = 0; i < N; i++) {
      diagonal[i] = h[i][i];
    }
    double[] errors = means(found, 1, diagonal);
    double[] variances = means(found, 2, diagonal);
    double[] fourths = means(found, 4, diagonal);
    for (int i = 0; i < N; i++) {
      double variance = 0;
      for (int j = 0; j < N; j++) {
        variance += i == j ? 0 : h[i][j] * h[i][j];
      }
      if (probe == Hutchinson.Probe.NORMAL) {
        variance += 2 * h[i][i] * h[i][i];
      }
      assertThat(errors[i]).isCloseTo(0, within(ERRORS * Math.sqrt(variance / draws)));
      double spread = Math.sqrt((fourths[i] - variances[i] * variances[i]) / draws);
      assertThat(variances[i]).isCloseTo(variance, within(ERRORS * spread));
    }
  }

  private static final int ROWS = 3;
  private static final int FEATURES = 2;
  private static final int CLASSES = 3;

  /** Softmax regression of labels. */
  private static Problem softmax(Loss loss, int... labels) {
    return new Problem(
        "softmax",
        (at, x) -> x.matmul(at.get("w")),
        loss,
        Dense.array(Dense.random(3, ROWS, FEATURES)),
        NdArray.of(labels, ROWS),
        Tree.of("w", Dense.array(Dense.random(4, FEATURES, CLASSES))),
        0);
  }

  private static double[][] probabilities() {
    double[][] logits =
        Dense.times(Dense.random(3, ROWS, FEATURES), Dense.random(4, FEATURES, CLASSES));
    for (double[] row : logits) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        row[c] = Math.exp(row[c]);
        sum += row[c];
      }
      for (int c = 0; c < CLASSES; c++) {
        row[c] /= sum;
      }
    }
    return logits;
  }

  /** The diagonal of the mean over rows of {@code x x^T (diag(p) - p p^T)}. */
  private static double[] gaussNewton() {
    double[][] x = Dense.random(3, ROWS, FEATURES);
    double[][] p = probabilities();
    double[] diagonal = new double[FEATURES * CLASSES];
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < diagonal.length; i++) {
        double share = p[row][i % CLASSES];
        double input = x[row][i / CLASSES];
        diagonal[i] += input * input * share * (1 - share) / ROWS;
      }
    }
    return diagonal;
  }

  private static Loss crossEntropy() {
    return Registered.by(new LossesPlugin()).stream()
        .filter(registered -> registered.name().equals("softmax-cross-entropy"))
        .flatMap(registered -> registered.at(ExtensionPoint.LOSS).stream())
        .findFirst()
        .orElseThrow()
        .create(Map.of());
  }

  /** Where the labels that are drawn are the targets. */
  private record DrawnFromTargets(Loss loss) implements Loss {
    @Override
    public Target target() {
      return loss.target();
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return loss.perExample(predictions, targets);
    }

    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of((predictions, targets, key) -> {
        Tensor classes = predictions.iota(targets.type().withShape(predictions.shape()), 1);
        Tensor labels = targets.spread(predictions.shape(), 1);
        return predictions.softmax(1).sub(classes.eq(labels).to(predictions.dtype()));
      });
    }
  }

  @Test
  void overAllLabelsTheMeanOfBartlettsSquareIsTheGaussNewtonDiagonal() {
    double[][] p = probabilities();
    double[] mean = new double[FEATURES * CLASSES];
    int all = (int) Math.pow(CLASSES, ROWS);
    for (int labels = 0; labels < all; labels++) {
      int[] label = {labels % 3, labels / 3 % 3, labels / 9};
      Problem problem = softmax(new DrawnFromTargets(crossEntropy()), label);
      double[] found =
          estimates(new GaussNewtonBartlett(), problem.start(), problem::objective, 1)[0];
      double share = p[0][label[0]] * p[1][label[1]] * p[2][label[2]];
      for (int i = 0; i < mean.length; i++) {
        mean[i] += share * found[i];
      }
    }
    double[] wanted = gaussNewton();
    for (int i = 0; i < mean.length; i++) {
      assertThat(mean[i]).isCloseTo(wanted[i], within(1e-12));
    }
  }

  @Test
  void theRegisteredLossDrawsLabelsOfThatMean() {
    int draws = 3000;
    Problem problem = softmax(crossEntropy(), 0, 1, 2);
    double[][] found =
        estimates(new GaussNewtonBartlett(), problem.start(), problem::objective, draws);
    double[] wanted = gaussNewton();
    double[] errors = means(found, 1, wanted);
    double[] variances = means(found, 2, wanted);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(errors[i]).isCloseTo(0, within(ERRORS * Math.sqrt(variances[i] / draws)));
    }
  }
}
