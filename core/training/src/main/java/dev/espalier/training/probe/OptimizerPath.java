package dev.espalier.training.probe;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where an optimizer went.
 *
 * @param points the start, and where it was after each step
 * @param values the function at the points; empty where gradients were given
 * @param gradientNorms the Euclidean norm of the gradient at each point but the last, or of the
 *     given one
 * @param evaluationPoint the parameters that the optimizer would ship at the end
 * @param reports what the optimizer reported in each step, by name
 */
public record OptimizerPath(
    List<double[]> points,
    List<Double> values,
    List<Double> gradientNorms,
    double[] evaluationPoint,
    List<Map<String, Double>> reports) {
  /** Copies the lists; the arrays are not to be written. */
  public OptimizerPath {
    points = List.copyOf(points);
    values = List.copyOf(values);
    gradientNorms = List.copyOf(gradientNorms);
    reports = List.copyOf(reports);
  }

  /** The first step whose point has a coordinate that is not finite; 0 is the start. */
  public OptionalInt firstNotFinite() {
    for (int step = 0; step < points.size(); step++) {
      for (double x : points.get(step)) {
        if (!Double.isFinite(x)) {
          return OptionalInt.of(step);
        }
      }
    }
    return OptionalInt.empty();
  }

  /** How far the last point is from the nearest of some. */
  public double distanceToNearest(List<double[]> places) {
    double nearest = Double.POSITIVE_INFINITY;
    double[] last = points.getLast();
    for (double[] place : places) {
      double square = 0;
      for (int i = 0; i < last.length; i++) {
        square += (last[i] - place[i]) * (last[i] - place[i]);
      }
      nearest = Double.isNaN(square) ? square : Math.min(nearest, Math.sqrt(square));
    }
    return nearest;
  }
}
