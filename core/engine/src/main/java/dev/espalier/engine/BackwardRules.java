package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
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
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reverse rule of every operation. Linear operations are transposed here; the others are the
 * transposes of their forward rules.
 */
final class BackwardRules {
  private BackwardRules() {}

  static Pullback record(Op op, Tensor anchor, List<Tensor> x, boolean[] active) {
    return switch (op) {
      case Scan scan -> LoopBackward.record(scan, anchor, x, active);
      case Cond cond -> LoopBackward.record(cond, x, active);
      case While _ -> noReverse(op, anchor, x);
      case Composite composite -> CompositeDerivatives.record(composite, anchor, x, active);
      case Cumulative(var kind, _, _) when kind != Cumulative.Kind.SUM ->
          Transposition.ofForwardRule(op, anchor, x, active);
      case Sort _, Cholesky _, Eigh _, Qr _, Svd _ ->
          Transposition.ofForwardRule(op, anchor, x, active);
      default -> {
        List<Tensor> results = anchor.apply(op, x);
        yield new Pullback(
            results, bars -> pull(op, x, results, Tensors.required(bars.getFirst()), active));
      }
    };
  }

  private static List<@Nullable Tensor> pull(
      Op op, List<Tensor> x, List<Tensor> results, Tensor bar, boolean[] active) {
    Tensor first = x.isEmpty() ? bar : x.getFirst();
    return switch (op) {
      case Unary _, Binary _, Polygamma _, Select _, Convert _ ->
          elementwise(op, x, results.getFirst(), bar, active);
      case Reshape _ -> one(bar.reshape(first.shape()));
      case Transpose(var permutation) -> one(bar.transpose(inverse(permutation)));
      case Broadcast(var shape, var axes) -> one(sumOthers(bar, shape, axes));
      case Slice slice -> one(slice(slice, first.shape(), bar));
      case Pad pad -> pad(pad, first.shape(), bar, active);
      case Concat(int axis) -> concat(axis, x, bar, active);
      case Reverse _ -> one(bar.apply(op, List.of(bar)).getFirst());
      case DynamicSlice _ -> dynamicSlice(x, bar);
      case DynamicUpdateSlice _ -> dynamicUpdateSlice(x, bar, active);
      case Gather(int axis, int batch) ->
          first(
              x.size(),
              bar.apply(new ScatterAdd(axis, batch), List.of(first.zerosLike(), x.get(1), bar))
                  .getFirst());
      case ScatterAdd scatter -> scatterAdd(scatter, x, bar, active);
      case Reduce reduce ->
          one(
              reduce.kind() == Reduce.Kind.SUM
                  ? ReductionDerivatives.spread(reduce, bar, first.shape())
                  : ReductionDerivatives.spread(reduce, bar, first.shape())
                      .mul(ReductionDerivatives.weights(reduce, first, results.getFirst())));
      case Cumulative(var kind, int axis, boolean reverse) ->
          one(bar.cumulative(kind, axis, !reverse));
      case TopK _ -> one(topK(first, results.get(1), bar));
      case Dot dot -> DotTransposition.pull(dot, x.get(0), x.get(1), bar, active);
      case Convolution convolution ->
          ConvolutionTransposition.pull(convolution, x.get(0), x.get(1), bar, active);
      case TriangularSolve solve -> solve(solve, x.get(0), results.getFirst(), bar, active);
      case ArgMax _, Bitcast _, Compare _, Constant _, Iota _, RandomBits _ -> none(x.size());
      case Scan _, Cond _, While _, Composite _, Sort _, Cholesky _, Eigh _, Qr _, Svd _ ->
          throw new AssertionError(op.name());
    };
  }

  private static List<@Nullable Tensor> one(Tensor bar) {
    return Collections.singletonList(bar);
  }

  private static List<@Nullable Tensor> none(int count) {
    return Arrays.asList(new @Nullable Tensor[count]);
  }

  private static List<@Nullable Tensor> first(int count, Tensor bar) {
    List<@Nullable Tensor> all = none(count);
    all.set(0, bar);
    return all;
  }

  private static List<@Nullable Tensor> elementwise(
      Op op, List<Tensor> x, Tensor z, Tensor bar, boolean[] active) {
    List<@Nullable Tensor> all = none(x.size());
    for (int i = 0; i < x.size(); i++) {
      if (active[i]) {
        int index = i;
        ElementwiseDerivatives.partial(op, x, z, i, false)
            .map((UnaryOperator<Tensor> rule) -> rule.apply(bar))
            .ifPresent(part -> all.set(index, part));
      }
    }
    return all;
  }

