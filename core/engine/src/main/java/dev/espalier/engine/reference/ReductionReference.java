package dev.espalier.engine.reference;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.Arrays;

/** Many elements to one: reductions and running combinations. */
final class ReductionReference {
  private ReductionReference() {}

  static NdArray reduce(Reduce op, TensorType to, NdArray x) {
    int[] target = targets(op, to, x);
    if (to.dtype().isFloat()) {
      double[] values = new double[to.shape().size()];
      Arrays.fill(values, neutral(op.kind()));
      for (int i = 0; i < target.length; i++) {
        values[target[i]] = combine(op.kind(), values[target[i]], x.getDouble(i));
      }
      return Elements.ofDoubles(to, values);
    }
    long[] values = new long[to.shape().size()];
    Arrays.fill(values, neutral(op.kind(), to.dtype()));
    for (int i = 0; i < target.length; i++) {
      values[target[i]] = combine(op.kind(), values[target[i]], x.getLong(i));
    }
    return Elements.ofLongs(to, values);
  }

  /** For each element of x the element of the result that it goes to. */
  private static int[] targets(Reduce op, TensorType to, NdArray x) {
    int rank = x.type().shape().rank();
    int[] kept = new int[to.shape().rank()];
    int count = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (!op.axes().contains(axis)) {
        kept[count++] = axis;
      }
    }
    Positions from = new Positions(x.type().shape());
    Positions results = new Positions(to.shape());
    int[] target = new int[x.type().shape().size()];
    for (int i = 0; i < target.length; i++) {
      int[] index = from.of(i);
      target[i] = results.at(Arrays.stream(kept).map(axis -> index[axis]).toArray());
    }
    return target;
  }

  private static double neutral(Reduce.Kind kind) {
    return switch (kind) {
      case SUM -> 0;
      case PROD -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
      case AND, OR -> throw new AssertionError("the type rule refuses " + kind + " on floats");
    };
  }

  private static long neutral(Reduce.Kind kind, DType dtype) {
    boolean wide = dtype == DType.I64;
    return switch (kind) {
      case SUM, OR -> 0;
      case PROD, AND -> 1;
      case MAX -> wide ? Long.MIN_VALUE : Integer.MIN_VALUE;
      case MIN -> wide ? Long.MAX_VALUE : Integer.MAX_VALUE;
    };
  }

  private static double combine(Reduce.Kind kind, double a, double b) {
    return switch (kind) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case AND, OR -> throw new AssertionError("the type rule refuses " + kind + " on floats");
    };
  }

  private static long combine(Reduce.Kind kind, long a, long b) {
    return switch (kind) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case AND -> a & b;
      case OR -> a | b;
    };
  }

  static NdArray cumulative(Cumulative op, NdArray x) {
    boolean isFloat = x.type().dtype().isFloat();
    double[] doubles = isFloat ? x.toDoubles() : new double[0];
    long[] longs = isFloat ? new long[0] : x.toLongs();
    Reduce.Kind kind =
        switch (op.kind()) {
          case SUM -> Reduce.Kind.SUM;
          case PROD -> Reduce.Kind.PROD;
          case MAX -> Reduce.Kind.MAX;
          case MIN -> Reduce.Kind.MIN;
        };
    for (int[] lane : Lanes.of(x.type().shape(), op.axis())) {
      for (int i = 1; i < lane.length; i++) {
        int at = op.reverse() ? lane[lane.length - 1 - i] : lane[i];
        int before = op.reverse() ? lane[lane.length - i] : lane[i - 1];
        if (isFloat) {
          doubles[at] = combine(kind, doubles[before], doubles[at]);
        } else {
          longs[at] = combine(kind, longs[before], longs[at]);
        }
      }
    }
    return isFloat ? Elements.ofDoubles(x.type(), doubles) : Elements.ofLongs(x.type(), longs);
  }
}
