package dev.espalier.engine;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Derivatives of reductions as weights of the elements. */
final class ReductionDerivatives {
  private ReductionDerivatives() {}

  static Tensor spread(Reduce op, Tensor reduced, Shape to) {
    return reduced.spread(to, op.axes().stream().mapToInt(Integer::intValue).toArray());
  }

  /** The derivative of the result in each element; for MAX and MIN equal elements share it. */
  static Tensor weights(Reduce op, Tensor x, Tensor y) {
    return switch (op.kind()) {
      case SUM -> x.onesLike();
      case PROD -> productOfOthers(op, x);
      case MAX, MIN -> {
        DType wide = x.dtype() == DType.F64 ? DType.F64 : DType.F32;
        Tensor attained = x.eq(spread(op, y, x.shape())).to(wide);
        Tensor count =
            attained.apply(new Reduce(Reduce.Kind.SUM, op.axes()), List.of(attained)).getFirst();
        yield attained.div(spread(op, count, x.shape())).to(x.dtype());
      }
      case AND, OR -> throw new AssertionError(op.kind());
    };
  }

  /**
   * For each element the product of the others: of those before times those after, so that zeros do
   * no harm.
   */
  private static Tensor productOfOthers(Reduce op, Tensor x) {
    Shape shape = x.shape();
    List<Integer> order = new ArrayList<>();
    int reduced = 1;
    for (int i = 0; i < shape.rank(); i++) {
      if (!op.axes().contains(i)) {
        order.add(i);
      }
    }
    int kept = order.size();
    for (int i = 0; i < shape.rank(); i++) {
      if (op.axes().contains(i)) {
        order.add(i);
        reduced *= shape.extent(i);
      }
    }
    if (shape.size() == 0) {
      return x.onesLike();
    }
    Tensor moved = x.transpose(order.stream().mapToInt(Integer::intValue).toArray());
    Tensor flat = moved.reshape(moved.shape().slice(0, kept).insert(kept, reduced));
    Tensor before =
        flat.slice(-1, 0, reduced - 1).pad(-1, 1, 0, 1).cumulative(Cumulative.Kind.PROD, -1, false);
    Tensor after =
        flat.slice(-1, 1, reduced).pad(-1, 0, 1, 1).cumulative(Cumulative.Kind.PROD, -1, true);
    int[] inverse = new int[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return before.mul(after).reshape(moved.shape()).transpose(inverse);
  }
}
