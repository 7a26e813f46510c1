package dev.espalier.benchmarks.kernels;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.benchmarks.kernels.Workload.Values;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Engine;
import dev.espalier.training.Extensions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Functions of 16 Mi floats, and with the derivative that the engine finds, both in one graph; and
 * a copy.
 *
 * @param extensions where gelu and mish are
 */
record Elementwise(Extensions extensions) {
  private static final TensorType TYPE = TensorType.of(DType.F32, MachineBenchmark.COPIED);

  Map<String, Supplier<Workload>> all() {
    Map<String, UnaryOperator<Tensor>> functions = new LinkedHashMap<>();
    functions.put("gelu", activation("gelu"));
    functions.put("mish", activation("mish"));
    functions.put("tanh", Tensor::tanh);
    functions.put("golu", Elementwise::golu);
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    all.put("copy", () -> workload("copy", in -> in));
    functions.forEach((name, function) -> {
      all.put(name, () -> workload(name, in -> List.of(function.apply(in.getFirst()))));
      all.put(name + "-and-derivative", () -> withDerivative(name, function));
    });
    return all;
  }

  private UnaryOperator<Tensor> activation(String name) {
    return x -> extensions.create(ExtensionPoint.ACTIVATION, name, Map.of()).apply(x);
  }

  /**
   * {@code x * exp(-exp(-x))}, the Gompertz linear unit.
   *
   * <p>Source: I. Das et al., "Gompertz Linear Units: Leveraging Asymmetry for Enhanced Learning
   * Dynamics", arXiv:2502.03654.
   */
  private static Tensor golu(Tensor x) {
    return x.mul(x.neg().exp().neg().exp());
  }

  private static Workload workload(String name, UnaryOperator<List<Tensor>> function) {
    return Workload.ofMemory(new Engine().trace(name, List.of(TYPE), function), Values.NORMAL);
  }

  private static Workload withDerivative(String name, UnaryOperator<Tensor> function) {
    return workload(
        name + "_and_derivative",
        in -> {
          Derivatives.Pulled pulled =
              Derivatives.vjp(
                  x -> List.of(function.apply(x.getFirst())),
                  in,
                  List.of(in.getFirst().onesLike()));
          return List.of(pulled.values().getFirst(), pulled.cotangents().getFirst());
        });
  }
}
