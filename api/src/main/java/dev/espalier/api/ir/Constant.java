package dev.espalier.api.ir;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Values known when the graph is made; no operands. Large constants of one value are broadcast
 * scalars.
 *
 * @param value the values
 */
public record Constant(NdArray value) implements Op {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public String attributes() {
    return value.toString();
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 0);
    return List.of(value.type());
  }
}
