package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.tensor.DType;
import dev.espalier.backend.cpu.run.LoopShape;
import dev.espalier.backend.cpu.run.Reductions;
import java.util.Optional;

/**
 * A reduction that a loop over the elements of its operand can make, among them the choice of one
 * element of each row. Whether it can depends on the reduction alone, never on what is around it,
 * and so does the order in which it adds: what is fused changes no bit.
 *
 * @param along what disappears
 * @param width the elements of a row of the loop; 1 where rows do not matter
 */
record LoopReduction(Along along, int width) {
  /** What a reduction takes together, its operand being [rows, width]. */
  enum Along {
    /** The elements of a row: one value for each row, known as soon as the row is. */
    ROW,
    /** The elements of a wide row: one value for each row, known after the loop. */
    WIDE_ROW,
    /** The rows: one value for each column, known after the loop. */
    COLUMNS,
    /** All: one value, known after the loop. */
    ALL
  }

  static Optional<LoopReduction> of(Node node) {
    if (node.op() instanceof Gather && RowIndices.isOneOfEachRow(node)) {
      int width = RowIndices.width(node);
      return width <= LoopShape.MOST_WIDTH
          ? Optional.of(new LoopReduction(Along.ROW, width))
          : Optional.empty();
    }
    if (!(node.op() instanceof Reduce op)) {
      return Optional.empty();
    }
    DType dtype = node.operands().getFirst().type().dtype();
    Reductions.Extents x = ReduceSteps.extents(op, node.operands().getFirst().type().shape());
    boolean isFloat = dtype == DType.F32 || dtype == DType.F64;
    if (x.length() < 2 || x.outer() == 0 || x.inner() == 0) {
      return Optional.empty();
    }
    if (x.inner() == 1 && x.outer() > 1) {
      if (x.length() <= LoopShape.MOST_WIDTH) {
        return Optional.of(new LoopReduction(Along.ROW, x.length()));
      }
      return isFloat
          ? Optional.of(new LoopReduction(Along.WIDE_ROW, x.length()))
          : Optional.empty();
    }
    if (!isFloat || x.outer() > 1) {
      return Optional.empty();
    }
    if (x.inner() == 1) {
      return Optional.of(new LoopReduction(Along.ALL, 1));
    }
    return op.kind() != Reduce.Kind.PROD
        ? Optional.of(new LoopReduction(Along.COLUMNS, x.inner()))
        : Optional.empty();
  }
}
