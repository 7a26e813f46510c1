package dev.espalier.conformance.optimizer;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.golden.Claims;
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
import java.util.stream.Stream;

/** Where an optimizer goes: golden trajectories, cited defaults, convergence, invariances. */
final class TrajectoryRules {
  private static final Set<String> KNOWN =
      Set.of(
          "defaults",
          "state",
          "gradient-scale-invariant",
          "sign-symmetric",
          "translation-invariant",
          "elementwise",
          "quadratic",
          "rosenbrock",
          "logistic-regression",
          "network");

  private static final int STEPS = 6;
  private static final double RATE = 0.125;

  private TrajectoryRules() {}

  static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return List.of(
        Check.single("OPT-1", ExtensionSubject::holdsGoldenPoints),
        Check.<ExtensionSubject<Optimizer>>single("OPT-2", TrajectoryRules::citedDefaults),
        new Check<ExtensionSubject<Optimizer>>("OPT-3", TrajectoryRules::converges),
        Check.<ExtensionSubject<Optimizer>>single("OPT-4", TrajectoryRules::invariances));
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

  /** What is claimed holds; of what is not claimed nothing is said. */
  private static void invariances(ExtensionSubject<Optimizer> subject, Findings findings) {
    Claims claims = subject.claims();
    Optimizer optimizer = subject.extension();
    Tree<NdArray> start = Parameters.random(DType.F64, 1);
    List<Tree<NdArray>> gradients = Parameters.gradients(DType.F64, STEPS);
    List<Stepping.At> path = path(optimizer, start, gradients);
    Tree<NdArray> end = path.getLast().parameters();
    if (claims.has("gradient-scale-invariant")) {
      // Not by a power of two, which no rounding would see.
      near(
          findings,
          "gradients times 300",
          end,
          path(optimizer, start, scaled(gradients, 300)).getLast().parameters(),
          1e-5);
    }
    if (claims.has("sign-symmetric")) {
      Tree<NdArray> mirrored =
          path(optimizer, scaled(start, -1), scaled(gradients, -1)).getLast().parameters();
      near(findings, "parameters and gradients negated", end, scaled(mirrored, -1), 1e-12);
    }
    if (claims.has("translation-invariant")) {
      Tree<NdArray> moved =
          path(optimizer, start.map(leaf -> Parameters.map(leaf, x -> x + 1)), gradients)
              .getLast()
              .parameters();
      near(
          findings,
          "parameters moved by 1",
          end,
          moved.map(leaf -> Parameters.map(leaf, x -> x - 1)),
          1e-12);
    }
    if (claims.has("elementwise")) {
      elementwise(optimizer, start, gradients, end, findings);
    }
  }

  /** Another gradient of one leaf moves no other leaf. */
  private static void elementwise(
      Optimizer optimizer,
      Tree<NdArray> start,
      List<Tree<NdArray>> gradients,
      Tree<NdArray> end,
      Findings findings) {
    List<Tree<NdArray>> changed =
        gradients.stream()
            .map(g ->
                g.mapWithPath((path, leaf) ->
                    path.equals("scale") ? Parameters.map(leaf, x -> 3 * x + 1) : leaf))
            .toList();
    Tree<NdArray> other = path(optimizer, start, changed).getLast().parameters();
    for (String path : end.paths()) {
      findings.require(
          path.equals("scale") || end.get(path).equals(other.get(path)),
          "it claims to be elementwise, and another gradient of scale moves " + path);
    }
  }

  private static List<Stepping.At> path(
      Optimizer optimizer, Tree<NdArray> start, List<Tree<NdArray>> gradients) {
    return Stepping.given(optimizer, start.map(NdArray::type), 1).path(start, gradients, RATE);
  }

  private static List<Tree<NdArray>> scaled(List<Tree<NdArray>> trees, double by) {
    return trees.stream().map(tree -> scaled(tree, by)).toList();
  }

  private static Tree<NdArray> scaled(Tree<NdArray> tree, double by) {
    return tree.map(leaf -> Parameters.map(leaf, x -> by * x));
  }

  private static void near(
      Findings findings, String what, Tree<NdArray> x, Tree<NdArray> y, double bound) {
    double distance = Parameters.distance(x, y);
    findings.require(
        distance <= bound,
        "it claims an invariance: " + what + " ends " + distance + " away, bound " + bound);
  }
}
