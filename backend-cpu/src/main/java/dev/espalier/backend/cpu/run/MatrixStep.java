package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.Cholesky;
import dev.espalier.backend.cpu.kernel.HouseholderQr;
import dev.espalier.backend.cpu.kernel.SingularValues;
import dev.espalier.backend.cpu.kernel.SymmetricEigen;
import dev.espalier.backend.cpu.kernel.TriangularSolve;
import java.util.List;

/**
 * A factorisation or a solution for each of some F64 matrices, one a task.
 *
 * @param kind what is computed
 * @param matrices how many
 * @param rows rows of a matrix; of the triangle of a system
 * @param columns columns of a matrix; of the right-hand side of a system
 * @param operands the slots of the operands
 * @param results the slots of the results
 */
public record MatrixStep(
    Kind kind, int matrices, int rows, int columns, List<Integer> operands, List<Integer> results)
    implements Step, WorkerPool.Task {
  public MatrixStep {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }

  /** What is computed of each matrix. */
  public sealed interface Kind {}

  /** L of A = L L^T. */
  public record CholeskyFactor() implements Kind {}

  /** Values and vectors of a symmetric matrix. */
  public record Eigen() implements Kind {}

  /** Q and R. */
  public record QrFactors() implements Kind {}

  /** U, s and V^T. */
  public record SvdFactors() implements Kind {}

  /** X of op(A) X = B. */
  public record Triangular(boolean lower, boolean transpose, boolean unitDiagonal)
      implements Kind {}

  @Override
  public void run(Frame frame, WorkerPool pool) {
    pool.run(matrices, frame, this);
  }

  @Override
  public void run(Frame frame, Scratch scratch, int i) {
    int m = rows;
    int n = columns;
    int k = Math.min(m, n);
    double[] a = frame.doubles(operands.getFirst());
    int first = operands.getFirst();
    switch (kind) {
      case CholeskyFactor _ ->
          Cholesky.factorise(
              a, at(frame, first, i, n * n), n, out(frame, 0), to(frame, 0, i, n * n));
      case Eigen _ ->
          SymmetricEigen.decompose(
              a,
              at(frame, first, i, n * n),
              n,
              out(frame, 0),
              to(frame, 0, i, n),
              out(frame, 1),
              to(frame, 1, i, n * n));
      case QrFactors _ ->
          HouseholderQr.factorise(
              a,
              at(frame, first, i, m * n),
              m,
              n,
              k,
              out(frame, 0),
              to(frame, 0, i, m * k),
              out(frame, 1),
              to(frame, 1, i, k * n));
      case SvdFactors _ ->
          SingularValues.decompose(
              a,
              at(frame, first, i, m * n),
              m,
              n,
              out(frame, 0),
              to(frame, 0, i, m * k),
              out(frame, 1),
              to(frame, 1, i, k),
              out(frame, 2),
              to(frame, 2, i, k * n));
      case Triangular(boolean lower, boolean transpose, boolean unitDiagonal) -> {
        int right = operands.get(1);
        System.arraycopy(
            frame.doubles(right),
            at(frame, right, i, m * n),
            out(frame, 0),
            to(frame, 0, i, m * n),
            m * n);
        TriangularSolve.left(
            a,
            at(frame, first, i, m * m),
            m,
            lower,
            transpose,
            unitDiagonal,
            out(frame, 0),
            to(frame, 0, i, m * n),
            n);
      }
    }
  }

  private static int at(Frame frame, int slot, int index, int size) {
    return frame.offset(slot) + index * size;
  }

  private double[] out(Frame frame, int result) {
    return frame.doubles(results.get(result));
  }

  private int to(Frame frame, int result, int index, int size) {
    return at(frame, results.get(result), index, size);
  }

  @Override
  public String describe() {
    return kind + " " + matrices + " x [" + rows + ", " + columns + "] " + operands + " -> "
        + results;
  }
}
