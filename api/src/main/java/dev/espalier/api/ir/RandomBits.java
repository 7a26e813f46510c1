package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (key, counter), both I64 of one shape [B...]: uniform random bits, I32 [B..., shape...],
 * from the counter-based generator Philox 4x32-10. Within an entry of B, element e is word {@code e
 * mod 4} of the block with the counter words (low and high half of {@code e / 4}, low and high half
 * of the counter) under the key words (low and high half of the key). The same operands give the
 * same bits on every backend.
 *
 * <p>Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
 * SC 2011.
 *
 * @param shape the shape for each key
 */
public record RandomBits(Shape shape) implements Op {
  @Override
  public String name() {
    return "random_bits";
  }

  @Override
  public String attributes() {
    return "shape=" + shape;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    TypeRules.require(
        operands.get(0).dtype() == DType.I64 && operands.get(0).equals(operands.get(1)),
        this,
        operands,
        "takes an i64 key and an i64 counter of one shape",
        "make keys with Key");
    return List.of(new TensorType(DType.I32, operands.get(0).shape().concat(shape)));
  }
}
