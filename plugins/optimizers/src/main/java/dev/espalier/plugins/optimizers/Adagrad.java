package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * AdaGrad, diagonal: {@code s = s + g^2; direction = g / (sqrt(s) + epsilon)}.
 *
 * <p>State: {@code sum_of_squares/PATH}, from the initial accumulator.
 *
 * <p>Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", JMLR 12, 2011, figure 1 with the diagonal matrix; epsilon and the start
 * as in PyTorch.
 *
 * @param epsilon added to the root, outside it
 * @param initialAccumulator the sum before the first step, at least 0
 */
public record Adagrad(double epsilon, double initialAccumulator) implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return WorkingPrecision.of(parameters)
        .map(p -> p.constantLike(initialAccumulator))
        .under("sum_of_squares");
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Tree<Tensor> s = state.subtree("sum_of_squares").zip(g, (old, x) -> old.add(x.square()));
    Tree<Tensor> direction = g.zip(s, (x, sum) -> x.div(sum.sqrt().add(epsilon)));
    return new Result(WorkingPrecision.back(direction, parameters), s.under("sum_of_squares"));
  }
}
