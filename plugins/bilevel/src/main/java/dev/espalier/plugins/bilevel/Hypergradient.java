package dev.espalier.plugins.bilevel;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/**
 * How the outer level of a problem obtains its gradient, and how the inner level moves meanwhile:
 * an estimator moves y itself, since for some the way there is what is differentiated.
 */
public interface Hypergradient {
  /** Where plugins register them. */
  ExtensionPoint<Hypergradient> POINT =
      new ExtensionPoint<>(
          "hypergradient", Hypergradient.class, "How the outer level obtains its gradient.");

  /**
   * What an estimator gives for a step.
   *
   * @param value f at the x of the step and the y that was reached, a scalar
   * @param gradient an estimate of dF/dx, a tree like x
   * @param inner the y that the next step begins with
   * @param state what it remembers, with the types of the state before
   * @param report further scalars for the log, by name
   */
  record Estimate(
      Tensor value,
      Tree<Tensor> gradient,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      Tree<Tensor> report) {}

  /** The state before the first step. */
  default Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    return lower.begin(inner).state();
  }

  /**
   * Moves the inner level and estimates the gradient of the outer one.
   *
   * @param problem the two objectives
   * @param lower how the inner level moves
   * @param outer x
   * @param inner y, as the last step left it
   * @param state as {@link #init} or the last step left it
   * @param context what is known of the step of the outer level
   */
  Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context);

  /** What it asks both objectives, beside what the inner optimizer asks. */
  Set<Objective.Need> needs();
}
