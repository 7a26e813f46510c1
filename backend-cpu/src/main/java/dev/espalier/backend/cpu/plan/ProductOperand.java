package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import java.util.List;
import java.util.Optional;

/**
 * An operand of a product. Where both operands of an F32 product are BF16 numbers, their
 * conversions from F32 to BF16 and back are not carried out: the product reads the values
 * themselves and rounds them while it packs them.
 *
 * @param value what is read
 * @param rounded whether its elements are rounded to BF16; for both operands or for none
 */
record ProductOperand(Value value, boolean rounded) {
  /** The two operands of a product. */
  static List<ProductOperand> of(Node product, Values values) {
    Value left = product.operands().get(0);
    Value right = product.operands().get(1);
    return isNarrow(left, values) && isNarrow(right, values)
        ? List.of(rounded(left, values), rounded(right, values))
        : List.of(new ProductOperand(left, false), new ProductOperand(right, false));
  }

  private static boolean isNarrow(Value operand, Values values) {
    return narrow(operand, values).isPresent();
  }

  private static Optional<Value> narrow(Value operand, Values values) {
    return source(operand, DType.F32, values).filter(source -> source.type().dtype() == DType.BF16);
  }

  private static ProductOperand rounded(Value operand, Values values) {
    Value source =
        narrow(operand, values)
            .flatMap(narrow -> source(narrow, DType.BF16, values))
            .filter(wide -> wide.type().dtype() == DType.F32)
            .orElse(operand);
    return new ProductOperand(source, true);
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
