package dev.espalier.benchmarks.costs;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Simplify;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.List;

/** A question about the mean loss on a batch. */
@FunctionalInterface
interface Question {
  /** The gradient; the vector is not used. */
  static Tree<Tensor> gradient(Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector) {
    return objective.gradient(parameters);
  }

  /** Asks it at a point. */
  Tree<Tensor> ask(Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector);

  /** The graph of (parameters..., vector..., inputs, targets) to the answer. */
  default Graph graph(TrainingStep.Settings settings) {
    Tree<TensorType> held = TrainingStep.build(settings).parameterTypes();
    int count = held.size();
    List<TensorType> types = new ArrayList<>(held.leaves());
    types.addAll(held.leaves());
    types.addAll(settings.inputs().types());
    Graph traced =
        Graph.trace(
            "question",
            types,
            in -> {
              Key key = new Key(in.getFirst().constant(DType.I64, 0L));
              Objective objective =
                  new BatchObjective(
                      settings.model(),
                      settings.loss(),
                      in.get(2 * count),
                      in.get(2 * count + 1),
                      key,
                      true);
              Tree<Tensor> parameters = held.withLeaves(in.subList(0, count));
              Tree<Tensor> vector = held.withLeaves(in.subList(count, 2 * count));
              return ask(objective, parameters, vector).leaves();
            });
    return Simplify.simplify(traced.verify()).verify();
  }
}
