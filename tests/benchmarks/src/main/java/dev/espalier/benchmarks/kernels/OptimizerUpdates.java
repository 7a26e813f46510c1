package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.benchmarks.kernels.Workload.Values;
import dev.espalier.engine.Engine;
import dev.espalier.training.Extensions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * One update of 10 million parameters, from parameters, state and gradient to parameters and state.
 *
 * @param extensions where the optimizers are
 */
record OptimizerUpdates(Extensions extensions) {
  private static final TensorType PARAMETERS = TensorType.of(DType.F32, 10_000_000);
  private static final long STEPS_DONE = 100;

  Map<String, Supplier<Workload>> all() {
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    for (String name : List.of("adamw", "lion", "sgd")) {
      all.put(name, () -> update(name));
    }
    return all;
  }

  private Workload update(String name) {
    Optimizer optimizer = extensions.create(ExtensionPoint.OPTIMIZER, name, Map.of());
    Tree<TensorType> state = stateTypes(optimizer);
    List<TensorType> types = new ArrayList<>(List.of(PARAMETERS, PARAMETERS));
    types.addAll(state.leaves());
    Graph graph =
        new Engine()
            .trace(
                name,
                types,
                in -> {
                  Tensor parameters = in.getFirst();
                  Optimizer.Step step =
                      optimizer.step(
                          new KnownGradient(Tree.of("weight", in.get(1))),
                          Tree.of("weight", parameters),
                          state.withLeaves(in.subList(2, in.size())),
                          new StepContext(
                              parameters.constant(DType.I64, STEPS_DONE),
                              parameters.constant(DType.F32, 1e-3),
                              new Key(parameters.constant(DType.I64, 0L))));
                  List<Tensor> out = new ArrayList<>(step.parameters().leaves());
                  out.addAll(step.state().leaves());
                  return out;
                });
    // Second moments are not negative.
    return Workload.ofMemory(graph, Values.UNIT);
  }

  private static Tree<TensorType> stateTypes(Optimizer optimizer) {
    AtomicReference<Tree<TensorType>> types = new AtomicReference<>(Tree.empty());
    Graph.trace(
        "init",
        List.of(PARAMETERS),
        in -> {
          Tree<Tensor> state = optimizer.init(Tree.of("weight", in.getFirst()));
          types.set(state.map(Tensor::type));
          return in;
        });
    return types.get();
  }

  /**
   * An objective of which nothing but a gradient is known.
   *
   * @param known the gradient
   */
  private record KnownGradient(Tree<Tensor> known) implements Objective {
    @Override
    public Set<Need> offers() {
      return Set.of(Need.GRADIENT);
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      Tensor any = parameters.leaves().getFirst();
      return new ValueAndGradient(any.constant(DType.F32, 0), known);
    }
  }
}
