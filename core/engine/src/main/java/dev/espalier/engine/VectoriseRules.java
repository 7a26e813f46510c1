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
import dev.espalier.api.ir.ControlFlow;
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
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Vectorise.Batched;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectorisation rule of every operation; at least one operand is mapped. Results are mapped,
 * but for those of loops that depend on nothing mapped.
 */
final class VectoriseRules {
  private VectoriseRules() {}

  static List<Batched> push(Op op, Tensor anchor, int size, List<Batched> x) {
    return switch (op) {
      case Unary _, Binary _, Polygamma _, Compare _, Select _, Convert _, Bitcast _ ->
          lifted(op, anchor, size, x);
      // Leading axes are batches already, or the last axis is meant.
      case Cholesky _, Eigh _, Qr _, Svd _, TriangularSolve _, TopK _, RandomBits _ ->
          lifted(op, anchor, size, x);
      case Reshape(Shape shape) -> lifted(new Reshape(shape.insert(0, size)), anchor, size, x);
      case Transpose(var permutation) ->
          lifted(new Transpose(behind(permutation)), anchor, size, x);
      case Broadcast(Shape shape, var axes) ->
          lifted(new Broadcast(shape.insert(0, size), behind(axes)), anchor, size, x);
      case Slice(var starts, var limits, var strides) ->
          lifted(
              new Slice(before(0, starts), before(size, limits), before(1, strides)),
              anchor,
              size,
              x);
      case Pad pad -> pad(pad, anchor, size, x);
      case Concat(int axis) -> lifted(new Concat(axis + 1), anchor, size, x);
      case Reverse(var axes) ->
          lifted(new Reverse(axes.stream().map(axis -> axis + 1).toList()), anchor, size, x);
      case Sort(int axis, boolean descending) ->
          lifted(new Sort(axis + 1, descending), anchor, size, x);
      case Reduce(var kind, var axes) ->
          lifted(new Reduce(kind, axes.stream().map(axis -> axis + 1).toList()), anchor, size, x);
      case ArgMax(int axis) -> lifted(new ArgMax(axis + 1), anchor, size, x);
      case Cumulative(var kind, int axis, boolean reverse) ->
          lifted(new Cumulative(kind, axis + 1, reverse), anchor, size, x);
      case Gather gather -> gather(gather, anchor, size, x);
      case ScatterAdd(int axis, int batch) ->
          lifted(new ScatterAdd(axis + 1, batch + 1), anchor, size, x);
      case Dot dot -> dot(dot, anchor, x);
      case Convolution convolution -> convolution(convolution, size, x);
      case DynamicSlice(Shape sizes) ->
          anyMapped(x, 1)
              ? oneByOne(op, size, x)
              : withLeadingStart(new DynamicSlice(sizes.insert(0, size)), anchor, size, x, 1);
      case DynamicUpdateSlice _ ->
          anyMapped(x, 2) ? oneByOne(op, size, x) : withLeadingStart(op, anchor, size, x, 2);
      case Scan scan -> VectoriseLoops.push(scan, anchor, size, x);
      case While loop -> VectoriseLoops.push(loop, anchor, size, x);
      case Cond cond -> VectoriseLoops.push(cond, anchor, size, x);
      case Composite composite -> VectoriseLoops.push(composite, anchor, size, x);
      case Constant _, Iota _ -> throw new AssertionError(op.name());
    };
  }

  static List<Tensor> lift(List<Batched> x, int size) {
    return x.stream().map(operand -> operand.lift(size)).toList();
  }

  private static List<Batched> lifted(Op op, Tensor anchor, int size, List<Batched> x) {
    return Vectorise.each(anchor.apply(op, lift(x, size)));
  }

  private static List<Integer> before(int first, List<Integer> rest) {
    List<Integer> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }

  /** Axes moved behind a new leading one, which stays in front. */
  private static List<Integer> behind(List<Integer> axes) {
    return before(0, axes.stream().map(axis -> axis + 1).toList());
  }

  private static boolean anyMapped(List<Batched> x, int from) {
    return x.subList(from, x.size()).stream().anyMatch(Batched::mapped);
  }

  private static List<Batched> pad(Pad op, Tensor anchor, int size, List<Batched> x) {
    Pad wider = new Pad(before(0, op.low()), before(0, op.high()), before(0, op.interior()));
    Tensor inner = x.get(0).lift(size);
    if (!x.get(1).mapped()) {
      return Vectorise.each(anchor.apply(wider, List.of(inner, x.get(1).tensor())));
    }
    Tensor value = x.get(1).tensor();
    Tensor zero = inner.constant(inner.dtype(), 0.0);
    Tensor padded = anchor.apply(wider, List.of(inner, zero)).getFirst();
    Tensor ones = inner.constant(DType.I32, 1L).broadcast(inner.shape());
    Tensor isInner =
        anchor.apply(wider, List.of(ones, inner.constant(DType.I32, 0L))).getFirst().eq(1);
    int[] others = new int[padded.shape().rank() - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = i + 1;
    }
    Tensor outer = others.length == 0 ? value : value.spread(padded.shape(), others);
    return Vectorise.each(List.of(isInner.select(padded, outer)));
  }

