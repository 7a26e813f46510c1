package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/** A diagonal matrix B that follows the loss, for {@link Sania} and {@link SaniaNewton}. */
public sealed interface Preconditioner {
  /** What is remembered before the first step. */
  Tree<Tensor> init(Tree<Tensor> parameters);

  /** What is remembered after a step with this gradient. */
  Tree<Tensor> next(
      Objective objective,
      Tree<Tensor> parameters,
      Tree<Tensor> gradient,
      Tree<Tensor> state,
      StepContext context);

  /** The diagonal of B, of the gradient's shapes; where it is 0 nothing moves. */
  Tree<Tensor> diagonal(Tree<Tensor> gradient, Tree<Tensor> state, StepContext context);

  /** What it asks besides value and gradient. */
  Set<Objective.Need> needs();

  /** {@code B = I}. State: none. */
  record Identity() implements Preconditioner {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Tree<Tensor> next(
        Objective objective,
        Tree<Tensor> parameters,
        Tree<Tensor> gradient,
        Tree<Tensor> state,
        StepContext context) {
      return state;
    }

    @Override
    public Tree<Tensor> diagonal(Tree<Tensor> gradient, Tree<Tensor> state, StepContext context) {
      return gradient.map(Tensor::onesLike);
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of();
    }
  }

  /** AdaGrad without its root: {@code B = sum of g^2}. State: {@code sum_of_squares/PATH}. */
  record AdagradSquared() implements Preconditioner {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return WorkingPrecision.zeros(parameters).under("sum_of_squares");
    }

    @Override
    public Tree<Tensor> next(
        Objective objective,
        Tree<Tensor> parameters,
        Tree<Tensor> gradient,
        Tree<Tensor> state,
        StepContext context) {
      return state
          .subtree("sum_of_squares")
          .zip(gradient, (s, g) -> s.add(g.square()))
          .under("sum_of_squares");
    }

    @Override
    public Tree<Tensor> diagonal(Tree<Tensor> gradient, Tree<Tensor> state, StepContext context) {
      return state.subtree("sum_of_squares");
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of();
    }
  }

  /**
   * Adam without its root: B the unbiased average of g^2. State: {@code second_moment/PATH}.
   *
   * @param beta2 decay of the average, in [0, 1)
   */
  record AdamSquared(double beta2) implements Preconditioner {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return WorkingPrecision.zeros(parameters).under("second_moment");
    }

    @Override
    public Tree<Tensor> next(
        Objective objective,
        Tree<Tensor> parameters,
        Tree<Tensor> gradient,
        Tree<Tensor> state,
        StepContext context) {
      return new Average(beta2)
          .next(state.subtree("second_moment"), gradient.map(Tensor::square))
          .under("second_moment");
    }

    @Override
    public Tree<Tensor> diagonal(Tree<Tensor> gradient, Tree<Tensor> state, StepContext context) {
      return new Average(beta2).unbiased(state.subtree("second_moment"), context);
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of();
    }
  }

  /**
   * Hutchinson's estimate of the Hessian's diagonal, {@code z * (H z)} with random signs z,
   * averaged from the first on: {@code B = max(|average|, least)}. State: {@code curvature/PATH}.
   *
   * @param beta2 decay of the average, in [0, 1)
   * @param least the least element of B, greater than 0
   */
  record Hutchinson(double beta2, double least) implements Preconditioner {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return WorkingPrecision.zeros(parameters).under("curvature");
    }

    @Override
    public Tree<Tensor> next(
        Objective objective,
        Tree<Tensor> parameters,
        Tree<Tensor> gradient,
        Tree<Tensor> state,
        StepContext context) {
      Tree<Tensor> signs = context.key().rademacherLike(parameters);
      Tree<Tensor> product = objective.hessianVector(parameters, signs);
      Tree<Tensor> estimate = WorkingPrecision.of(signs.zip(product, Tensor::mul));
      Tensor first = context.step().eq(0);
      return new Average(beta2)
          .next(state.subtree("curvature"), estimate)
          .zip(estimate, (a, e) -> first.broadcast(e.shape()).select(e, a))
          .under("curvature");
    }

    @Override
    public Tree<Tensor> diagonal(Tree<Tensor> gradient, Tree<Tensor> state, StepContext context) {
      return state.subtree("curvature").map(c -> c.abs().max(least));
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.HESSIAN_VECTOR);
    }
  }
}
