package dev.espalier.integration.optimizers;

import dev.espalier.api.plugin.ExtensionPoint;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * An optimizer on a function of one vector, in f64 on the reference interpreter.
 *
 * @param stepping takes the steps
 */
record Descent(Stepping stepping) {
  /** A registered optimizer. */
  static Optimizer optimizer(String name, Map<String, Object> params) {
    return Registered.by(new OptimizersPlugin()).stream()
        .filter(registered -> registered.name().equals(name))
        .flatMap(registered -> registered.at(ExtensionPoint.OPTIMIZER).stream())
        .findFirst()
        .orElseThrow()
        .create(params);
  }

  /** On a function of the vector alone. */
  static Descent on(Optimizer optimizer, int size, UnaryOperator<Tensor> loss) {
    return on(optimizer, size, List.of(), (x, feeds) -> loss.apply(x));
  }

  /** On a function of the vector and what each step is fed. */
  static Descent on(
      Optimizer optimizer,
      int size,
      List<TensorType> feeds,
      BiFunction<Tensor, List<Tensor>, Tensor> loss) {
    return asking(optimizer, size, feeds, fed -> Objective.of(at -> loss.apply(at.get("x"), fed)));
  }

  /** On an objective of what each step is fed. */
  static Descent asking(
      Optimizer optimizer,
      int size,
      List<TensorType> feeds,
      Function<List<Tensor>, Objective> objective) {
    Tree<TensorType> types = Tree.of("x", TensorType.of(DType.F64, size));
    return new Descent(Stepping.of(optimizer, types, feeds, (fed, start) -> objective.apply(fed)));
  }

  Stepping.At begin(double... x) {
    return stepping.begin(Tree.of("x", NdArray.of(x, x.length)));
  }

  /** A run whose step's number decides what it is fed. */
  Stepping.At run(Stepping.At from, int steps, double rate, IntFunction<NdArray> feed) {
    Stepping.At at = from;
    for (int t = 0; t < steps; t++) {
      at = stepping.step(at, List.of(feed.apply(t)), t, rate, 5).next();
    }
    return at;
  }

  Stepping.At run(Stepping.At from, int steps, double rate) {
    return stepping.steps(from, 0, steps, rate, 5);
  }

  static double[] x(Stepping.At at) {
    return at.parameters().get("x").toDoubles();
  }

  double[] shipped(Stepping.At at) {
    return stepping.evaluationPoint(at).get("x").toDoubles();
  }

  static double[] filled(int n, double value) {
    double[] x = new double[n];
    Arrays.fill(x, value);
    return x;
  }

  static double length(double... x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }
}
