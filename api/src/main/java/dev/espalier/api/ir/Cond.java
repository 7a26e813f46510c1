package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (BOOL scalar, arguments...): the results of one of two graphs of the arguments, of which
 * only one runs.
 *
 * @param whenTrue the graph that runs where the scalar holds
 * @param whenFalse the graph that runs otherwise, of the same type
 */
public record Cond(Graph whenTrue, Graph whenFalse) implements Op {
  @Override
  public String name() {
    return "cond";
  }

  @Override
  public List<Graph> graphs() {
    return List.of(whenTrue, whenFalse);
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.require(
        !operands.isEmpty() && operands.getFirst().equals(TensorType.of(DType.BOOL)),
        this,
        operands,
        "takes a bool scalar first",
        "reduce the predicate to a scalar, or use select");
    List<TensorType> arguments = operands.subList(1, operands.size());
    TypeRules.require(
        whenTrue.inputTypes().equals(arguments)
            && whenFalse.inputTypes().equals(arguments)
            && whenTrue.outputTypes().equals(whenFalse.outputTypes()),
        this,
        operands,
        "needs two graphs of the arguments with results of the same types",
        "the graphs give "
            + TypeRules.text(whenTrue.outputTypes())
            + " and "
            + TypeRules.text(whenFalse.outputTypes())
            + "; return the same types from both");
    return whenTrue.outputTypes();
  }
}
