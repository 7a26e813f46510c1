package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.function.Predicate;

/**
 * MARS-Shampoo: matrices by {@link OrthogonalMomentum} of the corrected gradient, all other
 * parameters by AdamW of the gradient as it is.
 *
 * <p>State: {@code estimator/...}, that of {@link Mars}, for all parameters; {@code
 * matrices/mean/PATH}; {@code others/mean/PATH} and {@code others/second_moment/PATH}.
 *
 * <p>Source: H. Yuan, Y. Liu, S. Wu, X. Zhou, Q. Gu, "MARS: Unleashing the Power of Variance
 * Reduction for Training Large Models", arXiv:2411.10438, with the iteration and what vectors have
 * of the authors' code. Parameters there are [out, in], so that its factor of rows over columns is
 * out over in too.
 *
 * @param mars corrects the gradient of matrices
 * @param matrices moves parameters of rank 2 that have elements
 * @param others moves the rest
 * @param othersRate the rate of the rest, relative
 */
public record MarsShampoo(Mars mars, OrthogonalMomentum matrices, AdamW others, double othersRate)
    implements Optimizer {
  private static final String ESTIMATOR = "estimator";
  private static final String MATRICES = "matrices";
  private static final String OTHERS = "others";

  private static Predicate<String> areMatrices(Tree<Tensor> parameters) {
    return path -> {
      Tensor p = parameters.get(path);
      return p.shape().rank() == 2 && p.shape().size() > 0;
    };
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Predicate<String> isMatrix = areMatrices(parameters);
    return mars.init(parameters)
        .under(ESTIMATOR)
        .and(matrices.init(parameters.filter(isMatrix)).under(MATRICES))
        .and(others.init(parameters.filter(isMatrix.negate())).under(OTHERS));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Predicate<String> isMatrix = areMatrices(parameters);
    GradientEstimator.Estimate estimate =
        mars.estimate(objective, parameters, state.subtree(ESTIMATOR), context);
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Tree<Tensor> corrected = estimate.objective().gradient(parameters).filter(isMatrix);
    GradientTransform.Result first =
        matrices.update(corrected, parameters.filter(isMatrix), state.subtree(MATRICES), context);
    GradientTransform.Result second =
        others.update(
            here.gradient().filter(isMatrix.negate()),
            parameters.filter(isMatrix.negate()),
            state.subtree(OTHERS),
            context);
    Tree<Tensor> directions = first.direction().and(second.direction().map(d -> d.mul(othersRate)));
    return new Step(
        parameters.mapWithPath((path, p) -> {
          Tensor d = directions.get(path);
          return p.sub(context.learningRateLike(d).mul(d));
        }),
        estimate
            .state()
            .under(ESTIMATOR)
            .and(first.state().under(MATRICES))
            .and(second.state().under(OTHERS)),
        here.value(),
        Tree.empty());
  }
}
