package dev.espalier.engine.reference;

import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Products of matrices and solutions of triangular systems. */
final class LinearAlgebraReference {
  private LinearAlgebraReference() {}

  /** Operands left, right. */
  static NdArray dot(Dot op, TensorType to, List<NdArray> in) {
    NdArray left = in.get(0);
    NdArray right = in.get(1);
    Shape leftShape = left.type().shape();
    Shape rightShape = right.type().shape();
    List<Integer> leftFree = op.leftFree(leftShape.rank());
    List<Integer> rightFree = op.rightFree(rightShape.rank());
    Shape summed = Shape.of(op.leftContract().stream().mapToInt(leftShape::extent).toArray());
    Positions results = new Positions(to.shape());
    Positions lefts = new Positions(leftShape);
    Positions rights = new Positions(rightShape);
    Positions sums = new Positions(summed);
    boolean isFloat = to.dtype().isFloat();
    double[] doubles = new double[isFloat ? to.shape().size() : 0];
    long[] longs = new long[isFloat ? 0 : to.shape().size()];
    int[] leftAt = new int[leftShape.rank()];
    int[] rightAt = new int[rightShape.rank()];
    for (int i = 0; i < to.shape().size(); i++) {
      int[] at = results.of(i);
      int batch = op.leftBatch().size();
      place(at, 0, op.leftBatch(), leftAt);
      place(at, 0, op.rightBatch(), rightAt);
      place(at, batch, leftFree, leftAt);
      place(at, batch + leftFree.size(), rightFree, rightAt);
      for (int s = 0; s < summed.size(); s++) {
        int[] sum = sums.of(s);
        place(sum, 0, op.leftContract(), leftAt);
        place(sum, 0, op.rightContract(), rightAt);
        int l = lefts.at(leftAt);
        int r = rights.at(rightAt);
        if (isFloat) {
          doubles[i] += left.getDouble(l) * right.getDouble(r);
        } else {
          longs[i] += left.getLong(l) * right.getLong(r);
        }
      }
    }
    return isFloat ? Elements.ofDoubles(to, doubles) : Elements.ofLongs(to, longs);
  }

  private static void place(int[] from, int first, List<Integer> axes, int[] to) {
    for (int i = 0; i < axes.size(); i++) {
      to[axes.get(i)] = from[first + i];
    }
  }

  /** By substitution, from the end of the triangle that has one unknown. */
  static NdArray triangularSolve(TriangularSolve op, NdArray a, NdArray b) {
    int n = b.type().shape().extent(-2);
    int m = b.type().shape().extent(-1);
    double[] x = b.toDoubles();
    boolean forward = op.lower() != op.transpose();
    int matrices = n * m == 0 ? 0 : x.length / (n * m);
    for (int matrix = 0; matrix < matrices; matrix++) {
      for (int column = 0; column < m; column++) {
        for (int step = 0; step < n; step++) {
          int row = forward ? step : n - 1 - step;
          int at = (matrix * n + row) * m + column;
          for (int known = 0; known < step; known++) {
            int other = forward ? known : n - 1 - known;
            x[at] -= entry(op, a, matrix, row, other, n) * x[(matrix * n + other) * m + column];
          }
          if (!op.unitDiagonal()) {
            x[at] /= entry(op, a, matrix, row, row, n);
          }
        }
      }
    }
    return Elements.ofDoubles(b.type(), x);
  }

  private static double entry(
      TriangularSolve op, NdArray a, int matrix, int row, int column, int n) {
    int i = op.transpose() ? column : row;
    int j = op.transpose() ? row : column;
    return a.getDouble((matrix * n + i) * n + j);
  }
}
