package dev.espalier.benchmarks.convergence;

import dev.espalier.training.trainer.EvaluationReport;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a run went.
 *
 * @param optimizer who moved the parameters
 * @param rate the learning rate
 * @param evaluations on held-out data, in order; none where a number was not finite before the
 *     first
 * @param diverged whether a number was not finite, which ended the run
 * @param milliseconds the time of the middle step of the later half
 */
record Curve(
    String optimizer,
    double rate,
    List<EvaluationReport> evaluations,
    boolean diverged,
    double milliseconds) {
  Curve {
    evaluations = List.copyOf(evaluations);
  }

  /** The held-out loss at the end; infinite where the run did not come so far. */
  double last() {
    return diverged || evaluations.isEmpty()
        ? Double.POSITIVE_INFINITY
        : evaluations.getLast().loss();
  }

  /** After how many steps an evaluation found the loss or less. */
  OptionalLong stepsTo(double loss) {
    return evaluations.stream()
        .filter(found -> found.loss() <= loss)
        .mapToLong(EvaluationReport::step)
        .findFirst();
  }
}
