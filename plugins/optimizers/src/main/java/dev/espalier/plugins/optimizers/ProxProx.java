package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;

/**
 * ProxyProx: one gradient of the loss f a step, and several of a cheaper proxy h:
 *
 * <pre>
 * p' = argmin over z of  &lt;g(p) - h'(p), z&gt; + h(z) + |z - p|^2 / (2 rate)
 * </pre>
 *
 * <p>found approximately, from p, by {@code steps} of gradient descent, {@code z -= inner * (rate *
 * (g(p) - h'(p) + h'(z)) + z - p)}, which nears the minimum where {@code inner * (1 + rate * L) <
 * 2} for an L-smooth proxy. Where f - h is delta-smooth the rate may be of 1 / delta, however steep
 * f is. With h = 0 and inner 1 it is gradient descent, with h = f the proximal point method.
 *
 * <p>State: none.
 *
 * <p>Source: B. Woodworth, K. Mishchenko, F. Bach, "Two Losses Are Better Than One: Faster
 * Optimization Using a Cheaper Proxy", arXiv:2302.03542. Its guarantee is for a random iterate and
 * for inner steps until a criterion holds; here the last one is shipped and their number is given.
 *
 * @param proxy h
 * @param steps inner steps, at least 1
 * @param inner their length, a factor of the rate, in (0, 1]
 */
public record ProxProx(Proxy proxy, int steps, double inner) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return Tree.empty();
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Objective cheap = proxy.of(objective);
    Tree<Tensor> correction = here.gradient().zip(cheap.gradient(parameters), Tensor::sub);
    // There the two gradients of the proxy cancel.
    Tree<Tensor> z = parameters.zip(here.gradient(), (p, g) -> p.sub(scaled(context, g)));
    for (int i = 1; i < steps; i++) {
      Tree<Tensor> slope = correction.zip(cheap.gradient(z), Tensor::add);
      Tree<Tensor> back = z.zip(parameters, Tensor::sub);
      z =
          z.zip(slope, (x, s) -> x.sub(scaled(context, s)))
              .zip(back, (x, b) -> x.sub(b.mul(inner)));
    }
    return new Step(z, state, here.value(), Tree.empty());
  }

  private Tensor scaled(StepContext context, Tensor slope) {
    return context.learningRateLike(slope).mul(slope).mul(inner);
  }
}
