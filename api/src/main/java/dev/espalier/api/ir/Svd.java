package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The reduced singular value decomposition {@code A = U diag(s) V^T} of [..., m, n]: U [..., m, k],
 * s [..., k] descending and at least 0, V^T [..., k, n], k = min(m, n). The sign of a pair: the
 * component of largest magnitude of the left vector (the first of equals) is positive.
 */
public record Svd() implements Op {
  @Override
  public String name() {
    return "svd";
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType a = operands.getFirst();
    TypeRules.require(
        a.dtype().isFloat() && a.shape().rank() >= 2,
        this,
        operands,
        "takes float matrices [..., m, n]",
        "check the shape");
    int m = a.shape().extent(-2);
    int n = a.shape().extent(-1);
    int k = Math.min(m, n);
    Shape u = a.shape().with(-1, k);
    Shape s = a.shape().remove(-1).with(-1, k);
    Shape vt = a.shape().with(-2, k);
    return List.of(a.withShape(u), a.withShape(s), a.withShape(vt));
  }
}
