package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Reductions and running combinations. */
final class ReductionCases {
  private record Over(Shape shape, List<Integer> axes) {}

  private static final List<Over> OVERS =
      List.of(
          new Over(Shape.of(7), List.of(0)),
          new Over(Shape.of(257), List.of(0)),
          new Over(Shape.of(1025), List.of(0)),
          new Over(Shape.of(), List.of()),
          new Over(Shape.of(3, 7), List.of()),
          new Over(Shape.of(3, 7), List.of(0)),
          new Over(Shape.of(3, 7), List.of(1)),
          new Over(Shape.of(3, 7), List.of(1, 0)),
          new Over(Shape.of(33, 31), List.of(0)),
          new Over(Shape.of(31, 33), List.of(1)),
          new Over(Shape.of(2, 5, 3), List.of(1)),
          new Over(Shape.of(2, 5, 3), List.of(0, 2)),
          new Over(Shape.of(2, 3, 2, 3), List.of(1, 2)),
          new Over(Shape.of(0), List.of(0)),
          new Over(Shape.of(3, 0), List.of(1)),
          new Over(Shape.of(0, 3), List.of(1)));

  private ReductionCases() {}

  static void add(Cases cases, DType dtype) {
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      boolean logical = kind == Reduce.Kind.AND || kind == Reduce.Kind.OR;
      if (logical != (dtype == DType.BOOL)) {
        continue;
      }
      for (Over over : OVERS) {
        Reduce op = new Reduce(kind, over.axes());
        cases.smooth(
            op.name(),
            op.attributes().replace(" ", ""),
            List.of(operand(kind, new TensorType(dtype, over.shape()))),
            in -> in.getFirst().apply(op, in));
      }
      special(cases, dtype, kind);
    }
    if (dtype == DType.BOOL) {
      return;
    }
    for (Cumulative.Kind kind : Cumulative.Kind.values()) {
      cumulative(cases, dtype, kind);
    }
    if (dtype.isFloat()) {
      composed(cases, dtype);
    }
  }

  private static NdArray operand(Reduce.Kind kind, TensorType type) {
    Samples samples = new Samples(kind.name() + type.shape());
    if (!type.dtype().isFloat()) {
      return type.dtype() == DType.BOOL ? samples.any(type) : samples.wholeRange(type);
    }
    return switch (kind) {
      case SUM -> samples.uniform(type, -2, 2);
      // Near 1, so that long products neither vanish nor overflow.
      case PROD -> samples.uniform(type, 0.9, 1.1);
      case MAX, MIN, AND, OR -> samples.distinct(type, -20, 20);
    };
  }

  /** Each special value with a number beside it, in every place of a vector. */
  private static void special(Cases cases, DType dtype, Reduce.Kind kind) {
    List<NdArray> pairs = SpecialValues.pairs(dtype);
    int n = pairs.getFirst().type().shape().size();
    cases.plain(
        new Reduce(kind, List.of(1)).name(),
        "special",
        pairs,
        in -> {
          Tensor both = in.get(0).reshape(n, 1).concat(1, in.get(1).reshape(n, 1));
          return List.of(both.reduce(kind, 1), both.reduce(kind, 0));
        });
  }

  private static void cumulative(Cases cases, DType dtype, Cumulative.Kind kind) {
    Reduce.Kind like = Reduce.Kind.valueOf(kind.name());
    for (boolean reverse : new boolean[] {false, true}) {
      for (Shape shape :
          List.of(
              Shape.of(0),
              Shape.of(1),
              Shape.of(13),
              Shape.of(257),
              Shape.of(3, 7),
              Shape.of(2, 5, 3),
              Shape.of(3, 0))) {
        for (int axis = 0; axis < shape.rank(); axis++) {
          Cumulative op = new Cumulative(kind, axis, reverse);
          cases.smooth(
              op.name(),
              op.attributes().replace(" ", ""),
              List.of(operand(like, new TensorType(dtype, shape))),
              in -> in.getFirst().apply(op, in));
        }
      }
      Cumulative op = new Cumulative(kind, 0, reverse);
      cases.plain(
          op.name(),
          "special,reverse=" + reverse,
          List.of(SpecialValues.running(dtype)),
          in -> in.getFirst().apply(op, in));
    }
  }

  /** Reductions with what is fused into them. */
  private static void composed(Cases cases, DType dtype) {
    for (int length : new int[] {1, 7, 33, 257}) {
      NdArray x = new Samples("softmax" + length).uniform(TensorType.of(dtype, 3, length), -2, 2);
      cases.smooth("softmax", "last", List.of(x), in -> List.of(in.get(0).softmax(-1)));
      cases.smooth("softmax", "first", List.of(x), in -> List.of(in.get(0).softmax(0)));
      cases.smooth("log_sum_exp", "last", List.of(x), in -> List.of(in.get(0).logSumExp(-1)));
      cases.smooth(
          "normalize",
          "last",
          List.of(x),
          in -> {
            Tensor centred = in.get(0).sub(in.get(0).mean(1).spread(in.get(0).shape(), 1));
            Tensor scale = centred.square().mean(1).add(1e-2).rsqrt();
            return List.of(centred.mul(scale.spread(centred.shape(), 1)));
          });
    }
  }
}
