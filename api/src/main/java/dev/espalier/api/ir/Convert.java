package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Conversion to another element type: to floats rounds to nearest even; from float to integer
 * truncates and saturates, NaN gives 0 (a Java cast); between integers keeps the low bits; to BOOL
 * is {@code x != 0}.
 *
 * @param to the element type of the result
 */
public record Convert(DType to) implements Op {
  @Override
  public String name() {
    return "convert";
  }

  @Override
  public String attributes() {
    return "to=" + to.text();
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    return List.of(operands.getFirst().withDType(to));
  }
}
