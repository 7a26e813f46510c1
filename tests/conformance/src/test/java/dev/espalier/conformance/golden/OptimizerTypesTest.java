package dev.espalier.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every optimizer keeps: the types of its parameters and of its state. */
final class OptimizerTypesTest {
  static Stream<Registered<?>> optimizers() {
    return Plugins.at(ExtensionPoint.OPTIMIZER);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepKeepsTheTypesOfParametersAndState(Registered<?> registered) {
    Optimizer optimizer = (Optimizer) registered.create(Map.of());
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16)) {
      trace(optimizer, dtype);
    }
  }

  private static void trace(Optimizer optimizer, DType dtype) {
    Graph.trace(
        "types",
        List.of(new TensorType(dtype, Shape.of(2, 3)), new TensorType(dtype, Shape.SCALAR)),
        in -> {
          Tree<Tensor> parameters = Tree.of("a/weight", in.get(0)).and("a/scale", in.get(1));
          Tree<Tensor> state = optimizer.init(parameters);
          Tensor step = in.get(0).constant(DType.I64, 0L);
          Tensor rate = in.get(0).constant(DType.F32, 0.5);
          Optimizer.Step next =
              optimizer.step(
                  new GivenGradient(parameters),
                  parameters,
                  state,
                  new StepContext(step, rate, new Key(step)));
          assertThat(types(next.parameters())).isEqualTo(types(parameters));
          assertThat(types(next.state())).isEqualTo(types(state));
          return next.parameters().leaves();
        });
  }

  private static Tree<TensorType> types(Tree<Tensor> tree) {
    return tree.map(Tensor::type);
  }
}
