package dev.espalier.conformance.activation;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.numerics.CentralDifference;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Values and derivatives of an activation as a function of one number. */
final class ValueRules {
  private static final double STEP = 0x1p-6;

  private static final double LARGEST_IN_F16 = 0x1p14;

  private static final double LARGEST_PROBE = 0x1p30;
  private static final double ROUNDINGS = 64;

  private ValueRules() {}

  static List<Check<? super ExtensionSubject<Activation>>> checks() {
    return List.of(
        Check.single("ACT-1", ExtensionSubject::holdsGoldenPoints),
        check("ACT-2", Probes::farFunctions, ValueRules::narrowIsNearWide),
        check("ACT-3", Probes::functions, ValueRules::derivativesAreLimitsOfDifferences),
        check("ACT-4", Probes::farFunctions, ValueRules::derivativesAreFinite),
        check("ACT-5", Probes::farFunctions, ValueRules::notANumberStays));
  }

  /** What an activation is tried as. */
  private interface Functions {
    List<Probes.OfOneNumber> of(Activation activation, boolean gated);
  }

  private interface Body {
    void run(UnaryOperator<Tensor> f, List<Double> kinks, Findings findings);
  }

  private static Check<ExtensionSubject<Activation>> check(
      String rule, Functions functions, Body body) {
    return Check.single(
        rule,
        (subject, findings) -> {
          boolean gated = subject.claims().has("gated");
          List<Double> kinks = subject.claims().numbers("kinks");
          // With other hyperparameters too, where it has kinks at the same places.
          Stream.concat(
                  Stream.of(subject.extension()),
                  subject.golden().stream()
                      .flatMap(file -> file.sections().stream())
                      .map(GoldenFile.Section::hyperparameters)
                      .distinct()
                      .map(subject.registered()::create))
              .flatMap(activation -> functions.of(activation, gated).stream())
              .forEach(function -> {
                Findings found = new Findings();
                body.run(function.f(), kinks, found);
                found.problems().forEach(text -> findings.problem(function.along() + text));
              });
        });
  }

  /** An error of a rounding in x moves the value by x times the slope, and the slope likewise. */
  private static void narrowIsNearWide(
      UnaryOperator<Tensor> f, List<Double> kinks, Findings findings) {
    double[] points = Probes.points(LARGEST_PROBE);
    Probes.Jet wide = Probes.jet(f, DType.F64, points);
    Probes.Jet narrow = Probes.jet(f, DType.F32, points);
    for (int i = 0; i < points.length; i++) {
      double x = points[i];
      near(
          findings,
          "value in f32 at " + x,
          narrow.value()[i],
          wide.value()[i],
          Math.abs(wide.value()[i]) + Math.abs(x * wide.first()[i]));
      if (!Probes.near(x, kinks, 1e-3)) {
        near(
            findings,
            "slope in f32 at " + x,
            narrow.first()[i],
            wide.first()[i],
            1 + Math.abs(wide.first()[i]) + Math.abs(x * wide.second()[i]));
      }
    }
  }

  private static void near(
      Findings findings, String what, double found, double expected, double scale) {
    double bound = ROUNDINGS * 0x1p-24 * scale + Float.MIN_NORMAL;
    findings.require(
        Math.abs(found - expected) <= bound,
        what + ": found " + found + ", in f64 " + expected + ", bound " + bound);
  }

  private static void derivativesAreLimitsOfDifferences(
      UnaryOperator<Tensor> f, List<Double> kinks, Findings findings) {
    double[] points = Probes.points(32);
    Probes.Jet at = Probes.jet(f, DType.F64, points);
    double[] first = new double[points.length];
    double[] second = new double[points.length];
    for (int k = 1; k <= CentralDifference.REACH; k++) {
      Probes.Jet after = Probes.jet(f, DType.F64, moved(points, k * STEP));
      Probes.Jet before = Probes.jet(f, DType.F64, moved(points, -k * STEP));
      for (int i = 0; i < points.length; i++) {
        first[i] += CentralDifference.weight(k) * (after.value()[i] - before.value()[i]) / STEP;
        second[i] += CentralDifference.weight(k) * (after.first()[i] - before.first()[i]) / STEP;
      }
    }
    for (int i = 0; i < points.length; i++) {
      if (!Probes.near(points[i], kinks, (CentralDifference.REACH + 0.5) * STEP)) {
        close(findings, "first derivative at " + points[i], at.first()[i], first[i], points[i]);
        close(findings, "second derivative at " + points[i], at.second()[i], second[i], points[i]);
      }
    }
  }

  private static double[] moved(double[] points, double by) {
    double[] moved = points.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by;
    }
    return moved;
  }

  private static void close(
      Findings findings, String what, double found, double difference, double x) {
    double bound = 1e-9 * (1 + Math.abs(difference) + Math.abs(x));
    findings.require(
        Math.abs(found - difference) <= bound,
        what + ": found " + found + ", differences give " + difference + ", bound " + bound);
  }

  private static void derivativesAreFinite(
      UnaryOperator<Tensor> f, List<Double> kinks, Findings findings) {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16)) {
      double[] points = Probes.points(dtype == DType.F16 ? LARGEST_IN_F16 : LARGEST_PROBE);
      Probes.Jet jet = Probes.jet(f, dtype, points);
      for (int i = 0; i < points.length; i++) {
        findings.require(
            Double.isFinite(jet.value()[i])
                && Double.isFinite(jet.first()[i])
                && Double.isFinite(jet.second()[i])
                && Double.isFinite(jet.firstReverse()[i])
                && Double.isFinite(jet.secondReverse()[i]),
            "in %s at %s: value %s, first derivative %s and %s, second derivative %s and %s"
                .formatted(
                    dtype.text(),
                    points[i],
                    jet.value()[i],
                    jet.first()[i],
                    jet.firstReverse()[i],
                    jet.second()[i],
                    jet.secondReverse()[i]));
      }
    }
  }

  private static void notANumberStays(
      UnaryOperator<Tensor> f, List<Double> kinks, Findings findings) {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16)) {
      double[] found = Probes.values(f, dtype, 1, Double.NaN, -1);
      findings.require(Double.isNaN(found[1]), "NaN in " + dtype.text() + " becomes " + found[1]);
      findings.require(
          Double.isFinite(found[0]) && Double.isFinite(found[2]),
          "beside NaN in " + dtype.text() + " 1 and -1 become " + found[0] + " and " + found[2]);
    }
  }
}
