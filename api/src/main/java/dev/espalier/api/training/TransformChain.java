package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;

/**
 * The optimizer of a chain of transforms. The state of transform i lies under the path {@code i}; a
 * single transform's state has no prefix.
 */
record TransformChain(List<GradientTransform> chain) implements Optimizer {
  private static Tree<Tensor> part(Tree<Tensor> state, int index, int count) {
    return count == 1 ? state : state.subtree(Integer.toString(index));
  }

  private static Tree<Tensor> named(Tree<Tensor> state, int index, int count) {
    return count == 1 ? state : state.under(Integer.toString(index));
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> state = Tree.empty();
    for (int i = 0; i < chain.size(); i++) {
      state = state.and(named(chain.get(i).init(parameters), i, chain.size()));
    }
    return state;
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient evaluated = objective.valueAndGradient(parameters);
    Tree<Tensor> direction = evaluated.gradient();
    Tree<Tensor> next = Tree.empty();
    for (int i = 0; i < chain.size(); i++) {
      GradientTransform.Result result =
          chain.get(i).update(direction, parameters, part(state, i, chain.size()), context);
      direction = result.direction();
      next = next.and(named(result.state(), i, chain.size()));
    }
    Tree<Tensor> moved =
        parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(d).mul(d)));
    return new Step(moved, next, evaluated.value(), Tree.empty());
  }
}
