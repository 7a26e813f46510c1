package dev.espalier.engine.reference;

import dev.espalier.api.ir.Op;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Operands for tests, from fixed seeds, and index arithmetic that is not the interpreter's. */
final class Samples {
  private Samples() {}

  /** The only result of an operation. */
  static NdArray one(Op op, NdArray... in) {
    List<NdArray> results = Reference.evaluate(op, List.of(in));
    if (results.size() != 1) {
      throw new AssertionError(results.size() + " results of " + op);
    }
    return results.getFirst();
  }

  static List<NdArray> all(Op op, NdArray... in) {
    return Reference.evaluate(op, List.of(in));
  }

  /** A rank-1 array of an element type. */
  static NdArray of(DType dtype, double... values) {
    return NdArray.of(values, values.length).convert(dtype);
  }

  /** Standard normal floats, integers from -50 to 49, fair BOOLs. */
  static NdArray random(Random random, DType dtype, int... extents) {
    int size = Shape.of(extents).size();
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          switch (dtype) {
            case F32, F64, BF16, F16 -> random.nextGaussian();
            case I32, I64 -> random.nextInt(100) - 50;
            case BOOL -> random.nextInt(2);
          };
    }
    return NdArray.of(values, extents).convert(dtype);
  }

  /** Floats that are small integers, so that sums of products are exact in every order. */
  static NdArray integral(Random random, DType dtype, int... extents) {
    double[] values = new double[Shape.of(extents).size()];
    Arrays.setAll(values, i -> random.nextInt(7) - 3);
    return NdArray.of(values, extents).convert(dtype);
  }

  static int[] extents(Random random, int rank, int from, int to) {
    int[] extents = new int[rank];
    Arrays.setAll(extents, i -> from + random.nextInt(to - from + 1));
    return extents;
  }

  /** Every index of a shape in row-major order, by counting. */
  static List<int[]> indices(Shape shape) {
    List<int[]> all = new ArrayList<>();
    if (shape.size() == 0) {
      return all;
    }
    int[] index = new int[shape.rank()];
    while (true) {
      all.add(index.clone());
      int axis = shape.rank() - 1;
      while (axis >= 0 && ++index[axis] == shape.extent(axis)) {
        index[axis--] = 0;
      }
      if (axis < 0) {
        return all;
      }
    }
  }

  /** The number of an element, by Horner's rule. */
  static int at(Shape shape, int... index) {
    int element = 0;
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.extent(axis)) {
        throw new IndexOutOfBoundsException(Arrays.toString(index) + " in " + shape);
      }
      element = element * shape.extent(axis) + index[axis];
    }
    return element;
  }

  static double get(NdArray x, int... index) {
    return x.getDouble(at(x.type().shape(), index));
  }

  /** An array whose element at each index is given, of an element type that holds the values. */
  static NdArray build(DType dtype, Shape shape, ToDoubleFunction<int[]> f) {
    double[] values = indices(shape).stream().mapToDouble(f).toArray();
    return NdArray.wrap(new TensorType(DType.F64, shape), values).convert(dtype);
  }

  static List<Integer> ints(int... values) {
    return Arrays.stream(values).boxed().toList();
  }
}
