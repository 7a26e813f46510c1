package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * The mean of a matrix' gradients, its singular values moved near 1:
 *
 * <pre>
 * m = beta * m + (1 - beta) * g
 * direction = sqrt(max(1, out / in)) * newtonSchulz(m / (1 - beta)) + weightDecay * parameter
 * </pre>
 *
 * <p>of parameters [in, out] alone. State: {@code mean/PATH}, from 0. See {@link MarsShampoo}.
 *
 * @param beta decay of the mean, in [0, 1)
 * @param newtonSchulz moves the singular values
 * @param weightDecay decoupled decay of parameters, at least 0
 */
public record OrthogonalMomentum(double beta, NewtonSchulz newtonSchulz, double weightDecay)
    implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return WorkingPrecision.zeros(parameters).under("mean");
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> m = new Average(beta).next(state.subtree("mean"), WorkingPrecision.of(gradient));
    Tree<Tensor> direction =
        m.map(this::orthogonal)
            .zip(WorkingPrecision.of(parameters), (d, p) -> d.add(p.mul(weightDecay)));
    return new Result(WorkingPrecision.back(direction, parameters), m.under("mean"));
  }

  private Tensor orthogonal(Tensor mean) {
    double shape = (double) mean.shape().extent(1) / mean.shape().extent(0);
    return newtonSchulz.of(mean.div(1 - beta)).mul(Math.sqrt(Math.max(1, shape)));
  }
}
