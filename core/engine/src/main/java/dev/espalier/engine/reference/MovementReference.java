package dev.espalier.engine.reference;

import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Elements at other places, bit by bit. */
final class MovementReference {
  private MovementReference() {}

  /** From the index of an element of the result to its index in the operand. */
  @FunctionalInterface
  private interface Source {
    int[] of(int[] index);
  }

  private static NdArray move(NdArray x, Shape to, Source source) {
    Positions results = new Positions(to);
    Positions operands = new Positions(x.type().shape());
    int[] from = new int[to.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = operands.at(source.of(results.of(i)));
    }
    return Elements.pick(x, to, from);
  }

  static NdArray iota(Iota iota) {
    Positions positions = new Positions(iota.type().shape());
    long[] values = new long[iota.type().shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = positions.of(i)[iota.axis()];
    }
    if (iota.type().dtype().isFloat()) {
      return Elements.ofDoubles(iota.type(), Arrays.stream(values).asDoubleStream().toArray());
    }
    return Elements.ofLongs(iota.type(), values);
  }

  static NdArray broadcast(Broadcast op, NdArray x) {
    return move(x, op.shape(), index -> op.axes().stream().mapToInt(axis -> index[axis]).toArray());
  }

  static NdArray transpose(Transpose op, Shape to, NdArray x) {
    return move(
        x,
        to,
        index -> {
          int[] from = new int[index.length];
          for (int i = 0; i < index.length; i++) {
            from[op.permutation().get(i)] = index[i];
          }
          return from;
        });
  }

  static NdArray reverse(Reverse op, NdArray x) {
    Shape shape = x.type().shape();
    return move(
        x,
        shape,
        index -> {
          op.axes().forEach(axis -> index[axis] = shape.extent(axis) - 1 - index[axis]);
          return index;
        });
  }

  static NdArray slice(Slice op, Shape to, NdArray x) {
    return move(
        x,
        to,
        index -> {
          for (int i = 0; i < index.length; i++) {
            index[i] = op.starts().get(i) + index[i] * op.strides().get(i);
          }
          return index;
        });
  }

  static NdArray pad(Pad op, Shape to, NdArray x, NdArray value) {
    int[] from = new int[to.size()];
    Arrays.fill(from, -1);
    Positions results = new Positions(to);
    Positions operands = new Positions(x.type().shape());
    for (int i = 0; i < x.type().shape().size(); i++) {
      int[] index = operands.of(i);
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] = op.low().get(axis) + index[axis] * (1 + op.interior().get(axis));
      }
      from[results.at(index)] = i;
    }
    return Elements.pick(x, to, from, value);
  }

  static NdArray concat(int axis, Shape to, List<NdArray> in) {
    Object storage = NdArray.allocate(in.getFirst().type().withShape(to));
    Positions results = new Positions(to);
    int before = 0;
    for (NdArray x : in) {
      Positions operands = new Positions(x.type().shape());
      for (int i = 0; i < x.type().shape().size(); i++) {
        int[] index = operands.of(i);
        index[axis] += before;
        Elements.copy(x.storage(), i, storage, results.at(index));
      }
      before += x.type().shape().extent(axis);
    }
    return NdArray.wrap(in.getFirst().type().withShape(to), storage);
  }

  /** Operands x, starts. */
  static NdArray dynamicSlice(Shape sizes, List<NdArray> in) {
    NdArray x = in.getFirst();
    int[] starts = clamped(in.subList(1, in.size()), x.type().shape(), sizes);
    return move(
        x,
        sizes,
        index -> {
          for (int i = 0; i < index.length; i++) {
            index[i] += starts[i];
          }
          return index;
        });
  }

  /** Operands x, update, starts. */
  static NdArray dynamicUpdateSlice(List<NdArray> in) {
    NdArray x = in.get(0);
    NdArray update = in.get(1);
    Shape shape = x.type().shape();
    int[] starts = clamped(in.subList(2, in.size()), shape, update.type().shape());
    Object storage = NdArray.allocate(x.type());
    for (int i = 0; i < shape.size(); i++) {
      Elements.copy(x.storage(), i, storage, i);
    }
    Positions results = new Positions(shape);
    Positions updates = new Positions(update.type().shape());
    for (int i = 0; i < update.type().shape().size(); i++) {
      int[] index = updates.of(i);
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] += starts[axis];
      }
      Elements.copy(update.storage(), i, storage, results.at(index));
    }
    return NdArray.wrap(x.type(), storage);
  }

  private static int[] clamped(List<NdArray> starts, Shape whole, Shape part) {
    int[] clamped = new int[whole.rank()];
    for (int i = 0; i < clamped.length; i++) {
      int last = whole.extent(i) - part.extent(i);
      clamped[i] = Math.clamp(starts.get(i).getLong(0), 0, last);
    }
    return clamped;
  }
}
