package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * A loop of unknown length. Operands (constants..., carries...); while the condition, a graph of
 * all operands to a BOOL scalar, holds, the body maps (constants..., carries...) to carries. The
 * results are the last carries. It has forward derivatives, but no reverse ones, since nothing
 * bounds what would have to be kept.
 *
 * @param condition whether to go on
 * @param body one iteration
 * @param constants the number of operands that every iteration sees unchanged
 */
public record While(Graph condition, Graph body, int constants) implements Op {
  @Override
  public String name() {
    return "while";
  }

  @Override
  public String attributes() {
    return "constants=" + constants;
  }

  @Override
  public List<Graph> graphs() {
    return List.of(condition, body);
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.attribute(
        constants >= 0 && constants <= operands.size(),
        this,
        operands,
        "the number of constants is at most that of the operands");
    List<TensorType> carries = operands.subList(constants, operands.size());
    TypeRules.require(
        condition.inputTypes().equals(operands)
            && condition.outputTypes().equals(List.of(TensorType.of(DType.BOOL))),
        this,
        operands,
        "needs a condition from the operands to a bool scalar",
        "the condition returns "
            + TypeRules.text(condition.outputTypes())
            + "; return one bool scalar");
    TypeRules.require(
        body.inputTypes().equals(operands) && body.outputTypes().equals(carries),
        this,
        operands,
        "needs a body from the operands to the carries",
        "the body returns "
            + TypeRules.text(body.outputTypes())
            + "; return "
            + TypeRules.text(carries));
    return List.copyOf(carries);
  }
}
