package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;

/** A random estimate of the diagonal of a curvature matrix of the mean loss. */
public interface DiagonalCurvature {
  /**
   * One estimate, in working precision; its expectation is the diagonal.
   *
   * @param objective answers {@link #need()}
   * @param parameters the point
   * @param key fresh for each estimate
   */
  Tree<Tensor> estimate(Objective objective, Tree<Tensor> parameters, Key key);

  /** What it asks. */
  Objective.Need need();
}
