package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.NextBatch;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.Optional;

/**
 * SPIDER with steps of one length:
 *
 * <pre>
 * every period-th step, from the first on, on a large batch:  v = g(p)
 * else, on one ordinary batch at two points:                  v = v + g(p) - g(p of the step before)
 * p -= rate * v / |v|
 * </pre>
 *
 * <p>|v| is the Euclidean length of the whole; where v is 0 nothing moves. The steps ask for their
 * batches: the large one by its number of examples, the others of the run's own size. With the full
 * batch in every step v is the gradient. Two gradients a step, of which a large batch's second is
 * not used.
 *
 * <p>State: {@code estimate/PATH}, v, and {@code previous/PATH}, the parameters of the step before.
 *
 * <p>Source: Z. Chen, Y. Zhou, Y. Liang, Z. Lu, "Generalized-Smooth Nonconvex Optimization is As
 * Efficient As Smooth Nonconvex Optimization", arXiv:2303.02854, SPIDER; the recursion is that of
 * C. Fang, C. Li, Z. Lin, T. Zhang, arXiv:1807.01695. For a sum of n losses the large batch is all,
 * and period and the other batches are of root n; for an expectation, with accuracy e, of 1/e^2,
 * 1/e and 1/e, and the rate is of e. Here these numbers are given.
 *
 * @param period how many steps from one large batch to the next, at least 1
 * @param largeBatch how many examples it has; 0 for all there are
 */
public record NormalizedSpider(long period, long largeBatch) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return WorkingPrecision.zeros(parameters).under("estimate").and(parameters.under("previous"));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Tree<Tensor> now = WorkingPrecision.of(here.gradient());
    Tree<Tensor> before = WorkingPrecision.of(objective.gradient(state.subtree("previous")));
    Tensor anew = isLarge(context.step());
    Tree<Tensor> recursive =
        state.subtree("estimate").zip(now.zip(before, Tensor::sub), Tensor::add);
    Tree<Tensor> v = now.zip(recursive, (g, r) -> anew.broadcast(g.shape()).select(g, r));
    Tensor length = Norm.of(v);
    Tree<Tensor> direction =
        WorkingPrecision.back(
            v.map(x -> Norm.ratio(x, length.to(x.dtype()).broadcast(x.shape()))), parameters);
    return new Step(
            parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(d).mul(d))),
            v.under("estimate").and(parameters.under("previous")),
            here.value(),
            Tree.empty())
        .asking(next(context.step().add(1)));
  }

  private Tensor isLarge(Tensor step) {
    return step.rem((double) period).eq(0);
  }

  private NextBatch next(Tensor step) {
    Tensor own = step.constant(DType.I64, 0L);
    return NextBatch.of(isLarge(step).select(step.constant(DType.I64, large()), own));
  }

  private long large() {
    return largeBatch == 0 ? NextBatch.ALL : largeBatch;
  }

  @Override
  public Optional<Long> firstBatch() {
    return Optional.of(large());
  }
}
