package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (x, scalar value): x with {@code low} values before, {@code high} after and {@code
 * interior} between neighbours, for each axis.
 *
 * @param low values before the first element, at least 0
 * @param high values after the last element, at least 0
 * @param interior values between neighbours, at least 0
 */
public record Pad(List<Integer> low, List<Integer> high, List<Integer> interior) implements Op {
  public Pad {
    low = List.copyOf(low);
    high = List.copyOf(high);
    interior = List.copyOf(interior);
  }

  @Override
  public String name() {
    return "pad";
  }

  @Override
  public String attributes() {
    return "low=" + low + ", high=" + high + ", interior=" + interior;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    Shape from = operands.getFirst().shape();
    int rank = from.rank();
    TypeRules.attribute(
        low.size() == rank && high.size() == rank && interior.size() == rank,
        this,
        operands,
        "low, high and interior are given for every axis");
    TypeRules.require(
        operands.get(1).equals(operands.getFirst().withShape(Shape.SCALAR)),
        this,
        operands,
        "takes a scalar of the same element type as its second operand",
        "pass x.constant(0)");
    int[] to = new int[rank];
    for (int i = 0; i < rank; i++) {
      TypeRules.attribute(
          low.get(i) >= 0 && high.get(i) >= 0 && interior.get(i) >= 0,
          this,
          operands,
          "padding is at least 0 (slice to crop)");
      int extent = from.extent(i);
      long padded =
          (long) low.get(i) + high.get(i) + extent + Math.max(extent - 1L, 0) * interior.get(i);
      TypeRules.attribute(
          padded <= Integer.MAX_VALUE, this, operands, "a padded extent is less than 2^31");
      to[i] = (int) padded;
    }
    return List.of(operands.getFirst().withShape(Shape.of(to)));
  }
}
