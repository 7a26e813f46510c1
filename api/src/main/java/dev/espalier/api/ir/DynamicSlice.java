package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (x, one I64 scalar start for each axis): the part of a fixed size that begins at the
 * starts. A start is clamped so that the part lies inside x.
 *
 * @param sizes the shape of the result, at most that of x
 */
public record DynamicSlice(Shape sizes) implements Op {
  @Override
  public String name() {
    return "dynamic_slice";
  }

  @Override
  public String attributes() {
    return "sizes=" + sizes;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    checkStarts(this, operands, 1, sizes);
    return List.of(operands.getFirst().withShape(sizes));
  }

  static void checkStarts(Op op, List<TensorType> operands, int before, Shape sizes) {
    TypeRules.require(
        !operands.isEmpty(), op, operands, "takes an operand and its starts", "pass operands");
    Shape from = operands.getFirst().shape();
    TypeRules.count(op, operands, before + from.rank());
    boolean fits = sizes.rank() == from.rank();
    for (int i = 0; fits && i < from.rank(); i++) {
      fits = sizes.extent(i) <= from.extent(i);
    }
    TypeRules.attribute(fits, op, operands, "the part is not larger than the whole");
    for (TensorType start : operands.subList(before, operands.size())) {
      TypeRules.require(
          start.equals(TensorType.of(DType.I64)),
          op,
          operands,
          "takes i64 scalars as starts",
          "convert the starts with x.to(I64)");
    }
  }
}
