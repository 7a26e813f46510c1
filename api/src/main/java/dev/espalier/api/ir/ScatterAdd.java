package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (x, integer indices, updates): x with each update added at its index; the transpose of
 * {@link Gather}, with the same shapes: updates have the type that the gather would give. Updates
 * to one place are added in the order of the updates. An index outside [0, n) adds nothing.
 *
 * @param axis the axis of x that is indexed
 * @param batch the number of leading axes that x and the indices share
 */
public record ScatterAdd(int axis, int batch) implements Op {
  @Override
  public String name() {
    return "scatter_add";
  }

  @Override
  public String attributes() {
    return "axis=" + axis + ", batch=" + batch;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 3);
    TensorType updates =
        operands.get(0).withShape(Gather.resultShape(this, operands.subList(0, 2), axis, batch));
    TypeRules.require(
        operands.get(2).equals(updates) && Binary.Kind.ADD.accepts(updates.dtype()),
        this,
        operands,
        "needs updates of the type " + updates,
        "reshape or convert the updates");
    return List.of(operands.getFirst());
  }
}
