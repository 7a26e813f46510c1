package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The same bits read as another element type of the same size; not BOOL.
 *
 * @param to the element type of the result
 */
public record Bitcast(DType to) implements Op {
  @Override
  public String name() {
    return "bitcast";
  }

  @Override
  public String attributes() {
    return "to=" + to.text();
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TypeRules.require(
        operands.getFirst().dtype().bytes() == to.bytes() && to != DType.BOOL,
        this,
        operands,
        "needs element types of one size, not bool",
        "choose a type of the same size, or convert the values with x.to(dtype)");
    return List.of(operands.getFirst().withDType(to));
  }
}
