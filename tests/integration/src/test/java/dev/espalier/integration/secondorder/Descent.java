package dev.espalier.integration.secondorder;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.plugins.optimizers.OptimizersPlugin;
import dev.espalier.plugins.secondorder.SecondOrderPlugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An optimizer on a function of one vector, in F64 on the reference interpreter.
 *
 * @param stepping takes the steps
 * @param size the vector's length
 */
record Descent(Stepping stepping, int size) {
  /** A registered optimizer, of the second or of the first order. */
  static Optimizer optimizer(String name, Map<String, ?> settings) {
    return Stream.<Plugin>of(new SecondOrderPlugin(), new OptimizersPlugin())
        .flatMap(plugin -> Registered.by(plugin).stream())
        .filter(registered -> registered.name().equals(name))
        .flatMap(registered -> registered.at(ExtensionPoint.OPTIMIZER).stream())
        .findFirst()
        .orElseThrow()
        .create(settings);
  }

  /** On a function. */
  static Descent on(Optimizer optimizer, int size, UnaryOperator<Tensor> loss) {
    return asking(optimizer, size, start -> Objective.of(at -> loss.apply(at.get("x"))));
  }

  /** On an objective, from the tensors of the step's start. */
  static Descent asking(Optimizer optimizer, int size, Function<Tensor, Objective> objective) {
    Tree<TensorType> types = Tree.of("x", TensorType.of(DType.F64, size));
    return new Descent(
        Stepping.of(optimizer, types, List.of(), (feeds, start) -> objective.apply(start.get("x"))),
        size);
  }

  /** {@code x^T H x / 2}. */
  static UnaryOperator<Tensor> quadratic(double[][] hessian) {
    int n = hessian.length;
    return x -> {
      Tensor product = x.constant(Dense.array(hessian)).matmul(x.reshape(n, 1)).reshape(n);
      return product.mul(x).sum().mul(0.5);
    };
  }

  Stepping.At begin(double... x) {
    return stepping.begin(Tree.of("x", NdArray.of(x, x.length)));
  }

  static double[] x(Stepping.At at) {
    return at.parameters().get("x").toDoubles();
  }

  static double[] ones(int n) {
    double[] x = new double[n];
    Arrays.fill(x, 1);
    return x;
  }

  /** Where a run is before each step and after the last. */
  List<Stepping.At> path(double[] from, int steps, double rate, long key) {
    List<Stepping.At> path = new ArrayList<>();
    path.add(begin(from));
    for (int t = 0; t < steps; t++) {
      path.add(stepping.step(path.getLast(), List.of(), t, rate, key).next());
    }
    return path;
  }

  /** The loss before each step; infinite from the first on that is not finite. */
  double[] losses(double[] from, int steps, double rate, long key) {
    double[] losses = new double[steps];
    Arrays.fill(losses, Double.POSITIVE_INFINITY);
    Stepping.At at = begin(from);
    for (int t = 0; t < steps; t++) {
      Stepping.Done done = stepping.step(at, List.of(), t, rate, key);
      losses[t] = done.loss().getDouble(0);
      if (!Double.isFinite(losses[t])) {
        losses[t] = Double.POSITIVE_INFINITY;
        break;
      }
      at = done.next();
    }
    return losses;
  }

  /** How many steps until the loss is at most so much for good; their number where it is not. */
  static int stepsTo(double[] losses, double wanted) {
    int last = losses.length;
    while (last > 0 && losses[last - 1] <= wanted) {
      last--;
    }
    return last;
  }
}
