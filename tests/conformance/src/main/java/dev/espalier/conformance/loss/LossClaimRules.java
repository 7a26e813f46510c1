package dev.espalier.conformance.loss;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.golden.Claims;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What a golden file claims of a loss, both ways. */
final class LossClaimRules {
  private static final Set<String> KNOWN =
      Set.of("convex", "least", "zero-at-target", "symmetric", "proper", "targets");

  private static final double SLACK = 1e-12;

  private LossClaimRules() {}

  static List<Check<? super ExtensionSubject<Loss>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Loss>>single("LOSS-6", LossClaimRules::claims),
        Check.<ExtensionSubject<Loss>>single("LOSS-7", LossClaimRules::proper));
  }

  private static void claims(ExtensionSubject<Loss> subject, Findings findings) {
    Claims claims = subject.claims();
    claims.unknown(KNOWN).ifPresent(findings::problem);
    Loss loss = subject.extension();
    Examples examples = Examples.of(loss, claims);
    Examples.Found found = examples.evaluate(loss, DType.F64, examples.directions(1));
    bothWays(claims, "convex", notConvex(loss, examples), findings);
    least(claims, found.losses(), loss, examples, findings);
    if (loss.target() == Loss.Target.VALUES) {
      Examples hit = new Examples(examples.targets(), examples.targets());
      double[] atTarget = hit.evaluate(loss, DType.F64, examples.directions(1)).losses();
      bothWays(
          claims,
          "zero-at-target",
          first(IntStream.range(0, atTarget.length).filter(i -> Math.abs(atTarget[i]) > SLACK))
              .map(i -> hit.text(i) + ": " + atTarget[i]),
          findings);
      Examples exchanged = new Examples(examples.targets(), examples.predictions());
      double[] other = exchanged.evaluate(loss, DType.F64, examples.directions(1)).losses();
      bothWays(
          claims,
          "symmetric",
          first(
                  IntStream.range(0, other.length)
                      .filter(i ->
                          Math.abs(other[i] - found.losses()[i])
                              > SLACK * (1 + Math.abs(other[i]))))
              .map(i -> examples.text(i) + ": " + found.losses()[i] + " and " + other[i]),
          findings);
    }
  }

  private static Optional<Integer> first(IntStream places) {
    return places.boxed().findFirst();
  }

  private static void bothWays(
      Claims claims, String name, Optional<String> against, Findings findings) {
    if (claims.has(name)) {
      against.ifPresent(where -> findings.problem("it claims " + name + " and is not: " + where));
    } else {
      findings.require(
          against.isPresent(),
          "it is " + name + " on every probe and does not claim it: add '# claim: " + name + "'");
    }
  }

  /** Where a second derivative along a line is negative, or a midpoint lies above its chord. */
  private static Optional<String> notConvex(Loss loss, Examples examples) {
    int values = examples.predictions().type().shape().extent(1);
    for (int seed = 1; seed <= 4; seed++) {
      NdArray vector = examples.directions(seed);
      Examples.Found here = examples.evaluate(loss, DType.F64, vector);
      double[] before = examples.moved(vector, -1).evaluate(loss, DType.F64, vector).losses();
      double[] after = examples.moved(vector, 1).evaluate(loss, DType.F64, vector).losses();
      for (int i = 0; i < examples.count(); i++) {
        double curvature = 0;
        for (int j = i * values; j < (i + 1) * values; j++) {
          curvature += vector.getDouble(j) * here.products().getDouble(j);
        }
        double chord = (before[i] + after[i]) / 2;
        if (curvature < -SLACK || here.losses()[i] > chord + SLACK * (1 + Math.abs(chord))) {
          return Optional.of(
              examples.text(i)
                  + ": curvature "
                  + curvature
                  + ", middle "
                  + here.losses()[i]
                  + ", chord "
                  + chord);
        }
      }
    }
    return Optional.empty();
  }

  /** The greatest lower bound: nothing is below it, and where predictions are best it is near. */
  private static void least(
      Claims claims, double[] losses, Loss loss, Examples examples, Findings findings) {
    Optional<Double> least = claims.number("least");
    if (least.isEmpty()) {
      findings.problem("there is no line '# claim: least=NUMBER' (or -inf) for its lower bound");
      return;
    }
    double found = Arrays.stream(losses).min().orElseThrow();
    if (loss.target() == Loss.Target.VALUES) {
      Examples hit = new Examples(examples.targets(), examples.targets());
      Examples corners = Examples.corners(claims);
      for (Examples more : List.of(hit, corners)) {
        double[] others = more.evaluate(loss, DType.F64, more.directions(1)).losses();
        found = Math.min(found, Arrays.stream(others).min().orElseThrow());
      }
    }
    findings.require(
        found >= least.get() - SLACK,
        "a loss is " + found + ", below the bound " + least.get() + " that it claims");
    findings.require(
        Double.isInfinite(least.get()) ? found < -1000 : found <= least.get() + 0.01,
        "no loss comes near the bound " + least.get() + " that it claims; the least is " + found);
  }

  /**
   * The expected loss over random targets is least at the claimed function of their distribution:
   * {@code mean} or {@code median} of the targets, {@code logit} of the mean, or {@code
   * log-probabilities} of classes. Every other prediction has a larger one.
   */
  private static void proper(ExtensionSubject<Loss> subject, Findings findings) {
    Optional<String> claimed = subject.claims().text("proper");
    if (claimed.isEmpty()) {
      return;
    }
    Loss loss = subject.extension();
    for (double[] weights :
        new double[][] {{0.2, 0.5, 0.3}, {0.6, 0.25, 0.15}, {0.1, 0.15, 0.75}}) {
      double[] best = best(claimed.get(), weights, findings);
      double least = expected(loss, claimed.get(), weights, best);
      for (int axis = 0; axis < best.length; axis++) {
        for (double by : new double[] {-1, -0.1, -1e-3, 1e-3, 0.1, 1}) {
          double[] other = best.clone();
          other[axis] += by;
          double more = expected(loss, claimed.get(), weights, other);
          // Near the least value the loss is flat; far from it, it is clearly larger.
          double margin = Math.abs(by) == 1 ? 1e-3 : -1e-15;
          findings.require(
              more >= least + margin,
              "of targets with probabilities %s the expected loss at %s is %s, and less, %s, at %s"
                  .formatted(
                      Arrays.toString(weights),
                      Arrays.toString(best),
                      least,
                      more,
                      Arrays.toString(other)));
        }
      }
    }
  }

  /** Targets with the probabilities: classes 0, 1, 2, the values -1, 0.5, 2, or 0 and 1. */
  private static double[] best(String claimed, double[] weights, Findings findings) {
    double mean = -weights[0] + 0.5 * weights[1] + 2 * weights[2];
    return switch (claimed) {
      case "log-probabilities" -> Arrays.stream(weights).map(Math::log).toArray();
      case "mean" -> new double[] {mean};
      case "median" ->
          new double[] {weights[0] > 0.5 ? -1 : weights[0] + weights[1] > 0.5 ? 0.5 : 2};
      case "logit" -> new double[] {Math.log(weights[0] / (1 - weights[0]))};
      default -> {
        findings.problem(
            "proper is one of log-probabilities, mean, median and logit, not '" + claimed + "'");
        yield new double[] {0};
      }
    };
  }

  private static double expected(Loss loss, String claimed, double[] weights, double[] prediction) {
    boolean classes = claimed.equals("log-probabilities");
    boolean binary = claimed.equals("logit");
    double[] targets = binary ? new double[] {1, 0} : new double[] {-1, 0.5, 2};
    double[] probabilities = binary ? new double[] {weights[0], 1 - weights[0]} : weights;
    double[] predictions = new double[probabilities.length * prediction.length];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = prediction[i % prediction.length];
    }
    NdArray p = NdArray.of(predictions, probabilities.length, prediction.length);
    NdArray t =
        classes
            ? NdArray.of(new long[] {0, 1, 2}, 3)
            : NdArray.of(targets, probabilities.length, 1);
    double[] losses =
        new Examples(p, t).evaluate(loss, DType.F64, NdArray.filled(p.type(), 1)).losses();
    double sum = 0;
    for (int i = 0; i < losses.length; i++) {
      sum += probabilities[i] * losses[i];
    }
    return sum;
  }
}
