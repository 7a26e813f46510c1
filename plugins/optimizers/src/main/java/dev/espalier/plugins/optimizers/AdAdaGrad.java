package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.NextBatch;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/**
 * AdaGrad on batches that grow when their gradients disagree: after a step with n examples the next
 * has {@code max(n, ceil(required))} of them, at most {@code largest}, where required is what a
 * {@link BatchTest} of the single gradients' variance says. The report {@code required_batch} is
 * that number, limited to 1e18.
 *
 * <p>State: that of AdaGrad. The first batch is the run's own.
 *
 * <p>Source: T. T.-K. Lau, H. Liu, M. Kolar, "AdAdaGrad: Adaptive Batch Size Schemes for Adaptive
 * Gradient Methods", arXiv:2402.11215, algorithm 1. The authors' code sums the products with the
 * mean gradient tensor by tensor; here the whole gradient is one vector, as in the paper.
 *
 * @param adaGrad the step: of each coordinate, or {@link AdagradNorm}
 * @param test when a batch is large enough
 * @param largest how many examples a batch has at most; 0 for all there are
 */
public record AdAdaGrad(GradientTransform adaGrad, BatchTest test, long largest)
    implements Optimizer {
  private static final double UNLIMITED = 1e18;

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return adaGrad.init(parameters);
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> each = WorkingPrecision.of(objective.perExampleGradients(parameters));
    Tree<Tensor> mean =
        each.map(x -> {
          Tensor sum = x.sum(0);
          return sum.div(objective.examples(sum).broadcast(sum.shape()));
        });
    GradientTransform.Result moved =
        adaGrad.update(WorkingPrecision.back(mean, parameters), parameters, state, context);
    GradientMoments moments = GradientMoments.of(objective, each, mean);
    Tensor required = test.required(moments).ceil().min(UNLIMITED);
    Tensor size = moments.count().max(required).min(largest == 0 ? UNLIMITED : (double) largest);
    return new Step(
            parameters.zip(moved.direction(), (p, d) -> p.sub(context.learningRateLike(d).mul(d))),
            moved.state(),
            objective.value(parameters),
            Tree.of("required_batch", required.to(DType.F32)))
        .asking(NextBatch.of(size));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.VALUE, Objective.Need.PER_EXAMPLE_GRADIENTS);
  }
}
