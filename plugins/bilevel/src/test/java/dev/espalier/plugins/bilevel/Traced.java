package dev.espalier.plugins.bilevel;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.Function;

/** Runs functions of tensors. */
public final class Traced {
  private Traced() {}

  public static Graph graph(List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> function) {
    List<TensorType> types = inputs.stream().map(NdArray::type).toList();
    return Simplify.simplify(Graph.trace("test", types, function).verify()).verify();
  }

  public static List<double[]> run(
      List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> function) {
    return Reference.run(graph(inputs, function), inputs).stream().map(NdArray::toDoubles).toList();
  }

  /** What is known of the first step. */
  public static StepContext first(Tensor anchor) {
    return context(anchor.constant(DType.I64, 0L));
  }

  /** What is known of a step. */
  public static StepContext context(Tensor number) {
    return new StepContext(
        number.to(DType.I64),
        number.constant(DType.F32, 1.0),
        new Key(number.constant(DType.I64, 7L)));
  }
}