  private static List<Batched> gather(Gather op, Tensor anchor, int size, List<Batched> x) {
    Batched values = x.get(0);
    Batched indices = x.get(1);
    if (op.batch() == 0 && values.mapped() && !indices.mapped()) {
      return Vectorise.each(
          anchor.apply(new Gather(op.axis() + 1, 0), List.of(values.tensor(), indices.tensor())));
    }
    if (op.batch() == 0 && !values.mapped()) {
      Tensor gathered = anchor.apply(op, List.of(values.tensor(), indices.tensor())).getFirst();
      return Vectorise.each(List.of(toFront(gathered, op.axis())));
    }
    return lifted(new Gather(op.axis() + 1, op.batch() + 1), anchor, size, x);
  }

  static Tensor toFront(Tensor x, int axis) {
    int[] order = new int[x.shape().rank()];
    order[0] = axis;
    for (int i = 1; i < order.length; i++) {
      order[i] = i <= axis ? i - 1 : i;
    }
    return x.transpose(order);
  }

  private static List<Batched> dot(Dot op, Tensor anchor, List<Batched> x) {
    boolean left = x.get(0).mapped();
    boolean right = x.get(1).mapped();
    List<Tensor> operands = List.of(x.get(0).tensor(), x.get(1).tensor());
    if (left && right) {
      Dot both =
          new Dot(
              behind(op.leftBatch()),
              behind(op.rightBatch()),
              after(op.leftContract()),
              after(op.rightContract()));
      return Vectorise.each(anchor.apply(both, operands));
    }
    int batch = op.leftBatch().size();
    if (left) {
      Dot wider =
          new Dot(
              after(op.leftBatch()), op.rightBatch(), after(op.leftContract()), op.rightContract());
      return Vectorise.each(List.of(toFront(anchor.apply(wider, operands).getFirst(), batch)));
    }
    Dot wider =
        new Dot(
            op.leftBatch(), after(op.rightBatch()), op.leftContract(), after(op.rightContract()));
    int leftFree = op.leftFree(operands.getFirst().shape().rank()).size();
    return Vectorise.each(
        List.of(toFront(anchor.apply(wider, operands).getFirst(), batch + leftFree)));
  }

  private static List<Integer> after(List<Integer> axes) {
    return axes.stream().map(axis -> axis + 1).toList();
  }

  /** Inputs alone join the batch; kernels, which differ between slices, become groups. */
  private static List<Batched> convolution(Convolution op, int size, List<Batched> x) {
    if (!x.get(1).mapped()) {
      Tensor input = x.get(0).tensor();
      Shape shape = input.shape();
      int batch = shape.extent(1);
      Tensor joined =
          input
              .reshape(Shape.of(size * batch).concat(shape.slice(2, shape.rank())))
              .convolution(op, x.get(1).tensor());
      Shape out = joined.shape();
      return Vectorise.each(
          List.of(joined.reshape(Shape.of(size, batch).concat(out.slice(1, out.rank())))));
    }
    Tensor input = x.get(0).lift(size).swapAxes(0, 1);
    Tensor kernel = x.get(1).tensor();
    Shape in = input.shape();
    Shape window = kernel.shape();
    int outputs = window.extent(1);
    Convolution grouped =
        new Convolution(
            op.strides(),
            op.padLow(),
            op.padHigh(),
            op.inputDilation(),
            op.kernelDilation(),
            op.groups() * size);
    Tensor joined =
        input
            .reshape(Shape.of(in.extent(0), size * in.extent(2)).concat(in.slice(3, in.rank())))
            .convolution(
                grouped,
                kernel.reshape(Shape.of(size * outputs).concat(window.slice(2, window.rank()))));
    Shape out = joined.shape();
    return Vectorise.each(
        List.of(
            joined
                .reshape(Shape.of(out.extent(0), size, outputs).concat(out.slice(2, out.rank())))
                .swapAxes(0, 1)));
  }

  private static List<Batched> withLeadingStart(
      Op op, Tensor anchor, int size, List<Batched> x, int tensors) {
    List<Tensor> operands = new ArrayList<>(lift(x.subList(0, tensors), size));
    operands.add(anchor.constant(DType.I64, 0L));
    x.subList(tensors, x.size()).forEach(start -> operands.add(start.tensor()));
    return Vectorise.each(anchor.apply(op, operands));
  }

  /** A scan over the slices, for what has no form for many at once. */
  private static List<Batched> oneByOne(Op op, int size, List<Batched> x) {
    List<Tensor> ys =
        ControlFlow.scan(
                List.of(),
                lift(x, size),
                size,
                false,
                (carry, slices) ->
                    new ControlFlow.Scanned(List.of(), slices.getFirst().apply(op, slices)))
            .ys();
    return Vectorise.each(ys);
  }
}
