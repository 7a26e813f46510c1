package dev.espalier.benchmarks.kernels;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.benchmarks.kernels.Workload.Values;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Engine;
import dev.espalier.training.Extensions;
import dev.espalier.training.layer.LayerContext;
import dev.espalier.training.layer.LayerNorm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sums of 16 Mi floats, and what is made of sums along rows of 1024.
 *
 * @param extensions where the loss is
 */
record Reductions(Extensions extensions) {
  private static final TensorType SQUARE = TensorType.of(DType.F32, 4096, 4096);
  private static final TensorType ROWS = TensorType.of(DType.F32, 16384, 1024);
  private static final TensorType FEATURES = TensorType.of(DType.F32, 1024);
  private static final TensorType CLASSES = TensorType.of(DType.I32, 16384);

  Map<String, Supplier<Workload>> all() {
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    all.put("sum", () -> one("sum", SQUARE, Tensor::sum));
    all.put("sums-of-rows", () -> one("rows", SQUARE, x -> x.sum(1)));
    all.put("sums-of-columns", () -> one("columns", SQUARE, x -> x.sum(0)));
    all.put("softmax", () -> one("softmax", ROWS, x -> x.softmax(-1)));
    all.put("layer-norm", Reductions::layerNorm);
    all.put("cross-entropy", () -> crossEntropy(false));
    all.put("cross-entropy-and-gradient", () -> crossEntropy(true));
    return all;
  }

  private static Workload one(String name, TensorType type, Function<Tensor, Tensor> function) {
    return workload(name, List.of(type), in -> List.of(function.apply(in.getFirst())));
  }

  private static Workload layerNorm() {
    return workload(
        "layer_norm",
        List.of(ROWS, FEATURES, FEATURES),
        in -> {
          Tensor x = in.getFirst();
          Tree<Tensor> parameters = Tree.of("weight", in.get(1)).and("bias", in.get(2));
          LayerContext context = new LayerContext(new Key(x.constant(DType.I64, 0L)), true);
          return List.of(new LayerNorm().apply(parameters, x, context));
        });
  }

  private Workload crossEntropy(boolean gradient) {
    return workload(
        "cross_entropy",
        List.of(ROWS, CLASSES),
        in -> {
          Derivatives.Pulled pulled =
              Derivatives.vjp(
                  x -> List.of(loss(x.getFirst(), in.get(1))),
                  List.of(in.getFirst()),
                  List.of(in.getFirst().constant(DType.F32, 1)));
          return gradient
              ? List.of(pulled.values().getFirst(), pulled.cotangents().getFirst())
              : pulled.values();
        });
  }

  private Tensor loss(Tensor predictions, Tensor targets) {
    return extensions
        .create(ExtensionPoint.LOSS, "softmax-cross-entropy", Map.of())
        .perExample(predictions, targets)
        .mean();
  }

  private static Workload workload(
      String name, List<TensorType> types, Function<List<Tensor>, List<Tensor>> function) {
    return Workload.ofMemory(new Engine().trace(name, types, function), Values.NORMAL);
  }
}
