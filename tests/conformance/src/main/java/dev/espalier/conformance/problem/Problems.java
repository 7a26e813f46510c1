package dev.espalier.conformance.problem;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The problems that convergence is tried on; all data is fixed. */
public final class Problems {
  private Problems() {}

  /** All of them, in F64. */
  public static List<Problem> all() {
    return List.of(quadratic(), rosenbrock(), logisticRegression(), network());
  }

  /**
   * {@code 1/2 sum(curvature_i (Hx)_i^2)} in 8 dimensions, curvatures from 1 to 100 in even ratios,
   * H a reflection, so that no axis of the parameters is an axis of the bowl. From 1 everywhere;
   * the least loss is 0.
   */
  public static Problem quadratic() {
    int n = 8;
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      double root = Math.pow(10, i / (n - 1.0));
      for (int j = 0; j < n; j++) {
        // The reflection across the plane orthogonal to (1, 2, ..., n), of squared length 204.
        matrix[i * n + j] = root * ((i == j ? 1 : 0) - 2.0 * (i + 1) * (j + 1) / 204);
      }
    }
    return new Problem(
        "quadratic",
        (at, inputs) -> product(inputs, at.get("x")),
        new Squares(n),
        NdArray.of(matrix, n, n),
        NdArray.of(new double[n], n),
        Tree.of("x", NdArray.of(filled(n, 1), n)),
        0);
  }

  /**
   * {@code 100 (y - x^2)^2 + (1 - x)^2} from (-1.2, 1); the least loss is 0, at (1, 1). Each term
   * is an example.
   *
   * <p>Source: H. Rosenbrock, "An Automatic Method for Finding the Greatest or Least Value of a
   * Function", 1960.
   */
  public static Problem rosenbrock() {
    return new Problem(
        "rosenbrock",
        (at, inputs) -> {
          Tensor x = at.get("x");
          Tensor valley = at.get("y").sub(x.square()).mul(10).reshape(1);
          return product(inputs, valley.concat(0, x.neg().add(1).reshape(1)));
        },
        new Squares(4),
        NdArray.of(new double[] {1, 0, 0, 1}, 2, 2),
        NdArray.of(new double[2], 2),
        Tree.of("x", NdArray.of(new double[] {-1.2})).and("y", NdArray.of(new double[] {1})),
        0);
  }

  /**
   * Logistic regression on 48 examples of 4 features. The targets are the probabilities that known
   * weights give, so these weights are the minimum and the mean of the targets' entropies is the
   * least loss. From 0.
   */
  public static Problem logisticRegression() {
    int examples = 48;
    double[] weights = {1.5, -2, 0.5, 1};
    double bias = -0.5;
    SplittableRandom random = new SplittableRandom(1);
    double[] features = new double[examples * weights.length];
    double[] targets = new double[examples];
    double entropy = 0;
    for (int i = 0; i < examples; i++) {
      double logit = bias;
      for (int j = 0; j < weights.length; j++) {
        double feature = random.nextDouble(-2, 2);
        features[i * weights.length + j] = feature;
        logit += feature * weights[j];
      }
      double p = 1 / (1 + Math.exp(-logit));
      targets[i] = p;
      entropy -= (p * Math.log(p) + (1 - p) * Math.log1p(-p)) / examples;
    }
    return new Problem(
        "logistic-regression",
        (at, inputs) -> {
          Tensor logits = product(inputs, at.get("weight"));
          return logits.add(at.get("bias").broadcast(logits.shape()));
        },
        new Logistic(),
        NdArray.of(features, examples, weights.length),
        NdArray.of(targets, examples),
        Tree.of("weight", NdArray.of(new double[weights.length], weights.length))
            .and("bias", NdArray.of(new double[1])),
        entropy);
  }

  /**
   * A network of one hidden layer of 8 tanh units, fitted to sin(2x) at 24 points of [-2, 2] by the
   * mean square. Its leaves are a matrix, two vectors and a scalar.
   */
  public static Problem network() {
    int points = 24;
    int hidden = 8;
    double[] inputs = IntStream.range(0, points).mapToDouble(i -> -2 + 4.0 * i / 23).toArray();
    double[] targets =
        IntStream.range(0, points).mapToDouble(i -> Math.sin(2 * inputs[i])).toArray();
    SplittableRandom random = new SplittableRandom(2);
    return new Problem(
        "network",
        (at, in) -> {
          Tensor before = in.matmul(at.get("hidden/weight"));
          Tensor units = before.add(at.get("hidden/bias").broadcast(before.shape(), 1)).tanh();
          Tensor out = product(units, at.get("out/weight"));
          return out.add(at.get("out/bias").broadcast(out.shape()));
        },
        new Squares(2),
        NdArray.of(inputs, points, 1),
        NdArray.of(targets, points),
        Tree.of("hidden/weight", NdArray.of(uniform(random, hidden, 2), 1, hidden))
            .and("hidden/bias", NdArray.of(uniform(random, hidden, 1), hidden))
            .and("out/weight", NdArray.of(uniform(random, hidden, 0.5), hidden))
            .and("out/bias", NdArray.of(new double[1])),
        0);
  }

  /** A matrix times a vector. */
  private static Tensor product(Tensor matrix, Tensor vector) {
    int n = vector.shape().extent(0);
    return matrix.matmul(vector.reshape(n, 1)).reshape(matrix.shape().extent(0));
  }

  private static double[] filled(int n, double value) {
    return IntStream.range(0, n).mapToDouble(i -> value).toArray();
  }

  private static double[] uniform(SplittableRandom random, int n, double bound) {
    return IntStream.range(0, n).mapToDouble(i -> random.nextDouble(-bound, bound)).toArray();
  }

  /** {@code scale / 2 (p - t)^2}. */
  private record Squares(double scale) implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.sub(targets).square().mul(scale / 2);
    }

    /** Signs times the root of the scale. */
    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of((predictions, targets, key) ->
          key.rademacher(predictions.dtype(), predictions.shape()).mul(Math.sqrt(scale)));
    }
  }

  /** {@code softplus(x) - t x}: the cross-entropy of a logit x and a probability t. */
  private record Logistic() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.softplus().sub(targets.mul(predictions));
    }

    /** The gradient at a label that is 1 with the predicted probability. */
    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of((predictions, targets, key) -> {
        Tensor probability = predictions.logistic();
        Tensor one = key.uniform(predictions.dtype(), predictions.shape()).lt(probability);
        return probability.sub(one.to(predictions.dtype()));
      });
    }
  }
}
