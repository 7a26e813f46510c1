package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Elements at other places. */
final class MovementCases {
  private MovementCases() {}

  static void add(Cases cases, DType dtype) {
    broadcast(cases, dtype);
    orders(cases, dtype);
    parts(cases, dtype);
    dynamicParts(cases, dtype);
    sources(cases, dtype);
  }

  private static NdArray any(DType dtype, int... extents) {
    return new Samples("movement").any(TensorType.of(dtype, extents));
  }

  private static void one(Cases cases, Op op, NdArray... inputs) {
    String attributes = op.attributes().replace(" ", "");
    cases.smooth(op.name(), attributes, List.of(inputs), in -> in.getFirst().apply(op, in));
  }

  private static void broadcast(Cases cases, DType dtype) {
    one(cases, new Broadcast(Shape.of(7), List.of()), any(dtype));
    one(cases, new Broadcast(Shape.of(3, 7), List.of(1)), any(dtype, 7));
    one(cases, new Broadcast(Shape.of(7, 3), List.of(0)), any(dtype, 7));
    one(cases, new Broadcast(Shape.of(2, 3, 4, 5), List.of(1, 3)), any(dtype, 3, 5));
    one(cases, new Broadcast(Shape.of(2, 1, 33), List.of(0, 1)), any(dtype, 2, 1));
    one(cases, new Broadcast(Shape.of(0, 7), List.of(1)), any(dtype, 7));
    one(cases, new Broadcast(Shape.of(3, 0), List.of(0)), any(dtype, 3));
    one(cases, new Broadcast(Shape.of(5, 257), List.of(1)), any(dtype, 257));
  }

  private static void orders(Cases cases, DType dtype) {
    one(cases, new Reshape(Shape.of(3, 4)), any(dtype, 2, 6));
    one(cases, new Reshape(Shape.of()), any(dtype, 1, 1));
    one(cases, new Reshape(Shape.of(0)), any(dtype, 3, 0));
    one(cases, new Transpose(List.of(1, 0)), any(dtype, 7, 13));
    one(cases, new Transpose(List.of(1, 0)), any(dtype, 33, 31));
    one(cases, new Transpose(List.of(2, 0, 1)), any(dtype, 2, 3, 5));
    one(cases, new Transpose(List.of(0, 2, 1)), any(dtype, 3, 4, 5));
    one(cases, new Transpose(List.of(3, 1, 0, 2)), any(dtype, 2, 3, 4, 5));
    one(cases, new Transpose(List.of(1, 0)), any(dtype, 0, 3));
    one(cases, new Reverse(List.of(0)), any(dtype, 7));
    one(cases, new Reverse(List.of(1)), any(dtype, 3, 13));
    one(cases, new Reverse(List.of(0, 2)), any(dtype, 2, 3, 5));
    one(cases, new Reverse(List.of()), any(dtype, 3));
    one(cases, new Reverse(List.of(1)), any(dtype, 3, 0));
  }

  private static void parts(Cases cases, DType dtype) {
    one(cases, new Slice(List.of(2), List.of(7), List.of(1)), any(dtype, 13));
    one(cases, new Slice(List.of(1), List.of(13), List.of(3)), any(dtype, 13));
    one(cases, new Slice(List.of(3), List.of(3), List.of(1)), any(dtype, 7));
    one(cases, new Slice(List.of(1, 0), List.of(3, 31), List.of(1, 2)), any(dtype, 3, 31));
    one(
        cases,
        new Slice(List.of(0, 2, 1), List.of(2, 3, 4), List.of(2, 1, 2)),
        any(dtype, 2, 3, 5));
    NdArray value = any(dtype);
    one(cases, new Pad(List.of(2), List.of(3), List.of(0)), any(dtype, 7), value);
    one(cases, new Pad(List.of(0), List.of(1), List.of(2)), any(dtype, 7), value);
    one(cases, new Pad(List.of(1, 0), List.of(0, 2), List.of(1, 0)), any(dtype, 3, 5), value);
    one(cases, new Pad(List.of(2), List.of(1), List.of(3)), any(dtype, 0), value);
    one(cases, new Pad(List.of(), List.of(), List.of()), any(dtype), value);
    one(cases, new Concat(0), any(dtype, 3), any(dtype, 0), any(dtype, 7));
    one(cases, new Concat(1), any(dtype, 3, 5), any(dtype, 3, 1), any(dtype, 3, 13));
    one(cases, new Concat(0), any(dtype, 2, 3), any(dtype, 4, 3));
    one(cases, new Concat(1), any(dtype, 2, 2, 3), any(dtype, 2, 5, 3));
    one(cases, new Concat(0), any(dtype, 7));
  }

  private static void dynamicParts(Cases cases, DType dtype) {
    long[][] starts = {{0, 0}, {1, 4}, {2, 2}, {-5, 100}, {Long.MIN_VALUE, Long.MAX_VALUE}};
    for (long[] start : starts) {
      NdArray x = any(dtype, 4, 7);
      NdArray update = new Samples("update").any(TensorType.of(dtype, 2, 3));
      NdArray empty = any(dtype, 0, 3);
      List<NdArray> at = List.of(NdArray.scalar(start[0]), NdArray.scalar(start[1]));
      dynamic(cases, new DynamicSlice(Shape.of(2, 3)), start, List.of(x), at);
      dynamic(cases, new DynamicSlice(Shape.of(4, 7)), start, List.of(x), at);
      dynamic(cases, new DynamicSlice(Shape.of(0, 3)), start, List.of(x), at);
      dynamic(cases, new DynamicUpdateSlice(), start, List.of(x, update), at);
      dynamic(cases, new DynamicUpdateSlice(), start, List.of(x, empty), at);
    }
  }

  private static void dynamic(
      Cases cases, Op op, long[] starts, List<NdArray> first, List<NdArray> at) {
    List<NdArray> inputs = new ArrayList<>(first);
    inputs.addAll(at);
    String variation = op.attributes().replace(" ", "") + "@" + starts[0] + "," + starts[1];
    cases.smooth(op.name(), variation, inputs, in -> in.getFirst().apply(op, in));
  }

  /** Operations without operands, anchored in a graph that has one input. */
  private static void sources(Cases cases, DType dtype) {
    NdArray anchor = any(dtype);
    if (dtype != DType.BOOL) {
      for (Iota op :
          List.of(
              new Iota(TensorType.of(dtype, 33), 0),
              new Iota(TensorType.of(dtype, 3, 7), 1),
              new Iota(TensorType.of(dtype, 3, 7), 0),
              new Iota(TensorType.of(dtype, 2, 3, 5), 1),
              new Iota(TensorType.of(dtype, 0), 0))) {
        cases.plain(
            "iota",
            op.attributes().replace(" ", ""),
            List.of(anchor),
            in -> in.getFirst().apply(op, List.of()));
      }
    }
    cases.plain(
        "constant",
        "special",
        List.of(anchor),
        in -> List.of(in.getFirst().constant(SpecialValues.of(dtype))));
    cases.plain(
        "constant", "empty", List.of(anchor), in -> List.of(in.getFirst().constant(any(dtype, 0))));
    NdArray x = any(dtype, 2, 3);
    cases.smooth(
        "identity",
        "an input is an output, twice",
        List.of(x),
        in -> List.of(in.get(0), in.get(0)));
  }
}
