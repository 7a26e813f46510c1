package dev.espalier.conformance.activation;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.golden.Claims;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/** What a golden file claims of an activation, both ways. */
final class ClaimRules {
  private static final Set<String> KNOWN =
      Set.of(
          "range",
          "monotone",
          "odd",
          "even",
          "convex",
          "left",
          "right",
          "kinks",
          "gated",
          "stochastic");

  /** What is one function of one number no more has no range, and no line far out. */
  private static final Set<String> KNOWN_OF_GATED = Set.of("kinks", "gated", "stochastic");

  private static final double SLACK = 1e-12;

  private ClaimRules() {}

  static List<Check<? super ExtensionSubject<Activation>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Activation>>single("ACT-6", ClaimRules::claims),
        Check.<ExtensionSubject<Activation>>single("ACT-7", ClaimRules::kinks));
  }

  private static void claims(ExtensionSubject<Activation> subject, Findings findings) {
    Claims claims = subject.claims();
    if (claims.has("gated")) {
      claims.unknown(KNOWN_OF_GATED).ifPresent(findings::problem);
      return;
    }
    claims.unknown(KNOWN).ifPresent(findings::problem);
    UnaryOperator<Tensor> f = Probes.evaluated(subject.extension());
    double[] x = Probes.points(1 << 20);
    Probes.Jet jet = Probes.jet(f, DType.F64, x);
    double[] mirrored =
        Probes.values(f, DType.F64, DoubleStream.of(x).map(value -> -value).toArray());
    range(claims, jet.value(), findings);
    List<Integer> falls = new ArrayList<>();
    List<Integer> bends = new ArrayList<>();
    List<Integer> notOdd = new ArrayList<>();
    List<Integer> notEven = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      double slack = SLACK * (1 + Math.abs(jet.value()[i]));
      if (jet.first()[i] < -slack) {
        falls.add(i);
      }
      if (jet.second()[i] < -slack) {
        bends.add(i);
      }
      if (Math.abs(jet.value()[i] + mirrored[i]) > slack) {
        notOdd.add(i);
      }
      if (Math.abs(jet.value()[i] - mirrored[i]) > slack) {
        notEven.add(i);
      }
    }
    // Kinks bend and jumps fall too: between points.
    for (int i = 1; i < x.length; i++) {
      if (jet.value()[i] < jet.value()[i - 1] - SLACK * (1 + Math.abs(jet.value()[i]))) {
        falls.add(i);
      }
      if (jet.first()[i] < jet.first()[i - 1] - SLACK * (1 + Math.abs(jet.first()[i]))) {
        bends.add(i);
      }
    }
    bothWays(claims, "monotone", x, falls, findings);
    bothWays(claims, "convex", x, bends, findings);
    bothWays(claims, "odd", x, notOdd, findings);
    bothWays(claims, "even", x, notEven, findings);
    limit(claims, "left", f, -1, findings);
    limit(claims, "right", f, 1, findings);
  }

  private static void bothWays(
      Claims claims, String name, double[] x, List<Integer> against, Findings findings) {
    if (claims.has(name)) {
      findings.require(
          against.isEmpty(),
          against.isEmpty()
              ? ""
              : "it claims to be " + name + " and is not at " + x[against.getFirst()]);
    } else {
      findings.require(
          !against.isEmpty(),
          "it is " + name + " at every probe and does not claim it: add '# claim: " + name + "'");
    }
  }

  /** The range is where the values are, and they reach its finite ends nearly. */
  private static void range(Claims claims, double[] values, Findings findings) {
    List<Double> ends = claims.numbers("range");
    if (ends.size() != 2) {
      findings.problem("there is no line '# claim: range=LOW,HIGH' with -inf and inf for no end");
      return;
    }
    double least = DoubleStream.of(values).min().orElseThrow();
    double most = DoubleStream.of(values).max().orElseThrow();
    DoublePredicate inside = v -> v >= ends.get(0) - SLACK && v <= ends.get(1) + SLACK;
    findings.require(
        DoubleStream.of(values).allMatch(inside),
        "values from " + least + " to " + most + " leave the range that it claims, " + ends);
    findings.require(
        reached(ends.get(0), least) && reached(ends.get(1), most),
        "values from " + least + " to " + most + " do not reach the range that it claims, " + ends);
  }

  private static boolean reached(double end, double found) {
    return Double.isInfinite(end)
        ? Math.abs(found) > 1000 && Math.signum(found) == Math.signum(end)
        : Math.abs(found - end) <= 2e-3 * (1 + Math.abs(end));
  }

  /** Far out the function is a line {@code a*x + b}, claimed as {@code a,b}. */
  private static void limit(
      Claims claims, String side, UnaryOperator<Tensor> f, int sign, Findings findings) {
    if (claims.text(side).orElse("").equals("none")) {
      return;
    }
    List<Double> line = claims.numbers(side);
    if (line.size() != 2) {
      findings.problem(
          "there is no line '# claim: " + side + "=A,B' for A*x + B far out, or none for no line");
      return;
    }
    for (double x : new double[] {sign * 1e4, sign * 1e6}) {
      double found = Probes.values(f, DType.F64, x)[0];
      double wanted = line.get(0) * x + line.get(1);
      findings.require(
          Math.abs(found - wanted) <= 1e-9 * (1 + Math.abs(wanted)),
          "at " + x + " it is " + found + "; the line that it claims is at " + wanted);
    }
  }

  /** A claimed kink is one: value, slope or bend differs between its sides. */
  private static void kinks(ExtensionSubject<Activation> subject, Findings findings) {
    List<Probes.OfOneNumber> functions =
        Probes.functions(subject.extension(), subject.claims().has("gated"));
    for (double kink : subject.claims().numbers("kinks")) {
      findings.require(
          functions.stream().anyMatch(function -> jumps(function.f(), kink)),
          "it claims a kink at " + kink + " and is smooth there to the second derivative");
    }
  }

  private static boolean jumps(UnaryOperator<Tensor> f, double at) {
    double step = 1e-7;
    Probes.Jet jet = Probes.jet(f, DType.F64, new double[] {at - step, at + step});
    return Math.abs(jet.value()[1] - jet.value()[0]) > 1e-3
        || Math.abs(jet.first()[1] - jet.first()[0]) > 1e-3
        || Math.abs(jet.second()[1] - jet.second()[0]) > 1e-3;
  }
}
