package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.EnumSet;
import java.util.Set;

/**
 * A method for problems of two levels: an estimator of the outer gradient, and an optimizer on each
 * level. The outer one is given an objective that knows its gradient at the step's point, so every
 * optimizer that asks for no more takes part.
 *
 * @param hypergradient the estimator
 * @param lower moves the inner level
 * @param upper moves the outer level
 */
public record BilevelMethod(Hypergradient hypergradient, InnerLevel lower, Optimizer upper) {
  private static final String UPPER = "upper";
  private static final String ESTIMATOR = "estimator";

  /**
   * What a step gives.
   *
   * @param outer the new x
   * @param inner the new y
   * @param state the new state
   * @param value the outer objective at the x before and at the y that was reached
   * @param gradient the estimate that the outer optimizer was given
   * @param report further scalars for the log, by name
   */
  public record Step(
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      Tensor value,
      Tree<Tensor> gradient,
      Tree<Tensor> report) {
    /** The new x and y in one tree. */
    public Tree<Tensor> both() {
      return outer.and(inner);
    }
  }

  /** The state before the first step, of both levels in one tree. */
  public Tree<Tensor> init(Levels levels, Tree<Tensor> both) {
    return init(levels.outer(both), levels.inner(both));
  }

  /**
   * One step on two functions of one tree that holds both levels.
   *
   * @param levels which are which
   * @param f the outer objective
   * @param g the inner objective
   * @param both x and y
   * @param state as {@link #init} or the last step left it
   * @param context of the outer level
   */
  public Step step(
      Levels levels, Level f, Level g, Tree<Tensor> both, Tree<Tensor> state, StepContext context) {
    return step(levels.problem(f, g), levels.outer(both), levels.inner(both), state, context);
  }

  /** The state before the first step. */
  public Tree<Tensor> init(Tree<Tensor> outer, Tree<Tensor> inner) {
    return upper
        .init(outer)
        .under(UPPER)
        .and(hypergradient.init(lower, outer, inner).under(ESTIMATOR));
  }

  /**
   * One step of the outer level, with those of the inner level in it.
   *
   * @param problem the two objectives
   * @param outer x
   * @param inner y
   * @param state as {@link #init} or the last step left it
   * @param context of the outer level
   */
  public Step step(
      BilevelProblem problem,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    Set<Objective.Need> needs = EnumSet.noneOf(Objective.Need.class);
    needs.addAll(hypergradient.needs());
    needs.addAll(lower.optimizer().needs());
    String name = hypergradient.getClass().getSimpleName();
    Hypergradient.Estimate estimate =
        hypergradient.estimate(
            problem.restrictedTo(name, needs),
            lower,
            outer,
            inner,
            state.subtree(ESTIMATOR),
            context.part(0));
    Objective known =
        Objective.at(
            outer, new Objective.ValueAndGradient(estimate.value(), estimate.gradient()), name);
    Optimizer.Step moved = upper.step(known, outer, state.subtree(UPPER), context.part(1));
    return new Step(
        moved.parameters(),
        estimate.inner(),
        moved.state().under(UPPER).and(estimate.state().under(ESTIMATOR)),
        estimate.value(),
        estimate.gradient(),
        moved.report().and(estimate.report()));
  }
}
