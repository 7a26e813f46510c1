package dev.espalier.training.trainer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What an evaluation found.
 *
 * @param step how many steps were done
 * @param loss the mean loss of an example (of a token, for text)
 * @param accuracy the fraction of right classes; absent where there are none
 * @param further what else was measured, by name
 */
public record EvaluationReport(
    long step, double loss, OptionalDouble accuracy, Map<String, Double> further) {
  /** Copies the map, keeping its order. */
  public EvaluationReport {
    further = Collections.unmodifiableMap(new LinkedHashMap<>(further));
  }

  /** Of a loss and perhaps an accuracy. */
  public EvaluationReport(long step, double loss, OptionalDouble accuracy) {
    this(step, loss, accuracy, Map.of());
  }

  /**
   * Of measures by name.
   *
   * @param step how many steps were done
   * @param measures {@code loss}, perhaps {@code accuracy}, and others
   */
  public static EvaluationReport of(long step, Map<String, Double> measures) {
    Map<String, Double> further = new LinkedHashMap<>(measures);
    double loss = Objects.requireNonNull(further.remove("loss"), "an evaluation measures the loss");
    Double accuracy = further.remove("accuracy");
    return new EvaluationReport(
        step,
        loss,
        accuracy == null ? OptionalDouble.empty() : OptionalDouble.of(accuracy),
        further);
  }

  /** Every measure by its name in the metrics log, such as {@code validation_loss}. */
  public Map<String, Double> named() {
    Map<String, Double> named = new LinkedHashMap<>();
    named.put("validation_loss", loss);
    accuracy.ifPresent(value -> named.put("validation_accuracy", value));
    further.forEach((name, value) -> named.put("validation_" + name, value));
    return named;
  }
}
