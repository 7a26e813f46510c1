package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Cumulative;

/** The kernels of running combinations by kind and class of arrays. */
final class RunningKernels {
  private RunningKernels() {}

  static void run(
      Cumulative.Kind kind,
      Object in,
      int xo,
      Reductions.Extents extents,
      boolean reverse,
      Object out,
      int zo,
      int from,
      int to) {
    int n = extents.length();
    int inner = extents.inner();
    switch (in) {
      case float[] a -> {
        float[] b = (float[]) out;
        switch (kind) {
          case SUM ->
              dev.espalier.backend.cpu.kernel.Cumulative.sum(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case PROD ->
              dev.espalier.backend.cpu.kernel.Cumulative.prod(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MAX ->
              dev.espalier.backend.cpu.kernel.Cumulative.max(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MIN ->
              dev.espalier.backend.cpu.kernel.Cumulative.min(
                  a, xo, n, inner, reverse, b, zo, from, to);
        }
      }
      case double[] a -> {
        double[] b = (double[]) out;
        switch (kind) {
          case SUM ->
              dev.espalier.backend.cpu.kernel.Cumulative.sum(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case PROD ->
              dev.espalier.backend.cpu.kernel.Cumulative.prod(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MAX ->
              dev.espalier.backend.cpu.kernel.Cumulative.max(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MIN ->
              dev.espalier.backend.cpu.kernel.Cumulative.min(
                  a, xo, n, inner, reverse, b, zo, from, to);
        }
      }
      case int[] a -> {
        int[] b = (int[]) out;
        switch (kind) {
          case SUM ->
              dev.espalier.backend.cpu.kernel.Cumulative.sum(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case PROD ->
              dev.espalier.backend.cpu.kernel.Cumulative.prod(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MAX ->
              dev.espalier.backend.cpu.kernel.Cumulative.max(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MIN ->
              dev.espalier.backend.cpu.kernel.Cumulative.min(
                  a, xo, n, inner, reverse, b, zo, from, to);
        }
      }
      case long[] a -> {
        long[] b = (long[]) out;
        switch (kind) {
          case SUM ->
              dev.espalier.backend.cpu.kernel.Cumulative.sum(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case PROD ->
              dev.espalier.backend.cpu.kernel.Cumulative.prod(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MAX ->
              dev.espalier.backend.cpu.kernel.Cumulative.max(
                  a, xo, n, inner, reverse, b, zo, from, to);
          case MIN ->
              dev.espalier.backend.cpu.kernel.Cumulative.min(
                  a, xo, n, inner, reverse, b, zo, from, to);
        }
      }
      default -> throw new AssertionError(in.getClass());
    }
  }
}
