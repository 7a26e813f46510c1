package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (x, update, one I64 scalar start for each axis): x with the update in place of the part
 * that begins at the starts. A start is clamped so that the part lies inside x.
 */
public record DynamicUpdateSlice() implements Op {
  @Override
  public String name() {
    return "dynamic_update_slice";
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.require(
        operands.size() >= 2 && operands.get(0).dtype() == operands.get(1).dtype(),
        this,
        operands,
        "takes x and an update of its element type",
        "convert the update");
    DynamicSlice.checkStarts(this, operands, 2, operands.get(1).shape());
    return List.of(operands.getFirst());
  }
}
