package dev.espalier.conformance.estimator;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Objective.Need;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import dev.espalier.conformance.problem.Watched;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Rules EST: gradient estimators. */
public final class EstimatorRules {
  private static final Set<String> KNOWN = Set.of("unbiased", "stochastic", "sensitivity");
  private static final int KEYS = 1500;
  private static final double COUNTED = 2.5;

  private EstimatorRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<GradientEstimator>>> checks() {
    return List.of(
        Check.<ExtensionSubject<GradientEstimator>>single("EST-1", EstimatorRules::offers),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-2", EstimatorRules::needs),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-3", EstimatorRules::keys),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-4", EstimatorRules::unbiased),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-5", EstimatorRules::nests),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-6", EstimatorRules::remembers),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-7", EstimatorRules::counts),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-8", FromOutsideRules::freshlyDrawn),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-9", FromOutsideRules::sensitivity),
        Check.<ExtensionSubject<GradientEstimator>>single("EST-10", FromOutsideRules::accounts));
  }

  /** Answers in the trace of a step. */
  interface Ask extends BiFunction<Objective, Tree<Tensor>, List<Tensor>> {}

  /** A question to an estimator on a problem, as a function of the key. */
  static Graph graph(Problem problem, List<GradientEstimator> estimators, Ask ask) {
    return graph(problem, estimators, ask, (anchor, objective) -> objective);
  }

  private static Graph graph(
      Problem problem,
      List<GradientEstimator> estimators,
      Ask ask,
      BiFunction<Tensor, Objective, Objective> around) {
    Graph graph =
        Graph.trace(
            "estimate",
            List.of(new TensorType(DType.I64, Shape.SCALAR)),
            in -> {
              Tensor anchor = in.getFirst();
              Tree<Tensor> at = problem.start().map(anchor::constant);
              StepContext context =
                  new StepContext(
                      anchor.constant(DType.I64, 0L),
                      anchor.constant(DType.F32, 0.1),
                      new Key(anchor));
              Objective objective = around.apply(anchor, problem.objective(anchor));
              for (int i = 0; i < estimators.size(); i++) {
                GradientEstimator estimator = estimators.get(i);
                objective =
                    estimator
                        .estimate(
                            objective,
                            at,
                            estimator.init(at),
                            context.part(i).drawing(nothing(estimator, problem, anchor)))
                        .objective();
              }
              return ask.apply(objective, at);
            });
    return Simplify.simplify(graph.verify());
  }

  /** In place of what the host draws: 0. */
  static Tree<Tensor> nothing(GradientEstimator estimator, Problem problem, Tensor anchor) {
    return estimator
        .hostDraws()
        .map(draws ->
            draws
                .types(problem.types())
                .map(type -> anchor.constant(NdArray.wrap(type, NdArray.allocate(type)))))
        .orElse(Tree.empty());
  }

  private static Tree<Tensor> ones(Tree<Tensor> at) {
    return at.map(Tensor::onesLike);
  }

  private static List<Tensor> ask(Need need, Objective objective, Tree<Tensor> at) {
    return switch (need) {
      case VALUE -> List.of(objective.value(at));
      case GRADIENT -> objective.gradient(at).leaves();
      case HESSIAN_VECTOR -> objective.hessianVector(at, ones(at)).leaves();
      case GAUSS_NEWTON_VECTOR -> objective.gaussNewtonVector(at, ones(at)).leaves();
      case PER_EXAMPLE_VALUES -> List.of(objective.perExampleValues(at));
      case PER_EXAMPLE_GRADIENTS -> objective.perExampleGradients(at).leaves();
      case CLIPPED_SUM -> objective.clippedSum(at, Clipping.flat(1)).sum().leaves();
      case LAYER_STATISTICS ->
          objective.layerStatistics(at, Optional.empty()).leaves().stream()
              .flatMap(s -> Stream.of(s.inputs(), s.outputGradients()))
              .toList();
      case SAMPLED_GRADIENT ->
          objective
              .sampledGradient(at, new Key(at.leaves().getFirst().constant(DType.I64, 3L)))
              .leaves();
      case DIRECTIONAL_DERIVATIVE -> List.of(objective.directionalDerivative(at, ones(at), 2));
    };
  }

  /** The types of an honest answer are those of the objective itself. */
  private static void offers(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    subject.claims().unknown(KNOWN).ifPresent(findings::problem);
    Problem problem = Problems.network();
    GradientEstimator estimator = subject.extension();
    Set<Need> offered = EnumSet.noneOf(Need.class);
    graph(
        problem,
        List.of(estimator),
        (objective, at) -> {
          offered.addAll(objective.offers());
          return List.of(at.leaves().getFirst());
        });
    findings.require(offered.contains(Need.GRADIENT), "it does not offer the gradient");
    for (Need need : Need.values()) {
      if (!offered.contains(need)) {
        findings.refused(
            need + ", which it does not offer,",
            ErrorCode.MISSING_NEED,
            () -> graph(problem, List.of(estimator), (o, at) -> ask(need, o, at)));
        continue;
      }
      try {
        List<TensorType> found =
            graph(problem, List.of(estimator), (o, at) -> ask(need, o, at)).outputTypes();
        List<TensorType> wanted =
            graph(problem, List.of(), (o, at) -> ask(need, o, at)).outputTypes();
        findings.require(
            found.equals(wanted), need + " is answered with " + found + ", not " + wanted);
      } catch (EspalierException e) {
        findings.problem(need + " is offered and refused: " + e.getMessage());
      }
    }
  }

  private static void needs(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    Set<Need> asked = EnumSet.noneOf(Need.class);
    graph(
        Problems.network(),
        List.of(subject.extension()),
        (objective, at) -> objective.gradient(at).leaves(),
        (anchor, inner) -> new Watched(inner, asked));
    findings.require(
        asked.equals(subject.extension().needs()),
        "it declares that it asks " + subject.extension().needs() + " and asks " + asked);
  }

  private static List<NdArray> gradient(List<GradientEstimator> estimators, long key) {
    Graph graph = graph(Problems.network(), estimators, (o, at) -> o.gradient(at).leaves());
    return Reference.run(graph, List.of(NdArray.scalar(key)));
  }

  private static void keys(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    List<GradientEstimator> one = List.of(subject.extension());
    List<NdArray> first = gradient(one, 1);
    findings.require(first.equals(gradient(one, 1)), "one key gives different gradients");
    boolean random = !first.equals(gradient(one, 2));
    findings.require(
        random == subject.claims().has("stochastic"),
        random
            ? "it depends on the key: add '# claim: stochastic'"
            : "it claims to be stochastic and does not depend on the key");
  }

  /** The mean over keys is the gradient, within five standard errors. */
  private static void unbiased(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    if (!subject.claims().has("unbiased")) {
      return;
    }
    for (Problem problem : List.of(Problems.quadratic(), Problems.logisticRegression())) {
      Graph exact = graph(problem, List.of(), (o, at) -> o.gradient(at).leaves());
      Graph estimated =
          graph(problem, List.of(subject.extension()), (o, at) -> o.gradient(at).leaves());
      List<NdArray> wanted = Reference.run(exact, List.of(NdArray.scalar(0)));
      List<double[]> sums = new ArrayList<>();
      List<double[]> squares = new ArrayList<>();
      wanted.forEach(leaf -> {
        sums.add(new double[leaf.type().shape().size()]);
        squares.add(new double[leaf.type().shape().size()]);
      });
      for (long key = 1; key <= KEYS; key++) {
        List<NdArray> found = Reference.run(estimated, List.of(NdArray.scalar(key)));
        for (int i = 0; i < found.size(); i++) {
          for (int j = 0; j < sums.get(i).length; j++) {
            double g = found.get(i).getDouble(j);
            sums.get(i)[j] += g;
            squares.get(i)[j] += g * g;
          }
        }
      }
      for (int i = 0; i < wanted.size(); i++) {
        for (int j = 0; j < sums.get(i).length; j++) {
          double mean = sums.get(i)[j] / KEYS;
          double error = Math.sqrt(Math.max(0, squares.get(i)[j] / KEYS - mean * mean) / KEYS);
          double g = wanted.get(i).getDouble(j);
          findings.require(
              Math.abs(mean - g) <= 5 * error + 1e-12 * (1 + Math.abs(g)),
              "%s, leaf %d [%d]: mean %s over %d keys, gradient %s, standard error %s"
                  .formatted(problem.name(), i, j, mean, KEYS, g, error));
        }
      }
    }
  }

  private static Tree<TensorType> types(Tree<Tensor> tree) {
    return tree.map(Tensor::type);
  }

  /** Two steps, the second on what the first left. */
  private static void remembers(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    GradientEstimator estimator = subject.extension();
    Problem problem = Problems.network();
    Graph.trace(
        "remembers",
        List.of(new TensorType(DType.I64, Shape.SCALAR)),
        in -> {
          Tensor anchor = in.getFirst();
          Tree<Tensor> at = problem.start().map(anchor::constant);
          Tree<Tensor> state = estimator.init(at);
          Tree<TensorType> wanted = types(state);
          for (long step = 0; step < 2; step++) {
            StepContext context =
                new StepContext(
                        anchor.constant(DType.I64, step),
                        anchor.constant(DType.F32, 0.1),
                        new Key(anchor).fold(step))
                    .drawing(nothing(estimator, problem, anchor));
            GradientEstimator.Estimate estimate =
                estimator.estimate(problem.objective(anchor), at, state, context);
            state = estimate.state();
            findings.require(
                types(state).equals(wanted),
                "it begins with " + wanted + " and leaves " + types(state));
            estimate
                .report()
                .asMap()
                .forEach((name, value) ->
                    findings.require(
                        value.shape().rank() == 0, "it reports " + name + " as " + value.type()));
            if (!types(state).equals(wanted)) {
              break;
            }
          }
          return List.of(anchor);
        });
  }

  /**
   * A batch whose examples are told by these tensors.
   *
   * @param inner who answers
   * @param there which rows are examples
   * @param count how many count
   */
  private record Padded(Objective inner, Tensor there, Tensor count) implements WrappedObjective {
    @Override
    public Optional<Tensor> present() {
      return Optional.of(there);
    }

    @Override
    public Tensor examples(Tensor like) {
      return count.to(like.dtype());
    }
  }

  /** Of a padded batch, only the first row of which is an example. */
  private static void counts(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    Problem problem = Problems.network();
    int rows = problem.inputs().type().shape().extent(0);
    Graph asked =
        graph(
            problem,
            List.of(subject.extension()),
            (objective, at) -> {
              Tensor like = at.leaves().getFirst();
              Set<Need> single =
                  EnumSet.of(Need.PER_EXAMPLE_VALUES, Need.PER_EXAMPLE_GRADIENTS, Need.CLIPPED_SUM);
              single.retainAll(objective.offers());
              if (single.isEmpty()) {
                return List.of();
              }
              findings.require(
                  objective.rows() == rows, "it has " + objective.rows() + " rows of " + rows);
              Tensor all = like.constant(DType.BOOL, 1L).broadcast(Shape.of(objective.rows()));
              return List.of(
                  objective.present().orElse(all).to(DType.F64).sum(),
                  objective.examples(like).to(DType.F64));
            },
            (anchor, inner) ->
                new Padded(
                    inner,
                    anchor.iota(TensorType.of(DType.I64, rows), 0).eq(0),
                    anchor.constant(DType.F64, COUNTED)));
    if (asked.outputs().isEmpty()) {
      return;
    }
    List<NdArray> found = Reference.run(asked, List.of(NdArray.scalar(1)));
    findings.require(found.get(0).getDouble(0) == 1, "it does not tell which rows are no examples");
    findings.require(
        found.get(1).getDouble(0) == COUNTED,
        "it counts " + found.get(1).getDouble(0) + " examples and not " + COUNTED);
  }

  /** An estimator of an estimator: where it asks what the inner one offers, it gives gradients. */
  private static void nests(ExtensionSubject<GradientEstimator> subject, Findings findings) {
    GradientEstimator estimator = subject.extension();
    Set<Need> offered = EnumSet.noneOf(Need.class);
    graph(
        Problems.network(),
        List.of(estimator),
        (o, at) -> {
          offered.addAll(o.offers());
          return List.of(at.leaves().getFirst());
        });
    if (!offered.containsAll(estimator.needs())) {
      findings.refused(
          "an estimator of itself, which asks "
              + estimator.needs()
              + " of what offers "
              + offered
              + ",",
          ErrorCode.MISSING_NEED,
          () -> gradient(List.of(estimator, estimator), 1));
      return;
    }
    List<NdArray> found = gradient(List.of(estimator, estimator), 1);
    List<NdArray> alone = gradient(List.of(), 1);
    for (int i = 0; i < alone.size(); i++) {
      findings.require(
          found.get(i).type().equals(alone.get(i).type())
              && Arrays.stream(found.get(i).toDoubles()).allMatch(Double::isFinite),
          "the estimate of an estimate is " + found.get(i));
    }
  }
}
