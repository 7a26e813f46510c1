package dev.espalier.plugins.optimizers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * Stochastic gradient descent with momentum:
 *
 * <pre>
 * g = gradient + weightDecay * parameter
 * v = momentum * v + g
 * direction = v, or g + momentum * v for Nesterov's
 * </pre>
 *
 * <p>State: {@code velocity/PATH}, from 0; none where the momentum is 0. The learning rate
 * multiplies the direction and not the velocity, as in PyTorch and other than in the papers: the
 * two agree while the rate does not change. No dampening.
 *
 * <p>Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964;
 * Nesterov's form: I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of
 * initialization and momentum in deep learning", ICML 2013, at the shifted parameter.
 *
 * @param momentum how much of the velocity stays, in [0, 1)
 * @param nesterov whether the direction looks one step ahead
 * @param weightDecay the coefficient of the L2 penalty {@code weightDecay / 2 * |parameter|^2}
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay)
    implements GradientTransform {
  /** Refuses Nesterov's form without a momentum, where it would do nothing. */
  public Sgd {
    if (nesterov && momentum == 0) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "nesterov has a momentum of more than 0",
          "momentum " + momentum,
          "give momentum a value such as 0.9");
    }
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return momentum == 0 ? Tree.empty() : WorkingPrecision.zeros(parameters).under("velocity");
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    if (weightDecay != 0) {
      g = g.zip(WorkingPrecision.of(parameters), (x, p) -> x.add(p.mul(weightDecay)));
    }
    if (momentum == 0) {
      return new Result(WorkingPrecision.back(g, parameters), state);
    }
    Tree<Tensor> v =
        state
            .subtree("velocity")
            .zip(g, (old, x) -> WorkingPrecision.normalOrZero(old.mul(momentum).add(x)));
    Tree<Tensor> direction = nesterov ? g.zip(v, (x, vx) -> x.add(vx.mul(momentum))) : v;
    return new Result(WorkingPrecision.back(direction, parameters), v.under("velocity"));
  }
}
