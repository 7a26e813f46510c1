package dev.espalier.engine;

import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Forward.Dual;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forward rules of sorting: tangents are reordered as their values are. */
final class OrderDerivatives {
  private OrderDerivatives() {}

  static Dual push(Sort op, List<Tensor> x, List<@Nullable Tensor> t) {
    Tensor keys = x.getFirst();
    List<Tensor> withIndex = new ArrayList<>(x);
    withIndex.add(keys.iota(keys.type().withDType(DType.I32), op.axis()));
    List<Tensor> sorted = keys.apply(op, withIndex);
    Tensor order = sorted.getLast();
    List<@Nullable Tensor> tangents = new ArrayList<>();
    for (Tensor tangent : t) {
      tangents.add(
          tangent == null ? null : CumulativeDerivatives.takeAlong(tangent, order, op.axis()));
    }
    return new Dual(sorted.subList(0, x.size()), tangents);
  }

  static Dual push(TopK op, Tensor x, Tensor t) {
    List<Tensor> top = x.apply(op, List.of(x));
    List<@Nullable Tensor> tangents = new ArrayList<>();
    tangents.add(t.takeAlongLast(top.get(1)));
    tangents.add(null);
    return new Dual(top, tangents);
  }
}
