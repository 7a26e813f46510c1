package dev.espalier.engine;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Forward.Dual;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forward rule of every operation; at least one tangent is present. */
final class ForwardRules {
  private ForwardRules() {}

  static Dual push(Op op, Tensor anchor, List<Tensor> x, List<@Nullable Tensor> t) {
    return switch (op) {
      case Unary _, Binary _, Polygamma _, Select _, Convert _ -> elementwise(op, x, t);
      case ArgMax _, Bitcast _, Compare _, Constant _, Iota _, RandomBits _ ->
          Forward.constant(anchor.apply(op, x));
      // Linear in every operand that has a tangent: the operation itself, with the indices as they
      // are.
      case Broadcast _, Reshape _, Reverse _, Slice _, Transpose _ -> linear(op, x, t, x.size());
      case Concat _ -> linear(op, x, t, x.size());
      case Pad _ -> linear(op, x, t, 2);
      case DynamicSlice _ -> linear(op, x, t, 1);
      case DynamicUpdateSlice _ -> linear(op, x, t, 2);
      case Gather _ -> linear(op, x, t, 1);
      case ScatterAdd _ -> scatterAdd(op, x, t);
      case Dot _, Convolution _ -> bilinear(op, x, t);
      case Reduce reduce -> reduce(reduce, x.getFirst(), Tensors.required(t.getFirst()));
      case Cumulative run ->
          CumulativeDerivatives.push(run, x.getFirst(), Tensors.required(t.getFirst()));
      case Sort sort -> OrderDerivatives.push(sort, x, t);
      case TopK topK -> OrderDerivatives.push(topK, x.getFirst(), Tensors.required(t.getFirst()));
      case Cholesky _, Eigh _, Qr _, Svd _ ->
          FactorisationDerivatives.push(op, x.getFirst(), Tensors.required(t.getFirst()));
      case TriangularSolve solve ->
          FactorisationDerivatives.push(solve, x.get(0), x.get(1), t.get(0), t.get(1));
      case Scan scan -> LoopForward.push(scan, anchor, x, t);
      case While loop -> LoopForward.push(loop, anchor, x, t);
      case Cond cond -> LoopForward.push(cond, x, t);
      case Composite composite -> CompositeDerivatives.push(composite, anchor, x, t);
    };
  }

  private static Dual elementwise(Op op, List<Tensor> x, List<@Nullable Tensor> t) {
    Tensor z = x.getFirst().apply(op, x).getFirst();
    @Nullable Tensor total = null;
    for (int i = 0; i < x.size(); i++) {
      Tensor tangent = t.get(i);
      if (tangent != null) {
        var partial = ElementwiseDerivatives.partial(op, x, z, i, true);
        if (partial.isPresent()) {
          total = Tensors.plus(total, partial.get().apply(tangent));
        }
      }
    }
    return Tensors.dual(z, total);
  }

  private static Dual linear(Op op, List<Tensor> x, List<@Nullable Tensor> t, int linearOperands) {
    List<Tensor> tangents = new ArrayList<>(x);
    boolean any = false;
    for (int i = 0; i < linearOperands; i++) {
      Tensor tangent = t.get(i);
      any |= tangent != null;
      tangents.set(i, tangent == null ? x.get(i).zerosLike() : tangent);
    }
    Tensor anchor = x.getFirst();
    Tensor z = anchor.apply(op, x).getFirst();
    return Tensors.dual(z, any ? anchor.apply(op, tangents).getFirst() : null);
  }

  private static Dual scatterAdd(Op op, List<Tensor> x, List<@Nullable Tensor> t) {
    Tensor z = x.getFirst().apply(op, x).getFirst();
    List<Tensor> tangents =
        List.of(Tensors.orZero(t.get(0), x.get(0)), x.get(1), Tensors.orZero(t.get(2), x.get(2)));
    return Tensors.dual(z, x.getFirst().apply(op, tangents).getFirst());
  }

  private static Dual bilinear(Op op, List<Tensor> x, List<@Nullable Tensor> t) {
    Tensor a = x.get(0);
    Tensor b = x.get(1);
    Tensor ta = t.get(0);
    Tensor tb = t.get(1);
    @Nullable Tensor total = null;
    if (ta != null) {
      total = ta.apply(op, List.of(ta, b)).getFirst();
    }
    if (tb != null) {
      total = Tensors.plus(total, a.apply(op, List.of(a, tb)).getFirst());
    }
    return Tensors.dual(a.apply(op, x).getFirst(), total);
  }

  private static Dual reduce(Reduce op, Tensor x, Tensor t) {
    Tensor y = x.apply(op, List.of(x)).getFirst();
    Tensor tangent =
        switch (op.kind()) {
          case SUM -> t.apply(op, List.of(t)).getFirst();
          default -> {
            Tensor weighted = t.mul(ReductionDerivatives.weights(op, x, y));
            yield weighted
                .apply(new Reduce(Reduce.Kind.SUM, op.axes()), List.of(weighted))
                .getFirst();
          }
        };
    return Tensors.dual(y, tangent);
  }
}
