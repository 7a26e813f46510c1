package dev.espalier.engine;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Forward.Dual;
import java.util.List;

/** Forward rules of running combinations. */
final class CumulativeDerivatives {
  private CumulativeDerivatives() {}

  static Dual push(Cumulative op, Tensor x, Tensor t) {
    Tensor y = x.apply(op, List.of(x)).getFirst();
    Tensor tangent =
        switch (op.kind()) {
          case SUM -> t.apply(op, List.of(t)).getFirst();
          case PROD -> product(op, x, y, t);
          case MAX, MIN -> extreme(op, x, y, t);
        };
    return Tensors.dual(y, tangent);
  }

  /** The linear recurrence {@code t'_i = t'_(i-1) x_i + y_(i-1) t_i}. */
  private static Tensor product(Cumulative op, Tensor x, Tensor y, Tensor t) {
    int axis = op.axis();
    int extent = x.shape().extent(axis);
    if (x.shape().size() == 0) {
      return t;
    }
    Tensor before =
        op.reverse()
            ? y.slice(axis, 1, extent).pad(axis, 0, 1, 1)
            : y.slice(axis, 0, extent - 1).pad(axis, 1, 0, 1);
    Tensor start = t.slice(axis, 0, 1).squeeze(axis).zerosLike();
    List<Tensor> xs = List.of(toFront(x, axis), toFront(before, axis), toFront(t, axis));
    Tensor ys =
        ControlFlow.scan(
                List.of(start),
                xs,
                extent,
                op.reverse(),
                (carry, in) -> {
                  Tensor next = carry.getFirst().mul(in.get(0)).add(in.get(1).mul(in.get(2)));
                  return new ControlFlow.Scanned(List.of(next), List.of(next));
                })
            .ys()
            .getFirst();
    return fromFront(ys, axis);
  }

  /** The tangent at the place where the extreme was first attained. */
  private static Tensor extreme(Cumulative op, Tensor x, Tensor y, Tensor t) {
    int axis = op.axis();
    int extent = x.shape().extent(axis);
    if (x.shape().size() == 0) {
      return t;
    }
    Tensor index = x.iota(x.type().withDType(DType.I32), axis);
    Tensor previous = op.reverse() ? y.slice(axis, 1, extent) : y.slice(axis, 0, extent - 1);
    Tensor current = op.reverse() ? x.slice(axis, 0, extent - 1) : x.slice(axis, 1, extent);
    Tensor improves =
        op.kind() == Cumulative.Kind.MAX ? current.gt(previous) : current.lt(previous);
    Tensor start = x.slice(axis, 0, 1);
    Tensor always = start.eq(0).or(start.ne(0));
    Tensor attains = op.reverse() ? improves.concat(axis, always) : always.concat(axis, improves);
    // Where nothing improves, the index of the last improvement runs on.
    Tensor none = index.constantLike(op.reverse() ? extent : -1);
    Tensor places =
        attains
            .select(index, none)
            .cumulative(
                op.reverse() ? Cumulative.Kind.MIN : Cumulative.Kind.MAX, axis, op.reverse());
    return takeAlong(t, places, axis);
  }

  static Tensor takeAlong(Tensor x, Tensor indices, int axis) {
    int last = x.shape().rank() - 1;
    return x.swapAxes(axis, last).takeAlongLast(indices.swapAxes(axis, last)).swapAxes(axis, last);
  }

  private static int[] frontOrder(int rank, int axis) {
    int[] order = new int[rank];
    order[0] = axis;
    for (int i = 1; i < rank; i++) {
      order[i] = i <= axis ? i - 1 : i;
    }
    return order;
  }

  private static Tensor toFront(Tensor x, int axis) {
    return x.transpose(frontOrder(x.shape().rank(), axis));
  }

  private static Tensor fromFront(Tensor x, int axis) {
    int[] order = frontOrder(x.shape().rank(), axis);
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return x.transpose(inverse);
  }
}
