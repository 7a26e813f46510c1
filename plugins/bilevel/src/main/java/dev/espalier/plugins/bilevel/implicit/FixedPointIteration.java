package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code x = T(x, theta)} again and again, until no element changes by more than the tolerance or
 * after the most iterations. It converges where T is a contraction.
 *
 * @param tolerance of a change, at least 0
 * @param iterations the most iterations, at least 1
 */
public record FixedPointIteration(double tolerance, int iterations) {
  /** Checks the numbers. */
  public FixedPointIteration {
    if (!(tolerance >= 0) || iterations < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an iteration has a tolerance of at least 0 and at least 1 iteration",
          "tolerance " + tolerance + ", " + iterations + " iterations",
          "correct the number");
    }
  }

  /** The last iterate. */
  Tree<Tensor> solve(Condition map, Tree<Tensor> start, Tree<Tensor> theta) {
    Tensor first = start.leaves().getFirst();
    List<Tensor> carries = new ArrayList<>(start.leaves());
    carries.add(first.constant(DType.I64, 0L));
    carries.add(first.constant(DType.F64, Double.POSITIVE_INFINITY));
    int count = start.size();
    List<Tensor> end =
        ControlFlow.whileLoop(
            carries,
            at -> at.get(count).lt(iterations).and(at.get(count + 1).gt(tolerance)),
            at -> {
              Tree<Tensor> x = start.withLeaves(at.subList(0, count));
              Tree<Tensor> next = x.zip(map.residual(x, theta), (old, now) -> now);
              List<Tensor> step = new ArrayList<>(next.leaves());
              step.add(at.get(count).add(1));
              step.add(change(x, next));
              return step;
            });
    return start.withLeaves(end.subList(0, count));
  }

  private static Tensor change(Tree<Tensor> x, Tree<Tensor> next) {
    return x.zip(next, (old, now) -> now.sub(old).abs().reduceMax().to(DType.F64)).leaves().stream()
        .reduce(Tensor::max)
        .orElseThrow();
  }
}
