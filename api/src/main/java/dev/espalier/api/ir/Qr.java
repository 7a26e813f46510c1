package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The reduced factorisation {@code A = Q R} of [..., m, n]: Q [..., m, k] with orthonormal columns,
 * R [..., k, n] upper triangular with a diagonal of at least 0, k = min(m, n).
 */
public record Qr() implements Op {
  @Override
  public String name() {
    return "qr";
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
    Shape q = a.shape().with(-1, k);
    Shape r = a.shape().with(-2, k);
    return List.of(a.withShape(q), a.withShape(r));
  }
}
