package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ir.Dot;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Engine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Matrix products, named by layout and m x n x k; an operation is a product or a sum. */
final class Products {
  /** Which operand lies transposed. */
  private enum Layout {
    /** [m, k] and [k, n]. */
    NN,
    /** [m, k] and [n, k]. */
    NT,
    /** [k, m] and [k, n]. */
    TN
  }

  private static final int BATCH = 64;

  private Products() {}

  static Map<String, Supplier<Workload>> all() {
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    int[][] shapes = {
      {256, 256, 256}, {512, 512, 512}, {128, 512, 784}, {2048, 512, 128}, {128, 512, 2048}
    };
    for (int[] shape : shapes) {
      for (Layout layout : Layout.values()) {
        all.put(name(layout, shape), () -> product(layout, shape[0], shape[1], shape[2]));
      }
    }
    for (Layout layout : Layout.values()) {
      int[] shape = {128, 128, 32};
      all.put(
          BATCH + "-times-" + name(layout, shape),
          () -> batched(layout, shape[0], shape[1], shape[2]));
    }
    return all;
  }

  private static String name(Layout layout, int[] shape) {
    return "%s-%dx%dx%d"
        .formatted(layout.name().toLowerCase(Locale.ROOT), shape[0], shape[1], shape[2]);
  }

  private static Workload product(Layout layout, int m, int n, int k) {
    Dot dot =
        new Dot(
            List.of(),
            List.of(),
            List.of(layout == Layout.TN ? 0 : 1),
            List.of(layout == Layout.NT ? 1 : 0));
    return workload(
        dot,
        layout == Layout.TN ? TensorType.of(DType.F32, k, m) : TensorType.of(DType.F32, m, k),
        layout == Layout.NT ? TensorType.of(DType.F32, n, k) : TensorType.of(DType.F32, k, n),
        2.0 * m * n * k);
  }

  private static Workload batched(Layout layout, int m, int n, int k) {
    Dot dot =
        new Dot(
            List.of(0),
            List.of(0),
            List.of(layout == Layout.TN ? 1 : 2),
            List.of(layout == Layout.NT ? 2 : 1));
    return workload(
        dot,
        layout == Layout.TN
            ? TensorType.of(DType.F32, BATCH, k, m)
            : TensorType.of(DType.F32, BATCH, m, k),
        layout == Layout.NT
            ? TensorType.of(DType.F32, BATCH, n, k)
            : TensorType.of(DType.F32, BATCH, k, n),
        2.0 * BATCH * m * n * k);
  }

  private static Workload workload(Dot dot, TensorType a, TensorType b, double operations) {
    return Workload.ofArithmetic(
        new Engine().trace("product", List.of(a, b), in -> List.of(in.get(0).dot(dot, in.get(1)))),
        operations);
  }
}
