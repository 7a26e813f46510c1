package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import java.util.Optional;

/**
 * An operand of a product. An F32 value that is converted to BF16 and back only for products is not
 * carried out: they read the value itself and round it while they pack it.
 *
 * @param value what is read
 * @param rounded whether its elements are to be rounded to BF16
 */
record ProductOperand(Value value, boolean rounded) {
  static ProductOperand of(Value operand, Values values) {
    return source(operand, DType.F32, values)
        .filter(narrow -> narrow.type().dtype() == DType.BF16)
        .flatMap(narrow -> source(narrow, DType.BF16, values))
        .filter(wide -> wide.type().dtype() == DType.F32)
        .map(wide -> new ProductOperand(wide, true))
        .orElseGet(() -> new ProductOperand(operand, false));
  }

  /** What a value is a conversion of to some type, where it is one itself and no view of one. */
  private static Optional<Value> source(Value value, DType to, Values values) {
    return values
        .producer(value)
        .filter(node -> node.op() instanceof Convert convert && convert.to() == to)
        .filter(node -> node.result().equals(value))
        .map(Node::operands)
        .map(operands -> operands.getFirst());
  }
}
