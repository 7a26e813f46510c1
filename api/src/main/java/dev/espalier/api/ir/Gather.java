package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (x, integer indices): entries along an axis. With B the leading {@code batch} axes that
 * both share,
 *
 * <pre>x: [B, P, n, Q], indices: [B, I] (I32 or I64)  gives  [B, P, I, Q]</pre>
 *
 * where the axis of extent n is {@code axis}. An index outside [0, n) gives NaN (0 for integers,
 * false for BOOL).
 *
 * @param axis the axis of x that is indexed, at least {@code batch}
 * @param batch the number of leading axes that x and the indices share
 */
public record Gather(int axis, int batch) implements Op {
  @Override
  public String name() {
    return "gather";
  }

  @Override
  public String attributes() {
    return "axis=" + axis + ", batch=" + batch;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    return List.of(operands.get(0).withShape(resultShape(this, operands, axis, batch)));
  }

  static Shape resultShape(Op op, List<TensorType> operands, int axis, int batch) {
    Shape x = operands.get(0).shape();
    Shape indices = operands.get(1).shape();
    TypeRules.require(
        operands.get(1).dtype().isInteger(),
        op,
        operands,
        "takes integer indices",
        "convert the indices with x.to(I32)");
    TypeRules.attribute(
        batch >= 0
            && axis >= batch
            && axis < x.rank()
            && batch <= indices.rank()
            && x.slice(0, batch).equals(indices.slice(0, batch)),
        op,
        operands,
        "0 <= batch <= axis < rank, and the batch axes agree");
    return x.slice(0, axis)
        .concat(indices.slice(batch, indices.rank()))
        .concat(x.slice(axis + 1, x.rank()));
  }
}
