package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Generalised matrix products and convolutions. */
final class ContractionCases {
  private ContractionCases() {}

  static void add(Cases cases, DType dtype) {
    if (dtype == DType.BOOL) {
      return;
    }
    dots(cases, dtype);
    if (dtype.isFloat()) {
      convolutions(cases, dtype);
    }
  }

  private static void dots(Cases cases, DType dtype) {
    Dot matrix = new Dot(List.of(), List.of(), List.of(1), List.of(0));
    int[][] sizes = {
      {1, 1, 1},
      {2, 3, 4},
      {7, 13, 3},
      {33, 31, 17},
      {1, 257, 1},
      {64, 64, 64},
      {65, 33, 70},
      {0, 3, 4},
      {3, 0, 4},
      {3, 4, 0},
      {1, 7, 5},
      {5, 7, 1}
    };
    for (int[] s : sizes) {
      dot(cases, dtype, matrix, Shape.of(s[0], s[1]), Shape.of(s[1], s[2]));
      Dot leftTransposed = new Dot(List.of(), List.of(), List.of(0), List.of(0));
      dot(cases, dtype, leftTransposed, Shape.of(s[1], s[0]), Shape.of(s[1], s[2]));
      Dot rightTransposed = new Dot(List.of(), List.of(), List.of(1), List.of(1));
      dot(cases, dtype, rightTransposed, Shape.of(s[0], s[1]), Shape.of(s[2], s[1]));
      Dot bothTransposed = new Dot(List.of(), List.of(), List.of(0), List.of(1));
      dot(cases, dtype, bothTransposed, Shape.of(s[1], s[0]), Shape.of(s[2], s[1]));
    }
    Dot inner = new Dot(List.of(), List.of(), List.of(0), List.of(0));
    dot(cases, dtype, inner, Shape.of(33), Shape.of(33));
    dot(cases, dtype, inner, Shape.of(7), Shape.of(7, 5));
    dot(cases, dtype, inner, Shape.of(7, 5), Shape.of(7));
    dot(cases, dtype, inner, Shape.of(0), Shape.of(0));
    Dot outer = new Dot(List.of(), List.of(), List.of(), List.of());
    dot(cases, dtype, outer, Shape.of(3), Shape.of(7));
    dot(cases, dtype, outer, Shape.of(), Shape.of(3, 2));
    Dot batched = new Dot(List.of(0), List.of(0), List.of(2), List.of(1));
    dot(cases, dtype, batched, Shape.of(3, 5, 7), Shape.of(3, 7, 2));
    dot(cases, dtype, batched, Shape.of(0, 5, 7), Shape.of(0, 7, 2));
    Dot innerBatch = new Dot(List.of(1), List.of(2), List.of(2), List.of(0));
    dot(cases, dtype, innerBatch, Shape.of(5, 3, 7), Shape.of(7, 2, 3));
    Dot twoBatches = new Dot(List.of(0, 1), List.of(1, 0), List.of(3), List.of(2));
    dot(cases, dtype, twoBatches, Shape.of(2, 3, 4, 5), Shape.of(3, 2, 5));
    Dot elementwise = new Dot(List.of(0), List.of(0), List.of(), List.of());
    dot(cases, dtype, elementwise, Shape.of(7), Shape.of(7));
    Dot twoContracted = new Dot(List.of(), List.of(), List.of(0, 2), List.of(2, 1));
    dot(cases, dtype, twoContracted, Shape.of(3, 4, 5), Shape.of(2, 5, 3));
  }

  private static void dot(Cases cases, DType dtype, Dot op, Shape left, Shape right) {
    Samples samples = new Samples("dot" + left + right);
    NdArray x = samples.any(new TensorType(dtype, left));
    NdArray y = samples.any(new TensorType(dtype, right));
    cases.smooth(
        "dot", op.attributes().replace(" ", ""), List.of(x, y), in -> in.getFirst().apply(op, in));
  }

  private static void convolutions(Cases cases, DType dtype) {
    for (int[] a :
        new int[][] {
          // stride, low, high, input dilation, kernel dilation, groups
          {1, 0, 0, 1, 1, 1},
          {2, 0, 0, 1, 1, 1},
          {1, 1, 2, 1, 1, 1},
          {1, 0, 0, 2, 1, 1},
          {1, 0, 0, 1, 2, 1},
          {3, 2, 1, 2, 2, 1},
          {1, 1, 1, 1, 1, 2},
          {2, 1, 1, 2, 1, 4}
        }) {
      Convolution op =
          new Convolution(
              List.of(a[0]), List.of(a[1]), List.of(a[2]), List.of(a[3]), List.of(a[4]), a[5]);
      convolution(cases, dtype, op, Shape.of(2, 4, 7), Shape.of(4, 4 / a[5], 3));
      convolution(cases, dtype, op, Shape.of(1, 4, 13), Shape.of(8, 4 / a[5], 2));
      convolution(cases, dtype, op, Shape.of(0, 4, 7), Shape.of(4, 4 / a[5], 3));
      convolution(cases, dtype, op, Shape.of(1, 4, 0), Shape.of(4, 4 / a[5], 3));
    }
    Convolution plane =
        new Convolution(
            List.of(1, 2), List.of(1, 0), List.of(0, 1), List.of(1, 1), List.of(1, 2), 1);
    convolution(cases, dtype, plane, Shape.of(1, 2, 5, 7), Shape.of(3, 2, 3, 2));
    convolution(cases, dtype, plane, Shape.of(3, 2, 9, 11), Shape.of(5, 2, 3, 3));
    Convolution same =
        new Convolution(
            List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), 1);
    convolution(cases, dtype, same, Shape.of(2, 3, 8, 8), Shape.of(16, 3, 3, 3));
    Convolution depthwise =
        new Convolution(
            List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), 3);
    convolution(cases, dtype, depthwise, Shape.of(1, 3, 4, 4), Shape.of(3, 1, 3, 3));
    Convolution volume =
        new Convolution(
            List.of(1, 1, 2),
            List.of(0, 1, 0),
            List.of(0, 0, 1),
            List.of(1, 2, 1),
            List.of(1, 1, 1),
            1);
    convolution(cases, dtype, volume, Shape.of(1, 2, 2, 3, 4), Shape.of(2, 2, 2, 2, 2));
    Convolution pointwise =
        new Convolution(List.of(), List.of(), List.of(), List.of(), List.of(), 1);
    convolution(cases, dtype, pointwise, Shape.of(5, 3), Shape.of(7, 3));
  }

  private static void convolution(Cases cases, DType dtype, Convolution op, Shape x, Shape kernel) {
    Samples samples = new Samples("convolution" + x + kernel);
    List<NdArray> inputs =
        List.of(samples.any(new TensorType(dtype, x)), samples.any(new TensorType(dtype, kernel)));
    cases.smooth(
        "convolution", op.attributes().replace(" ", ""), inputs, in -> in.getFirst().apply(op, in));
  }
}
