package dev.espalier.conformance.optimizer;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where an optimizer goes: golden trajectories, cited defaults, convergence. */
final class TrajectoryRules {
  private static final Set<String> KNOWN =
      Stream.concat(
              InvarianceRules.claims(),
              Stream.of(
                  "defaults", "state", "quadratic", "rosenbrock", "logistic-regression", "network"))
          .collect(Collectors.toUnmodifiableSet());

  private TrajectoryRules() {}

  static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return List.of(
        Check.single("OPT-1", ExtensionSubject::holdsGoldenPoints),
        Check.<ExtensionSubject<Optimizer>>single("OPT-2", TrajectoryRules::citedDefaults),
        new Check<ExtensionSubject<Optimizer>>("OPT-3", TrajectoryRules::converges));
  }

  /** The claim {@code defaults=KEY NUMBER, ...} against what the factory asks for. */
  private static void citedDefaults(ExtensionSubject<Optimizer> subject, Findings findings) {
    subject.claims().unknown(KNOWN).ifPresent(findings::problem);
    Map<String, Double> cited = subject.claims().settings("defaults");
    Params params = Params.defaults();
    subject.registered().factory().create(params);
    for (Params.Entry entry : params.schema()) {
      if (entry.kind().equals("real") || entry.kind().equals("integer")) {
        double found = Double.parseDouble(entry.defaultValue());
        Double wanted = cited.get(entry.name());
        findings.require(
            wanted != null && wanted == found,
            "the default of "
                + entry.name()
                + " is "
                + found
                + "; '# claim: defaults=...' cites "
                + cited);
      }
    }
    for (String key : cited.keySet()) {
      findings.require(
          params.schema().stream().anyMatch(entry -> entry.name().equals(key)),
          "it cites a default of " + key + ", which it does not ask for");
    }
  }

  /**
   * For each problem a claim {@code NAME=RATE, STEPS, EXCESS}: after so many steps at this rate the
   * loss is at most so much over the least.
   */
  private static Stream<Trial> converges(ExtensionSubject<Optimizer> subject, Tier tier) {
    return Problems.all().stream()
        .filter(problem -> tier == Tier.FULL || problem.name().equals("quadratic"))
        .map(problem ->
            new Trial(problem.name(), findings -> converges(subject, problem, findings)));
  }

  private static void converges(
      ExtensionSubject<Optimizer> subject, Problem problem, Findings findings) {
    List<Double> claim = subject.claims().numbers(problem.name());
    if (claim.size() != 3) {
      findings.problem(
          "there is no line '# claim: "
              + problem.name()
              + "=RATE,STEPS,EXCESS' of what it reaches");
      return;
    }
    Optimizer optimizer = subject.extension();
    Stepping run = Stepping.on(problem, optimizer);
    Stepping.At at =
        run.steps(run.begin(problem.start()), 0, claim.get(1).intValue(), claim.get(0), 7);
    double found = problem.loss(run.evaluationPoint(at));
    double told = run.step(at, List.of(), claim.get(1).intValue(), 0, 7).loss().getDouble(0);
    findings.require(
        Math.abs(told - problem.loss(at.parameters())) <= 1e-12 * (1 + Math.abs(told)),
        "a step tells the loss " + told + " where it is " + problem.loss(at.parameters()));
    findings.require(
        found <= problem.least() + claim.get(2),
        "after %s steps at rate %s the loss of %s is %s; it claims %s over the least, %s"
            .formatted(
                claim.get(1).intValue(),
                claim.get(0),
                problem.name(),
                found,
                claim.get(2),
                problem.least()));
    double start = problem.loss(problem.start());
    findings.require(
        problem.least() + claim.get(2) < start,
        "it claims no more of " + problem.name() + " than the loss at the start, " + start);
  }
}
