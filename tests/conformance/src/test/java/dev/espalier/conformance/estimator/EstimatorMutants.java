package dev.espalier.conformance.estimator;

import static dev.espalier.api.plugin.ExtensionPoint.GRADIENT_ESTIMATOR;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Wrong gradient estimators. */
public final class EstimatorMutants {
  private static final Set<Objective.Need> FORWARD = new Estimators.Forward().needs();
  private static final Set<Objective.Need> GRADIENT = new Estimators.Same().needs();

  private EstimatorMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        mutant(
            "an estimator that answers what it does not offer",
            "EST-1",
            GRADIENT,
            (inner, context) -> new OffersLess(inner)),
        mutant(
            "an estimator that declares too little",
            "EST-2",
            GRADIENT,
            (inner, context) -> new Estimators.Along(inner, context.key())),
        mutant(
            "an estimator that ignores its key",
            "EST-3",
            FORWARD,
            (inner, context) ->
                new Estimators.Along(inner, new Key(context.key().bits().constant(DType.I64, 5L)))),
        mutant(
            "an estimator of half the gradient",
            "EST-4",
            FORWARD,
            (inner, context) -> new Halved(new Estimators.Along(inner, context.key()))),
        mutant(
            "an estimator that gives NaN to another",
            "EST-5",
            GRADIENT,
            (inner, context) ->
                inner instanceof Spoilt ? new Spoilt(inner, true) : new Spoilt(inner, false)),
        mutant("an estimator whose memory grows", "EST-6", new Growing(false)),
        mutant("an estimator that reports a gradient", "EST-6", new Growing(true)),
        mutant(
            "an estimator that hides which rows are no examples",
            "EST-7",
            GRADIENT,
            (inner, context) -> new Uncounted(inner)),
        mutant("an estimator whose draws are replayed", "EST-8", new Replaying()),
        claiming(
            "an estimator that clips the sum and not its summands",
            "EST-9",
            new Private((inner, at) -> PrivateMutants.clippedMean(inner, at), true)),
        mutant(
            "an estimator that accounts for examples and claims no sensitivity",
            "EST-9",
            new Private(PrivateMutants::summed, true)),
        claiming(
            "a private estimator that hands questions through",
            "EST-10",
            new Private((inner, at) -> inner, true)),
        claiming(
            "a private estimator that gives the loss",
            "EST-10",
            new Private(PrivateMutants::withLoss, true)),
        claiming(
            "a private estimator that nothing watches",
            "EST-10",
            new Private(PrivateMutants::summed, false)));
  }

  /** A mutant that claims to be of sensitivity 1. */
  private static Mutant claiming(String name, String rule, GradientEstimator estimator) {
    String golden = "# origin: a test\n# claim: sensitivity=1\n";
    return Registering.mutant(
        name,
        rule,
        Registering.subject(GRADIENT_ESTIMATOR, (Params p) -> estimator, golden),
        EstimatorRules.checks());
  }

  private static Mutant mutant(String name, String rule, GradientEstimator estimator) {
    return Registering.mutant(name, rule, subject(estimator, false), EstimatorRules.checks());
  }

  /** Remembers every parameter, and then one more, or reports one. */
  private record Growing(boolean reporting) implements GradientEstimator {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return parameters;
    }

    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return reporting
          ? new Estimate(inner, state, parameters)
          : new Estimate(inner, state.and("more", context.step()), Tree.empty());
    }

    @Override
    public Set<Objective.Need> needs() {
      return GRADIENT;
    }
  }

  private static final class Uncounted extends Changed {
    Uncounted(Objective inner) {
      super(inner);
    }

    @Override
    public Optional<Tensor> present() {
      return Optional.empty();
    }
  }

  private record Made(Set<Objective.Need> needs, BiFunction<Objective, StepContext, Objective> of)
      implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return Estimate.of(of.apply(inner, context));
    }
  }

  private static Mutant mutant(
      String name,
      String rule,
      Set<Objective.Need> needs,
      BiFunction<Objective, StepContext, Objective> of) {
    return Registering.mutant(
        name, rule, subject(new Made(needs, of), true), EstimatorRules.checks());
  }

  /** An estimator with its claims. */
  static ExtensionSubject<GradientEstimator> subject(
      GradientEstimator estimator, boolean stochastic) {
    String golden =
        "# origin: a test\n# claim: unbiased\n"
            + (stochastic ? "# claim: stochastic\n" : "")
            + "# set:\nnothing\n0\n";
    return Registering.subject(GRADIENT_ESTIMATOR, (Params p) -> estimator, golden);
  }

  /** Changes the gradient. */
  private abstract static class Changed implements WrappedObjective {
    final Objective inner;

    Changed(Objective inner) {
      this.inner = inner;
    }

    @Override
    public Objective inner() {
      return inner;
    }
  }

  private static final class OffersLess extends Changed {
    OffersLess(Objective inner) {
      super(inner);
    }

    @Override
    public Set<Need> offers() {
      return Set.of(Need.VALUE, Need.GRADIENT);
    }
  }

  private static final class Halved extends Changed {
    Halved(Objective inner) {
      super(inner);
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      ValueAndGradient right = inner.valueAndGradient(parameters);
      return new ValueAndGradient(right.value(), right.gradient().map(g -> g.mul(0.5)));
    }
  }

  private static final class Spoilt extends Changed {
    private final boolean twice;

    Spoilt(Objective inner, boolean twice) {
      super(inner);
      this.twice = twice;
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      ValueAndGradient right = inner.valueAndGradient(parameters);
      return twice
          ? new ValueAndGradient(right.value(), right.gradient().map(g -> g.div(g.zerosLike())))
          : right;
    }
  }
}
