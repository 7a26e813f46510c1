package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Eigenvalues, ascending, [..., n], and eigenvectors as columns [..., n, n] of symmetric matrices
 * [..., n, n]; only the lower triangle is read. The sign of a vector: its component of largest
 * magnitude (the first of equals) is positive.
 */
public record Eigh() implements Op {
  @Override
  public String name() {
    return "eigh";
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType a = operands.getFirst();
    TypeRules.require(
        a.dtype().isFloat()
            && a.shape().rank() >= 2
            && a.shape().extent(-1) == a.shape().extent(-2),
        this,
        operands,
        "takes float matrices [..., n, n]",
        "check the shape");
    return List.of(a.withShape(a.shape().remove(-1)), a);
  }
}
