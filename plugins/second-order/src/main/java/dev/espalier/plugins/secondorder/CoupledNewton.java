package dev.espalier.plugins.secondorder;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * Inverse roots by the coupled Newton iteration, which is matrix products alone, for the order p:
 *
 * <pre>
 * M = A / ||A||_F,  X = ||A||_F^(-1/p) I,  l = least / ||A||_F
 * r = l^(1/p),  c = (p + 1) (1 - r) / (1 - r^(p + 1))
 * T = c^(1/p) ((p + 1) I - c M) / p
 * X = X T,  M = T^p M,  l = c l ((p + 1 - c l) / p)^p            until l is near 1
 * E = I - M / s,  X = X s^(-1/p) (I + a_1 E + ... + a_4 E^4)     s the middle of [l, 1]
 * </pre>
 *
 * <p>All eigenvalues of M are in [l, 1], as a step maps w to {@code c w ((p + 1 - c w) / p)^p},
 * which is 1 at most. With c = 1 that is the usual iteration, in which a small eigenvalue grows by
 * a factor of about {@code e} a step; this c maps both ends of [l, 1] to the same number, the
 * largest least eigenvalue that can be had, so that small ones grow by up to {@code (p + 1) e}. How
 * many steps there are is known from l, without looking at M, and l is rounded down so that they
 * end at the same number: {@link NewtonSchedule} has their c. The last line is the series of {@code
 * (1 - E)^(-1/p)}, whose error is below rounding there; its three products stand in the place of
 * two or three steps.
 *
 * <p>M stays {@code X^p A}, so that E is how far the matrix is from what the iteration knows of it.
 * Of a bound e of its eigenvalues, {@code |E^2|_F^(1/2)}, the residual is made, {@code p a_5 e^5},
 * the first term that the series leaves out. Matrices go through the loop some at a time, as many
 * as stay in the caches of a processor; the l of such a group is its smallest.
 *
 * <p>Source: N. J. Higham, "Functions of Matrices: Theory and Computation", 2008, formula 7.18,
 * which R. Anil et al., "Scalable Second Order Optimization for Deep Learning", arXiv:2002.09018,
 * take for Shampoo; c and the last line are chosen here.
 */
public record CoupledNewton() implements InverseRoot {
  /** Matrices of 64 rows in F32 are then 256 KiB. */
  private static final int TOGETHER = 16;

  @Override
  public Roots of(Tensor matrices, Tensor least, int order) {
    int count = matrices.shape().extent(0);
    Iteration iteration = Iteration.of(matrices, order);
    if (count <= TOGETHER) {
      return iteration.roots(matrices, least);
    }
    int parts = Math.ceilDiv(count, TOGETHER);
    int size = Math.ceilDiv(count, parts);
    // The last part is filled up with the first matrices.
    int missing = parts * size - count;
    List<Tensor> slices =
        List.of(
            filled(matrices, missing).reshape(matrices.shape().with(0, size).insert(0, parts)),
            filled(least, missing).reshape(parts, size));
    List<Tensor> found =
        ControlFlow.scan(
                List.of(),
                slices,
                parts,
                false,
                (carried, part) -> {
                  Roots roots = iteration.roots(part.get(0), part.get(1));
                  return new ControlFlow.Scanned(
                      List.of(), List.of(roots.matrices(), roots.residuals()));
                })
            .ys();
    return new Roots(
        found.get(0).reshape(matrices.shape().with(0, parts * size)).slice(0, 0, count),
        found.get(1).reshape(parts * size).slice(0, 0, count));
  }

  private static Tensor filled(Tensor x, int missing) {
    return missing == 0 ? x : x.concat(0, x.slice(0, 0, missing));
  }

