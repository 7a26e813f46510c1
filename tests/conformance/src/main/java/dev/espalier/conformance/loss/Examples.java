package dev.espalier.conformance.loss;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.golden.Claims;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Examples to try a loss on: predictions of a few values, random and extreme, and targets of its
 * kind, within its claimed domain {@code targets=LOW,HIGH}.
 *
 * @param predictions [examples, values]
 * @param targets [examples] classes or [examples, values]
 */
record Examples(NdArray predictions, NdArray targets) {
  private static final int VALUES = 3;
  private static final double[] EXTREMES = {0, -0.0, 1, -1, 20, -20, 100, -100, 1e4, -1e4};

  static Examples of(Loss loss, Claims claims) {
    SplittableRandom random = new SplittableRandom(3);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double[] row = new double[VALUES];
      for (int j = 0; j < VALUES; j++) {
        row[j] = Math.rint(random.nextDouble(-4, 4) * 256) / 256;
      }
      rows.add(row);
    }
    for (double first : EXTREMES) {
      for (double second : EXTREMES) {
        rows.add(new double[] {first, second, 0.5});
      }
    }
    double[] predictions = rows.stream().flatMapToDouble(Arrays::stream).toArray();
    NdArray p = NdArray.of(predictions, rows.size(), VALUES);
    if (loss.target() == Loss.Target.CLASSES) {
      long[] classes = new long[rows.size()];
      for (int i = 0; i < classes.length; i++) {
        classes[i] = i % VALUES;
      }
      return new Examples(p, NdArray.of(classes, classes.length));
    }
    List<Double> domain = claims.numbers("targets");
    double low = domain.size() == 2 ? domain.get(0) : -4;
    double high = domain.size() == 2 ? domain.get(1) : 4;
    double[] targets = new double[predictions.length];
    for (int i = 0; i < targets.length; i++) {
      double inside = Math.rint((low + (high - low) * random.nextDouble()) * 256) / 256;
      targets[i] = i % 5 == 0 ? low : i % 5 == 1 ? high : inside;
    }
    return new Examples(p, NdArray.of(targets, rows.size(), VALUES));
  }

  /** Every extreme prediction for the ends of the targets' domain, the same in each value. */
  static Examples corners(Claims claims) {
    List<Double> domain = claims.numbers("targets");
    double[] ends =
        domain.size() == 2 ? new double[] {domain.get(0), domain.get(1)} : new double[] {-1, 1};
    double[] predictions = new double[EXTREMES.length * ends.length * VALUES];
    double[] targets = new double[predictions.length];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = EXTREMES[i / VALUES % EXTREMES.length];
      targets[i] = ends[i / VALUES / EXTREMES.length];
    }
    int rows = predictions.length / VALUES;
    return new Examples(NdArray.of(predictions, rows, VALUES), NdArray.of(targets, rows, VALUES));
  }

  int count() {
    return predictions.type().shape().extent(0);
  }

  /** The same examples in another order. */
  Examples reversed() {
    return new Examples(reversed(predictions), reversed(targets));
  }

  /** The same examples with other predictions: moved along a direction. */
  Examples moved(NdArray direction, double by) {
    double[] moved = predictions.toDoubles();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by * direction.getDouble(i);
    }
    return new Examples(NdArray.of(moved, predictions.type().shape().extents()), targets);
  }

  /** The largest prediction of an example, without its sign. */
  double largest(int example) {
    double most = 0;
    for (int j = example * VALUES; j < (example + 1) * VALUES; j++) {
      most = Math.max(most, Math.abs(predictions.getDouble(j)));
    }
    return most;
  }

  private static NdArray reversed(NdArray x) {
    return Reference.evaluate(new Reverse(List.of(0)), List.of(x)).getFirst();
  }

  /** Loss, gradient, and Hessian times a vector of every example. */
  record Found(double[] losses, NdArray gradients, NdArray products) {}

  /** What a loss gives in an element type; the vector is that of the second derivatives. */
  Found evaluate(Loss loss, DType dtype, NdArray vector) {
    NdArray p = predictions.convert(dtype);
    NdArray t = targets.type().dtype().isFloat() ? targets.convert(dtype) : targets;
    NdArray v = vector.convert(dtype);
    Graph graph =
        Graph.trace(
            "loss",
            List.of(p.type(), t.type(), v.type()),
            in -> {
              Tree<Tensor> at = Tree.of("p", in.get(0));
              return List.of(
                  loss.perExample(in.get(0), in.get(1)),
                  Derivatives.gradient(x -> sum(loss, x, in.get(1)), at).get("p"),
                  Derivatives.hessianVector(
                          x -> sum(loss, x, in.get(1)), at, Tree.of("p", in.get(2)))
                      .get("p"));
            });
    List<NdArray> found = Reference.run(graph, List.of(p, t, v));
    return new Found(found.get(0).toDoubles(), found.get(1), found.get(2));
  }

  private static Tensor sum(Loss loss, Tree<Tensor> predictions, Tensor targets) {
    return loss.perExample(predictions.get("p"), targets).sum();
  }

  /** Random directions for second derivatives. */
  NdArray directions(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[predictions.type().shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble(-1, 1);
    }
    return NdArray.of(values, count(), VALUES);
  }

  /** An example in words. */
  String text(int example) {
    int each = targets.type().shape().size() / count();
    StringBuilder text = new StringBuilder("predictions");
    for (int j = 0; j < VALUES; j++) {
      text.append(' ').append(predictions.getDouble(example * VALUES + j));
    }
    text.append(", targets");
    for (int j = 0; j < each; j++) {
      text.append(' ').append(targets.getDouble(example * each + j));
    }
    return text.toString();
  }
}