  static int[] inverse(List<Integer> permutation) {
    int[] inverse = new int[permutation.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation.get(i)] = i;
    }
    return inverse;
  }

  private static Tensor sumOthers(Tensor bar, Shape shape, List<Integer> axes) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (!axes.contains(i)) {
        others.add(i);
      }
    }
    return others.isEmpty()
        ? bar
        : bar.apply(new Reduce(Reduce.Kind.SUM, others), List.of(bar)).getFirst();
  }

  private static Tensor slice(Slice op, Shape whole, Tensor bar) {
    List<Integer> low = new ArrayList<>();
    List<Integer> high = new ArrayList<>();
    List<Integer> interior = new ArrayList<>();
    for (int i = 0; i < whole.rank(); i++) {
      int count = bar.shape().extent(i);
      int step = op.strides().get(i);
      int start = op.starts().get(i);
      int covered = count == 0 ? 0 : (count - 1) * step + 1;
      low.add(start);
      high.add(whole.extent(i) - start - covered);
      interior.add(step - 1);
    }
    Tensor zero = bar.constant(bar.dtype(), 0.0);
    return bar.apply(new Pad(low, high, interior), List.of(bar, zero)).getFirst();
  }

  private static List<@Nullable Tensor> pad(Pad op, Shape inner, Tensor bar, boolean[] active) {
    List<Integer> limits = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    for (int i = 0; i < inner.rank(); i++) {
      int extent = inner.extent(i);
      int step = op.interior().get(i) + 1;
      limits.add(op.low().get(i) + (extent == 0 ? 0 : (extent - 1) * step + 1));
      strides.add(step);
    }
    Tensor part = bar.apply(new Slice(op.low(), limits, strides), List.of(bar)).getFirst();
    List<@Nullable Tensor> all = first(2, part);
    if (active[1]) {
      Tensor marked =
          bar.apply(op, List.of(part.zerosLike(), bar.constant(bar.dtype(), 1.0))).getFirst();
      all.set(1, total(marked.eq(1).select(bar, bar.zerosLike())));
    }
    return all;
  }

  private static Tensor total(Tensor x) {
    return x.shape().rank() == 0 ? x : x.sum();
  }

  private static List<@Nullable Tensor> concat(
      int axis, List<Tensor> x, Tensor bar, boolean[] active) {
    List<@Nullable Tensor> all = none(x.size());
    int at = 0;
    for (int i = 0; i < x.size(); i++) {
      int extent = x.get(i).shape().extent(axis);
      if (active[i]) {
        all.set(i, bar.slice(axis, at, at + extent));
      }
      at += extent;
    }
    return all;
  }

  private static List<@Nullable Tensor> dynamicSlice(List<Tensor> x, Tensor bar) {
    List<Tensor> operands = new ArrayList<>(List.of(x.getFirst().zerosLike(), bar));
    operands.addAll(x.subList(1, x.size()));
    return first(x.size(), bar.apply(new DynamicUpdateSlice(), operands).getFirst());
  }

  private static List<@Nullable Tensor> dynamicUpdateSlice(
      List<Tensor> x, Tensor bar, boolean[] active) {
    List<Tensor> starts = x.subList(2, x.size());
    List<@Nullable Tensor> all = none(x.size());
    if (active[0]) {
      List<Tensor> operands = new ArrayList<>(List.of(bar, x.get(1).zerosLike()));
      operands.addAll(starts);
      all.set(0, bar.apply(new DynamicUpdateSlice(), operands).getFirst());
    }
    if (active[1]) {
      all.set(1, bar.dynamicSlice(x.get(1).shape(), starts.toArray(Tensor[]::new)));
    }
    return all;
  }

  private static List<@Nullable Tensor> scatterAdd(
      ScatterAdd op, List<Tensor> x, Tensor bar, boolean[] active) {
    List<@Nullable Tensor> all = none(3);
    all.set(0, bar);
    if (active[2]) {
      Tensor indices = x.get(1);
      int extent = x.getFirst().shape().extent(op.axis());
      Tensor inside = indices.ge(0).and(indices.lt(extent));
      Tensor gathered =
          bar.apply(new Gather(op.axis(), op.batch()), List.of(bar, indices)).getFirst();
      // An update outside is dropped, so its cotangent is 0 where a gather gives NaN.
      List<Integer> axes = new ArrayList<>();
      for (int i = 0; i < indices.shape().rank(); i++) {
        axes.add(i < op.batch() ? i : op.axis() + i - op.batch());
      }
      Tensor mask = inside.apply(new Broadcast(gathered.shape(), axes), List.of(inside)).getFirst();
      all.set(2, mask.select(gathered, gathered.zerosLike()));
    }
    return all;
  }

  private static Tensor topK(Tensor x, Tensor indices, Tensor bar) {
    int last = x.shape().rank() - 1;
    return bar.apply(new ScatterAdd(last, last), List.of(x.zerosLike(), indices, bar)).getFirst();
  }

  private static List<@Nullable Tensor> solve(
      TriangularSolve op, Tensor a, Tensor solution, Tensor bar, boolean[] active) {
    TriangularSolve adjoint = new TriangularSolve(op.lower(), !op.transpose(), op.unitDiagonal());
    Tensor right = a.apply(adjoint, List.of(a, bar)).getFirst();
    List<@Nullable Tensor> all = none(2);
    all.set(1, right);
    if (active[0]) {
      Tensor outer =
          op.transpose()
              ? solution.matmul(FactorisationDerivatives.transposed(right))
              : right.matmul(FactorisationDerivatives.transposed(solution));
      all.set(0, FactorisationDerivatives.triangle(outer.neg(), op.lower(), op.unitDiagonal()));
    }
    return all;
  }

  private static Pullback noReverse(Op op, Tensor anchor, List<Tensor> x) {
    return new Pullback(
        anchor.apply(op, x),
        bars -> {
          throw new EspalierException(
              ErrorCode.NOT_DIFFERENTIABLE,
              "a reverse derivative of a loop needs its length",
              op.name() + " runs until its condition fails",
              "use a scan of fixed length, forward derivatives, or a composite with a reverse rule");
        });
  }
}
