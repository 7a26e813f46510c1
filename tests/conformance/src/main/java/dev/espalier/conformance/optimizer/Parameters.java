package dev.espalier.conformance.optimizer;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.numerics.Ulp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** Parameters of unlike shapes, and gradients for them. */
final class Parameters {
  private Parameters() {}

  /** A matrix, a vector, a scalar, and a vector without elements. */
  static Tree<TensorType> types(DType dtype) {
    return Tree.of("layer/weight", TensorType.of(dtype, 3, 2))
        .and("layer/bias", TensorType.of(dtype, 2))
        .and("scale", TensorType.of(dtype))
        .and("nothing", TensorType.of(dtype, 0));
  }

  /** Values on (-2, 2) that decide by the seed. */
  static Tree<NdArray> random(DType dtype, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return types(dtype).map(type -> map(zeros(type), x -> random.nextDouble(-2, 2)));
  }

  /** One gradient a step. */
  static List<Tree<NdArray>> gradients(DType dtype, int steps) {
    List<Tree<NdArray>> gradients = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      gradients.add(random(dtype, 100 + step));
    }
    return gradients;
  }

  /** The same value everywhere. */
  static Tree<NdArray> filled(DType dtype, double value) {
    return types(dtype).map(type -> map(zeros(type), x -> value));
  }

  private static NdArray zeros(TensorType type) {
    return NdArray.wrap(type, NdArray.allocate(type));
  }

  /** A function of each element. */
  static NdArray map(NdArray x, DoubleUnaryOperator f) {
    double[] values = x.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = f.applyAsDouble(values[i]);
    }
    return NdArray.wrap(x.type().withDType(DType.F64), values).convert(x.type().dtype());
  }

  /** The largest distance of two trees of the same types. */
  static double distance(Tree<NdArray> x, Tree<NdArray> y) {
    double most = 0;
    for (String path : x.paths()) {
      NdArray a = x.get(path);
      NdArray b = y.get(path);
      for (int i = 0; i < a.type().shape().size(); i++) {
        double distance = Math.abs(a.getDouble(i) - b.getDouble(i));
        most = distance <= most ? most : distance;
      }
    }
    return most;
  }

  /**
   * The largest distance of values to others, rounded to their type, in units in its last place.
   */
  static double ulps(Tree<NdArray> values, Tree<NdArray> others) {
    double most = 0;
    for (String path : values.paths()) {
      NdArray a = values.get(path);
      DType dtype = a.type().dtype();
      NdArray b = others.get(path).convert(dtype);
      for (int i = 0; i < a.type().shape().size(); i++) {
        most = Math.max(most, Ulp.distance(dtype, a.getDouble(i), b.getDouble(i)));
      }
    }
    return most;
  }

  /** Whether every element is finite. */
  static boolean finite(Tree<NdArray> tree) {
    return tree.leaves().stream()
        .flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles()))
        .allMatch(Double::isFinite);
  }
}
