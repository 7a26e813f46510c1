package dev.espalier.conformance.golden;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A line through the inputs of a gated unit: the input {@code j} is {@code slopes[j] * x +
 * offsets[j]}. Along it the unit, the sum of what it gives, is a function of one number, and is
 * tried as one.
 *
 * @param slopes one an input
 * @param offsets one an input
 */
public record Line(List<Double> slopes, List<Double> offsets) {
  private static final int MOST_FEATURES = 16;

  public Line {
    slopes = List.copyOf(slopes);
    offsets = List.copyOf(offsets);
  }

  /**
   * The line of a golden section, {@code # given: slope1=...,offset1=...,slope2=...}; what is not
   * given is 0. Empty where no slope is given.
   */
  static Optional<Line> given(GoldenFile.Section section) {
    Map<String, Double> given = section.given();
    List<Double> slopes = new ArrayList<>();
    List<Double> offsets = new ArrayList<>();
    for (int j = 1; given.containsKey("slope" + j) || given.containsKey("offset" + j); j++) {
      slopes.add(given.getOrDefault("slope" + j, 0.0));
      offsets.add(given.getOrDefault("offset" + j, 0.0));
    }
    return slopes.isEmpty() ? Optional.empty() : Optional.of(new Line(slopes, offsets));
  }

  /** A line along each input of a unit, the others held, and one that moves them all. */
  public static List<Line> through(Activation gated) {
    int features = features(gated);
    List<Line> lines = new ArrayList<>();
    List<Double> held = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      double sign = j % 2 == 0 ? 1 : -1;
      held.add(sign * (0.75 - 0.5 * j / features));
      all.add(sign * (1 - 0.5 * j / features));
    }
    for (int moved = 0; moved < features; moved++) {
      List<Double> slopes = new ArrayList<>();
      for (int j = 0; j < features; j++) {
        slopes.add(j == moved ? 1.0 : 0.0);
      }
      lines.add(new Line(slopes, held));
    }
    lines.add(new Line(all, held));
    return lines;
  }

  /** Whether one input moves and the others are held. */
  public boolean alongOneInput() {
    return slopes.stream().filter(slope -> slope != 0).count() == 1;
  }

  /** The fewest inputs of which a unit makes something. */
  private static int features(Activation gated) {
    for (int features = 2; features < MOST_FEATURES; features++) {
      try {
        if (gated.outputFeatures(features) > 0) {
          return features;
        }
      } catch (EspalierException e) {
        // Not of so many.
      }
    }
    return MOST_FEATURES;
  }

  /** The unit along the line, of a vector of numbers at once. */
  public UnaryOperator<Tensor> of(UnaryOperator<Tensor> unit) {
    return x -> {
      int count = x.shape().size();
      Shape column = Shape.of(count, 1);
      List<Tensor> columns = new ArrayList<>();
      for (int j = 0; j < slopes.size(); j++) {
        // An input that is held does not become NaN with one that moves.
        Tensor input =
            slopes.get(j) == 0
                ? x.onesLike().mul(offsets.get(j))
                : x.mul(slopes.get(j)).add(offsets.get(j));
        columns.add(input.reshape(column));
      }
      Tensor[] others = columns.subList(1, columns.size()).toArray(Tensor[]::new);
      return unit.apply(columns.getFirst().concat(1, others)).sum(1);
    };
  }

  /** Such as {@code (x, 0.5)}. */
  @Override
  public String toString() {
    List<String> inputs = new ArrayList<>();
    for (int j = 0; j < slopes.size(); j++) {
      String moved = slopes.get(j) == 1 ? "x" : slopes.get(j) + "x";
      inputs.add(
          slopes.get(j) == 0
              ? offsets.get(j).toString()
              : offsets.get(j) == 0 ? moved : moved + " + " + offsets.get(j));
    }
    return "(" + String.join(", ", inputs) + ")";
  }
}
