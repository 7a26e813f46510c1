package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** The checks that the type rules of operations are made of. */
final class TypeRules {
  private TypeRules() {}

  static void count(Op op, List<TensorType> operands, int wanted) {
    if (operands.size() != wanted) {
      String count = wanted + (wanted == 1 ? " operand" : " operands");
      throw mismatch(op, operands, "takes " + count, "pass " + count);
    }
  }

  static void require(boolean holds, Op op, List<TensorType> operands, String rule, String repair) {
    if (!holds) {
      throw mismatch(op, operands, rule, repair);
    }
  }

  static void attribute(boolean holds, Op op, List<TensorType> operands, String rule) {
    if (!holds) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          op.name() + ": " + rule,
          text(operands) + " with " + op.attributes(),
          "pass other attributes or operands");
    }
  }

  static EspalierException mismatch(Op op, List<TensorType> operands, String rule, String repair) {
    return new EspalierException(
        ErrorCode.TYPE_MISMATCH,
        op.name() + " " + rule,
        text(operands) + (op.attributes().isEmpty() ? "" : " with " + op.attributes()),
        repair);
  }

  static String text(List<TensorType> types) {
    return types.isEmpty()
        ? "no operands"
        : types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
  }

  /** Whether these are different axes of a shape. */
  static boolean distinctAxes(List<Integer> axes, Shape shape) {
    return new HashSet<>(axes).size() == axes.size()
        && axes.stream().allMatch(axis -> axis >= 0 && axis < shape.rank());
  }
}
