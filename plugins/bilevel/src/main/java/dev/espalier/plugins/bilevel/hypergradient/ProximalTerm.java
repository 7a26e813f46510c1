package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;

/**
 * {@code |y - c|^2 / (2 p)} on an inner level, with a center c that follows: {@code c += a (y -
 * c)}.
 *
 * @param proximity p, greater than 0
 * @param averaging a, in (0, 1]
 */
record ProximalTerm(double proximity, double averaging) {
  ProximalTerm {
    if (!(proximity > 0) || !(averaging > 0 && averaging <= 1)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a proximity of more than 0 and an averaging in (0, 1]",
          "proximity " + proximity + ", averaging " + averaging,
          "correct the number");
    }
  }

  /** An objective with the term. */
  Objective added(Objective of, Tree<Tensor> center) {
    Objective term =
        Objective.of(at ->
            at.zip(center, (a, c) -> a.sub(c).square().sum()).leaves().stream()
                .reduce(Tensor::add)
                .orElseThrow());
    Tensor anchor = center.leaves().getFirst();
    return new PenalizedObjective(of, term, anchor.constant(anchor.dtype(), 0.5 / proximity));
  }

  /** A gradient with the term's. */
  Tree<Tensor> added(Tree<Tensor> gradient, Tree<Tensor> point, Tree<Tensor> center) {
    return gradient.zip(point.zip(center, Tensor::sub), (g, apart) -> g.add(apart.div(proximity)));
  }

  /** The next center. */
  Tree<Tensor> followed(Tree<Tensor> center, Tree<Tensor> point) {
    return center.zip(point, (c, p) -> c.add(p.sub(c).mul(averaging)));
  }
}
