package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Engine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Causal attention of [batch, heads, time, d], and with its derivatives in q, k and v. Operations
 * are those of the products that matter: 2 d for each pair of a query and a key it sees, in 2
 * products forward and 4 backward.
 */
final class Attentions {
  private Attentions() {}

  static Map<String, Supplier<Workload>> all() {
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    List<TensorType> types =
        List.of(
            TensorType.of(DType.F32, 16, 4, 128, 32),
            TensorType.of(DType.F32, 8, 6, 256, 64),
            TensorType.of(DType.F32, 1, 8, 2048, 64));
    for (TensorType type : types) {
      int[] extents = type.shape().extents();
      String name = "%dx%dx%dx%d".formatted(extents[0], extents[1], extents[2], extents[3]);
      all.put(name + "-forward", () -> forward(type));
      all.put(name + "-forward-and-backward", () -> both(type));
    }
    return all;
  }

  private static double product(TensorType type) {
    double time = type.shape().extent(2);
    double pairs = type.shape().extent(0) * type.shape().extent(1) * time * (time + 1) / 2;
    return 2 * pairs * type.shape().extent(3);
  }

  private static Workload forward(TensorType type) {
    return Workload.ofArithmetic(
        new Engine()
            .trace(
                "attention",
                List.of(type, type, type),
                in -> List.of(CausalAttention.apply(in.get(0), in.get(1), in.get(2)).output())),
        2 * product(type));
  }

  private static Workload both(TensorType type) {
    Engine engine = new Engine();
    return Workload.ofArithmetic(engine.vjp(forward(type).graph()), 6 * product(type));
  }
}
