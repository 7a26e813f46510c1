package dev.espalier.conformance.estimator;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.Examples;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What holds for estimators that want values drawn by the host, or account for examples. */
final class FromOutsideRules {
  /** Sums are divided by this, so that a divisor that is counted instead is found. */
  private static final double EXPECTED = 10;

  private FromOutsideRules() {}

  private static Tree<NdArray> drawn(HostDraws.Source source, Tree<TensorType> types) {
    Tree<NdArray> into = types.map(type -> NdArray.wrap(type, NdArray.allocate(type)));
    source.draw(into);
    return into;
  }

  /** Types that are declared are filled, and nothing is drawn twice. */
  static void freshlyDrawn(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    Optional<HostDraws> draws = subject.extension().hostDraws();
    if (draws.isEmpty()) {
      return;
    }
    Tree<TensorType> types = draws.get().types(Problems.network().types());
    List<Tree<NdArray>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (HostDraws.Source source = draws.get().open()) {
        all.add(drawn(source, types));
        all.add(drawn(source, types));
      }
    }
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        findings.require(
            !all.get(i).equals(all.get(j)), "draws %d and %d are the same".formatted(j, i));
      }
    }
  }

  /**
   * The gradient times the expected number of examples, of a step on some of the rows.
   *
   * @param moved by how much the parameters are not where the state begins
   */
  private static Graph sum(Problem problem, GradientEstimator estimator, long step, double moved) {
    int rows = problem.inputs().type().shape().extent(0);
    return Simplify.simplify(
        Graph.trace(
                "sum",
                List.of(TensorType.of(DType.BOOL, rows)),
                in -> {
                  Tensor anchor = in.getFirst();
                  Tree<Tensor> start = problem.start().map(anchor::constant);
                  Tree<Tensor> at = start.map(leaf -> leaf.add(moved));
                  Key key = new Key(anchor.constant(DType.I64, 5L));
                  Objective objective =
                      new BatchObjective(
                          problem.model(),
                          problem.loss(),
                          new Examples(
                              anchor.constant(problem.inputs()),
                              anchor.constant(problem.targets()),
                              Optional.of(in.getFirst()),
                              Optional.of(anchor.constant(DType.F64, EXPECTED))),
                          Map.of(),
                          key.fold(0),
                          true);
                  StepContext context =
                      new StepContext(
                              anchor.constant(DType.I64, step),
                              anchor.constant(DType.F32, 0.1),
                              key.fold(1))
                          .drawing(EstimatorRules.nothing(estimator, problem, anchor));
                  return estimator
                      .estimate(objective, at, estimator.init(start), context)
                      .objective()
                      .gradient(at)
                      .map(g -> g.mul(EXPECTED))
                      .leaves();
                })
            .verify());
  }

  private static NdArray all(int rows, int without) {
    byte[] present = new byte[rows];
    for (int i = 0; i < rows; i++) {
      present[i] = (byte) (i == without ? 0 : 1);
    }
    return NdArray.wrap(new TensorType(DType.BOOL, Shape.of(rows)), present);
  }

  private static double distance(List<NdArray> a, List<NdArray> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < a.get(i).type().shape().size(); j++) {
        double difference = a.get(i).getDouble(j) - b.get(i).getDouble(j);
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum);
  }

  /** Each example in turn taken out of a batch, where some gradients are far beyond the bound. */
  static void sensitivity(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    GradientEstimator estimator = subject.extension();
    Optional<Double> claimed = subject.claims().number("sensitivity");
    findings.require(
        claimed.isPresent() == (estimator.sampling() != ExampleSampling.ANY),
        claimed.isPresent()
            ? "it claims a sensitivity and takes examples that are drawn in any way"
            : "it accounts for its examples: add '# claim: sensitivity=BOUND'");
    if (claimed.isEmpty()) {
      return;
    }
    Problem problem = Problems.network();
    int rows = problem.inputs().type().shape().extent(0);
    for (double moved : new double[] {0, 0.1, 30}) {
      for (long step = 0; step < 2; step++) {
        Graph graph = sum(problem, estimator, step, moved);
        List<NdArray> whole = Reference.run(graph, List.of(all(rows, -1)));
        for (int row = 0; row < rows; row++) {
          double apart = distance(whole, Reference.run(graph, List.of(all(rows, row))));
          findings.require(
              apart <= claimed.get() * (1 + 1e-9),
              "in step %d, parameters moved by %s: without row %d the sum is %s away, not %s"
                  .formatted(step, moved, row, apart, claimed.get()));
        }
      }
    }
  }

  /** Nothing but the gradient at one point, a guard, and no loss. */
  static void accounts(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    GradientEstimator estimator = subject.extension();
    if (estimator.sampling() == ExampleSampling.ANY) {
      return;
    }
    findings.require(!estimator.guards().isEmpty(), "nothing watches over what it spends");
    findings.require(
        estimator.guards().stream().anyMatch(guard -> guard.withheld().contains("loss")),
        "the loss, which is of the examples, is told");
    findings.require(
        estimator.batches().isEmpty(), "it asks about " + estimator.batches() + " besides");
    Problem problem = Problems.network();
    Set<Objective.Need> offered = EnumSet.noneOf(Objective.Need.class);
    List<NdArray> value =
        Reference.run(
            EstimatorRules.graph(
                problem,
                List.of(estimator),
                (objective, at) -> {
                  offered.addAll(objective.offers());
                  return List.of(objective.valueAndGradient(at).value());
                }),
            List.of(NdArray.scalar(1L)));
    findings.require(
        offered.equals(Set.of(Objective.Need.GRADIENT)),
        "it answers " + offered + ", which is more than the gradient");
    findings.require(
        Double.isNaN(value.getFirst().getDouble(0)),
        "beside the gradient it gives the value " + value.getFirst().getDouble(0));
    findings.refused(
        "a gradient at another point",
        ErrorCode.MISSING_NEED,
        () ->
            EstimatorRules.graph(
                problem,
                List.of(estimator),
                (objective, at) -> objective.gradient(at.map(leaf -> leaf.add(1))).leaves()));
    findings.refused(
        "a part of the batch",
        ErrorCode.MISSING_NEED,
        () ->
            EstimatorRules.graph(
                problem,
                List.of(estimator),
                (objective, at) -> objective.part(0, 1).gradient(at).leaves()));
  }
}
