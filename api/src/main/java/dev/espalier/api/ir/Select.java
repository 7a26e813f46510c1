package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Elementwise choice: operands (BOOL condition, x, y), all of one shape; x where the condition
 * holds, else y.
 */
public record Select() implements Op {
  @Override
  public String name() {
    return "select";
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 3);
    TypeRules.require(
        operands.get(0).dtype() == DType.BOOL
            && operands.get(1).equals(operands.get(2))
            && operands.get(0).shape().equals(operands.get(1).shape()),
        this,
        operands,
        "needs a bool condition and two operands of one type, all of one shape",
        "convert or broadcast first");
    return List.of(operands.get(1));
  }
}
