package com.example.plainbackend;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The meaning of the operations that are claimed, one element after the other. */
final class Interpreter {
  private Interpreter() {}

  static List<NdArray> run(Graph graph, List<NdArray> inputs) {
    List<NdArray> values = new ArrayList<>(inputs);
    for (Node node : graph.nodes()) {
      List<NdArray> operands = node.operands().stream().map(v -> values.get(v.id())).toList();
      if (node.op() instanceof Composite composite) {
        values.addAll(run(composite.body(), operands));
      } else {
        values.add(evaluate(node.op(), node.result().type(), operands));
      }
    }
    return graph.outputs().stream().map(Value::id).map(values::get).toList();
  }

  private interface Element {
    double at(int[] index);
  }

  private static NdArray evaluate(Op op, TensorType type, List<NdArray> in) {
    return switch (op) {
      case Constant constant -> constant.value();
      case Reshape reshape -> in.get(0).reshape(reshape.shape().extents());
      case Binary binary ->
          build(type, i -> binary(binary.kind(), get(in.get(0), i), get(in.get(1), i)));
      case Compare compare ->
          build(type, i -> compare(compare.kind(), get(in.get(0), i), get(in.get(1), i)) ? 1 : 0);
      case Select _ ->
          build(type, i -> get(in.get(0), i) != 0 ? get(in.get(1), i) : get(in.get(2), i));
      case Broadcast broadcast ->
          build(
              type,
              i -> get(in.get(0), broadcast.axes().stream().mapToInt(axis -> i[axis]).toArray()));
      case Transpose transpose ->
          build(
              type,
              i -> {
                int[] source = new int[i.length];
                for (int axis = 0; axis < i.length; axis++) {
                  source[transpose.permutation().get(axis)] = i[axis];
                }
                return get(in.get(0), source);
              });
      case Reverse reverse ->
          build(
              type,
              i -> {
                int[] source = i.clone();
                reverse.axes().forEach(axis -> source[axis] = type.shape().extent(axis) - 1 - i[axis]);
                return get(in.get(0), source);
              });
      case Slice slice ->
          build(
              type,
              i -> {
                int[] source = new int[i.length];
                for (int axis = 0; axis < i.length; axis++) {
                  source[axis] = slice.starts().get(axis) + i[axis] * slice.strides().get(axis);
                }
                return get(in.get(0), source);
              });
      case Concat concat -> build(type, i -> joined(concat.axis(), in, i));
      case Reduce reduce -> reduce(reduce, type, in.get(0));
      case Dot dot -> dot(dot, type, in.get(0), in.get(1));
      default -> throw new AssertionError(op.name() + " is not claimed");
    };
  }

  private static NdArray build(TensorType type, Element element) {
    double[] values = new double[type.shape().size()];
    int[] index = new int[type.shape().rank()];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.at(index);
      next(index, type.shape().extents());
    }
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  private static void next(int[] index, int[] extents) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < extents[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }

  private static double get(NdArray x, int[] index) {
    int place = 0;
    for (int axis = 0; axis < index.length; axis++) {
      place = place * x.type().shape().extent(axis) + index[axis];
    }
    return x.getDouble(place);
  }

  private static double binary(Binary.Kind kind, double x, double y) {
    return switch (kind) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case REM -> x % y;
      case POW -> Math.pow(x, y);
      case ATAN2 -> Math.atan2(x, y);
      case MAX, OR -> Math.max(x, y);
      case MIN, AND -> Math.min(x, y);
      case XOR -> Math.abs(x - y);
      case SHL, SHR, USHR -> throw new AssertionError("not on F64 or BOOL");
    };
  }

  private static boolean compare(Compare.Kind kind, double x, double y) {
    return switch (kind) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  private static double joined(int axis, List<NdArray> parts, int[] index) {
    int[] source = index.clone();
    for (NdArray part : parts) {
      int extent = part.type().shape().extent(axis);
      if (source[axis] < extent) {
        return get(part, source);
      }
      source[axis] -= extent;
    }
    throw new AssertionError("the parts are as long as the whole");
  }

  private static NdArray reduce(Reduce op, TensorType type, NdArray x) {
    boolean bool = type.dtype() == DType.BOOL;
    double neutral =
        switch (op.kind()) {
          case SUM, OR -> 0;
          case PROD, AND -> 1;
          case MAX -> bool ? 0 : Double.NEGATIVE_INFINITY;
          case MIN -> bool ? 1 : Double.POSITIVE_INFINITY;
        };
    double[] values = new double[type.shape().size()];
    Arrays.fill(values, neutral);
    int[] index = new int[x.type().shape().rank()];
    for (int i = 0; i < x.type().shape().size(); i++) {
      int place = 0;
      for (int axis = 0; axis < index.length; axis++) {
        if (!op.axes().contains(axis)) {
          place = place * x.type().shape().extent(axis) + index[axis];
        }
      }
      values[place] = combine(op.kind(), values[place], x.getDouble(i));
      next(index, x.type().shape().extents());
    }
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  private static double combine(Reduce.Kind kind, double x, double y) {
    return switch (kind) {
      case SUM -> x + y;
      case PROD -> x * y;
      case MAX, OR -> Math.max(x, y);
      case MIN, AND -> Math.min(x, y);
    };
  }

  private static NdArray dot(Dot op, TensorType type, NdArray x, NdArray y) {
    List<Integer> leftFree = op.leftFree(x.type().shape().rank());
    int batch = op.leftBatch().size();
    int[] extents =
        op.leftContract().stream().mapToInt(axis -> x.type().shape().extent(axis)).toArray();
    int terms = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
    List<Integer> rightFree = new ArrayList<>();
    for (int axis = 0; axis < y.type().shape().rank(); axis++) {
      if (!op.rightBatch().contains(axis) && !op.rightContract().contains(axis)) {
        rightFree.add(axis);
      }
    }
    return build(
        type,
        i -> {
          int[] left = new int[x.type().shape().rank()];
          int[] right = new int[y.type().shape().rank()];
          for (int b = 0; b < batch; b++) {
            left[op.leftBatch().get(b)] = i[b];
            right[op.rightBatch().get(b)] = i[b];
          }
          for (int f = 0; f < leftFree.size(); f++) {
            left[leftFree.get(f)] = i[batch + f];
          }
          for (int f = 0; f < rightFree.size(); f++) {
            right[rightFree.get(f)] = i[batch + leftFree.size() + f];
          }
          double sum = 0;
          int[] along = new int[extents.length];
          for (int term = 0; term < terms; term++) {
            for (int c = 0; c < along.length; c++) {
              left[op.leftContract().get(c)] = along[c];
              right[op.rightContract().get(c)] = along[c];
            }
            sum += get(x, left) * get(y, right);
            next(along, extents);
          }
          return sum;
        });
  }
}