  /**
   * What all groups of matrices have in common, made once outside the loops.
   *
   * @param order p
   * @param end the smallest eigenvalue with which the loop ends
   * @param one the identity [n, n]
   * @param least {@link NewtonSchedule#least} without its last
   * @param constants {@link NewtonSchedule#constants}
   * @param factors {@link NewtonSchedule#factors}
   */
  private record Iteration(
      int order, double end, Tensor one, Tensor least, Tensor constants, Tensor factors) {
    static Iteration of(Tensor like, int order) {
      DType dtype = like.dtype();
      double end = dtype == DType.F64 ? 1 - 0x1p-9 : 0.9;
      NewtonSchedule schedule = NewtonSchedule.of(order, end);
      int steps = schedule.factors().size();
      return new Iteration(
          order,
          end,
          SquareMatrices.identity(like),
          like.constant(array(schedule.least().subList(0, steps))),
          like.constant(array(schedule.constants()).convert(dtype)),
          like.constant(array(schedule.factors()).convert(dtype)));
    }

    private static NdArray array(List<Double> values) {
      double[] elements = values.stream().mapToDouble(Double::doubleValue).toArray();
      return NdArray.of(elements, elements.length);
    }

    Roots roots(Tensor matrices, Tensor least) {
      Shape shape = matrices.shape();
      // Scaled by its largest element first: the squares of a norm may overflow.
      Tensor largest = matrices.abs().reduceMax(1, 2);
      Tensor scaled = matrices.div(SquareMatrices.each(largest, shape));
      Tensor norm = scaled.square().sum(1, 2).sqrt();
      Tensor first = scaled.div(SquareMatrices.each(norm, shape));
      // A matrix that is not finite must not say when its neighbours are done.
      Tensor each = least.div(largest).div(norm).to(DType.F64);
      Tensor low = each.eq(each).select(each, each.onesLike()).reduceMin();
      Tensor steps = low.broadcast(this.least.shape()).lt(this.least).to(DType.I64).sum().max(1);
      // The first step is always taken, and without a product by the identity.
      Tensor t = factor(first, steps.sub(1));
      Tensor start = SquareMatrices.each(norm.mul(largest).pow(-1.0 / order), shape);
      List<Tensor> last =
          ControlFlow.whileLoop(
              List.of(SquareMatrices.power(t, order).matmul(first), t.mul(start), steps.sub(1)),
              carried -> carried.get(2).gt(0),
              this::step);
      return corrected(last.get(0), last.get(1));
    }

    private List<Tensor> step(List<Tensor> carried) {
      Tensor m = carried.get(0);
      Tensor remaining = carried.get(2).sub(1);
      Tensor t = factor(m, remaining);
      return List.of(SquareMatrices.power(t, order).matmul(m), carried.get(1).matmul(t), remaining);
    }

    /** T where so many steps remain after it. */
    private Tensor factor(Tensor m, Tensor remaining) {
      Tensor diagonal = constants.take(remaining, 0).broadcast(m.shape());
      Tensor factor = factors.take(remaining, 0).broadcast(m.shape());
      return one.broadcast(m.shape()).mul(diagonal).sub(m.mul(factor));
    }

    /** The series to its fourth power, times X. */
    private Roots corrected(Tensor m, Tensor root) {
      double middle = (1 + end) / 2;
      double[] a = new double[6];
      a[0] = StrictMath.pow(middle, -1.0 / order);
      for (int i = 1; i < a.length; i++) {
        a[i] = a[i - 1] * (1.0 / order + i - 1) / i;
      }
      Tensor unit = one.broadcast(m.shape());
      Tensor e = unit.sub(m.div(middle));
      Tensor square = e.matmul(e);
      Tensor high = unit.mul(a[2]).add(e.mul(a[3])).add(square.mul(a[4]));
      Tensor series = unit.mul(a[0]).add(e.mul(a[1])).add(square.matmul(high));
      Tensor bound = square.square().sum(1, 2).sqrt();
      return new Roots(
          root.matmul(series), bound.square().mul(bound.sqrt()).mul(order * a[5] / a[0]));
    }
  }
}
