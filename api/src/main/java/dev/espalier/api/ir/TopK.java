package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The k largest entries along the last axis, largest first, and their I32 indices; results (values,
 * indices). Order as in {@link Sort} descending: NaN first, of equal entries the lower index first.
 *
 * @param k how many, at most the extent of the last axis
 */
public record TopK(int k) implements Op {
  @Override
  public String name() {
    return "top_k";
  }

  @Override
  public String attributes() {
    return "k=" + k;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType x = operands.getFirst();
    TypeRules.attribute(
        x.shape().rank() >= 1 && k >= 0 && k <= x.shape().extent(-1),
        this,
        operands,
        "0 <= k <= extent of the last axis");
    TensorType values = x.withShape(x.shape().with(-1, k));
    return List.of(values, values.withDType(DType.I32));
  }
}
