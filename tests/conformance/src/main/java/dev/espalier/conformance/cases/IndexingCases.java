package dev.espalier.conformance.cases;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Indices and order. */
final class IndexingCases {
  private static final List<DType> INDICES = List.of(DType.I32, DType.I64);

  /** What is gathered: shapes of x and of the indices, axis, batch. */
  private record Places(Shape x, Shape indices, int axis, int batch) {
    Shape gathered() {
      return x.slice(0, axis)
          .concat(indices.slice(batch, indices.rank()))
          .concat(x.slice(axis + 1, x.rank()));
    }
  }

  private static final List<Places> PLACES =
      List.of(
          new Places(Shape.of(7), Shape.of(3), 0, 0),
          new Places(Shape.of(7), Shape.SCALAR, 0, 0),
          new Places(Shape.of(7, 5), Shape.of(2, 3), 0, 0),
          new Places(Shape.of(5, 7), Shape.of(4), 1, 0),
          new Places(Shape.of(2, 5, 3), Shape.of(4), 1, 0),
          new Places(Shape.of(3, 7), Shape.of(3, 2), 1, 1),
          new Places(Shape.of(3, 7), Shape.of(3), 1, 1),
          new Places(Shape.of(2, 3, 7, 2), Shape.of(2, 4), 2, 1),
          new Places(Shape.of(2, 3, 7), Shape.of(2, 3, 5), 2, 2),
          new Places(Shape.of(7, 3), Shape.of(0), 0, 0),
          new Places(Shape.of(0, 3), Shape.of(2), 0, 0),
          new Places(Shape.of(5, 0), Shape.of(2), 0, 0),
          new Places(Shape.of(13), Shape.of(257), 0, 0));

  private IndexingCases() {}

  static void add(Cases cases, DType dtype) {
    for (Places places : PLACES) {
      for (DType indexType : INDICES) {
        gather(cases, dtype, places, indexType);
      }
    }
    order(cases, dtype);
  }

  private static void gather(Cases cases, DType dtype, Places places, DType indexType) {
    Samples samples = new Samples("gather" + places);
    NdArray x = samples.any(new TensorType(dtype, places.x()));
    NdArray updates = samples.any(new TensorType(dtype, places.gathered()));
    TensorType type = new TensorType(indexType, places.indices());
    int extent = places.x().extent(places.axis());
    Gather gather = new Gather(places.axis(), places.batch());
    ScatterAdd scatter = new ScatterAdd(places.axis(), places.batch());
    String attributes = gather.attributes().replace(" ", "");
    if (extent > 0) {
      NdArray inside = samples.integers(type, 0, extent);
      cases.smooth("gather", attributes, List.of(x, inside), in -> in.getFirst().apply(gather, in));
    }
    NdArray outside = samples.integers(type, -2, extent + 2);
    cases.plain(
        "gather",
        "out of range," + attributes,
        List.of(x, outside),
        in -> in.getFirst().apply(gather, in));
    if (dtype != DType.BOOL) {
      cases.smooth(
          "scatter_add",
          attributes,
          List.of(x, outside, updates),
          in -> in.getFirst().apply(scatter, in));
    }
  }

  private static void order(Cases cases, DType dtype) {
    for (boolean descending : new boolean[] {false, true}) {
      for (int length : new int[] {0, 1, 2, 3, 7, 13, 33, 257}) {
        sort(cases, TensorType.of(dtype, length), 0, descending);
      }
      sort(cases, TensorType.of(dtype, 3, 7), 0, descending);
      sort(cases, TensorType.of(dtype, 3, 7), 1, descending);
      sort(cases, TensorType.of(dtype, 2, 5, 3), 1, descending);
      Sort op = new Sort(0, descending);
      cases.plain(
          "sort",
          "special," + op.attributes().replace(" ", ""),
          SpecialValues.pairs(dtype),
          in -> in.getFirst().apply(op, in));
    }
    for (int k : new int[] {0, 1, 3, 7}) {
      TopK op = new TopK(k);
      NdArray x = new Samples("top_k").distinct(TensorType.of(dtype, 3, 7), -20, 20);
      cases.smooth("top_k", op.attributes(), List.of(x), in -> List.of(in.get(0).topK(k).get(0)));
      NdArray ties = new Samples("top_k").integers(TensorType.of(dtype, 2, 3, 13), -2, 3);
      cases.plain("top_k", "ties," + op.attributes(), List.of(ties), in -> in.get(0).topK(k));
    }
    cases.plain(
        "top_k",
        "special",
        List.of(SpecialValues.of(dtype)),
        in -> {
          int all = in.get(0).shape().extent(0);
          return in.get(0).topK(all);
        });
    for (Shape shape : List.of(Shape.of(1), Shape.of(33), Shape.of(3, 7), Shape.of(2, 5, 3))) {
      for (int axis = 0; axis < shape.rank(); axis++) {
        ArgMax op = new ArgMax(axis);
        TensorType type = new TensorType(dtype, shape);
        cases.plain(
            "arg_max",
            op.attributes(),
            List.of(new Samples("arg_max").any(type)),
            in -> in.getFirst().apply(op, in));
        cases.plain(
            "arg_max",
            "ties," + op.attributes(),
            List.of(new Samples("arg_max").integers(type, 0, 2)),
            in -> in.getFirst().apply(op, in));
      }
    }
    cases.plain(
        "arg_max",
        "special",
        List.of(SpecialValues.of(dtype)),
        in -> List.of(in.getFirst().argMax(0)));
  }

  private static void sort(Cases cases, TensorType type, int axis, boolean descending) {
    Sort op = new Sort(axis, descending);
    String attributes = op.attributes().replace(" ", "");
    Samples samples = new Samples("sort" + type);
    NdArray payload = samples.any(type);
    NdArray keys = samples.distinct(type, -20, 20);
    cases.smooth("sort", attributes, List.of(keys), in -> in.getFirst().apply(op, in));
    cases.smooth(
        "sort", "payload," + attributes, List.of(keys, payload), in -> in.getFirst().apply(op, in));
    NdArray ties = samples.integers(type, 0, 3);
    NdArray order = samples.wholeRange(type.withDType(DType.I32));
    cases.plain(
        "sort",
        "ties," + attributes,
        List.of(ties, order, payload),
        in -> in.getFirst().apply(op, in));
  }
}
