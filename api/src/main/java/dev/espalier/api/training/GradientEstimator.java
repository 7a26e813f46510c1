package dev.espalier.api.training;

import java.util.Set;

/**
 * A way to obtain gradients: an objective made of an objective. Estimators nest, and every
 * optimizer that only asks for gradients works with each.
 */
public interface GradientEstimator {
  /** The objective that answers in this estimator's way. */
  Objective estimate(Objective inner, StepContext context);

  /** What it asks the inner objective. */
  Set<Objective.Need> needs();
}
