package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Reduce;
import dev.espalier.backend.cpu.kernel.BooleanReduction;
import dev.espalier.backend.cpu.kernel.DoubleReduction;
import dev.espalier.backend.cpu.kernel.FloatReduction;
import dev.espalier.backend.cpu.kernel.IntReduction;
import dev.espalier.backend.cpu.kernel.LongReduction;

/** The kernels of reductions by kind and class of arrays. */
final class ReductionKernels {
  private ReductionKernels() {}

  /**
   * Combines along the middle axis of [outer, n, inner].
   *
   * @param from the first of the results, counted over [outer, inner], that is computed
   * @param to one past the last
   * @param chains those of the calling thread
   */
  static void run(
      Reduce.Kind kind,
      Object in,
      int xo,
      int n,
      int inner,
      Object out,
      int zo,
      int from,
      int to,
      Chains chains) {
    switch (in) {
      case float[] a -> {
        float[] b = (float[]) out;
        switch (kind) {
          case SUM -> FloatReduction.sum(a, xo, n, inner, b, zo, from, to, chains.floats());
          case PROD -> FloatReduction.prod(a, xo, n, inner, b, zo, from, to, chains.floats());
          case MAX -> FloatReduction.max(a, xo, n, inner, b, zo, from, to, chains.floats());
          case MIN -> FloatReduction.min(a, xo, n, inner, b, zo, from, to, chains.floats());
          case AND, OR -> throw new AssertionError(kind);
        }
      }
      case double[] a -> {
        double[] b = (double[]) out;
        switch (kind) {
          case SUM -> DoubleReduction.sum(a, xo, n, inner, b, zo, from, to, chains.doubles());
          case PROD -> DoubleReduction.prod(a, xo, n, inner, b, zo, from, to, chains.doubles());
          case MAX -> DoubleReduction.max(a, xo, n, inner, b, zo, from, to, chains.doubles());
          case MIN -> DoubleReduction.min(a, xo, n, inner, b, zo, from, to, chains.doubles());
          case AND, OR -> throw new AssertionError(kind);
        }
      }
      case int[] a -> {
        int[] b = (int[]) out;
        switch (kind) {
          case SUM -> IntReduction.sum(a, xo, n, inner, b, zo, from, to);
          case PROD -> IntReduction.prod(a, xo, n, inner, b, zo, from, to);
          case MAX -> IntReduction.max(a, xo, n, inner, b, zo, from, to);
          case MIN -> IntReduction.min(a, xo, n, inner, b, zo, from, to);
          case AND, OR -> throw new AssertionError(kind);
        }
      }
      case long[] a -> {
        long[] b = (long[]) out;
        switch (kind) {
          case SUM -> LongReduction.sum(a, xo, n, inner, b, zo, from, to);
          case PROD -> LongReduction.prod(a, xo, n, inner, b, zo, from, to);
          case MAX -> LongReduction.max(a, xo, n, inner, b, zo, from, to);
          case MIN -> LongReduction.min(a, xo, n, inner, b, zo, from, to);
          case AND, OR -> throw new AssertionError(kind);
        }
      }
      case byte[] a -> {
        byte[] b = (byte[]) out;
        if (kind == Reduce.Kind.AND) {
          BooleanReduction.and(a, xo, n, inner, b, zo, from, to);
        } else {
          BooleanReduction.or(a, xo, n, inner, b, zo, from, to);
        }
      }
      default -> throw new AssertionError(in.getClass());
    }
  }
}
