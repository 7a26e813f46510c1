package dev.espalier.conformance.optimizer;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.GivenGradient;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.conformance.problem.Watched;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What an optimizer does with zeros, extremes and NaN, and what it asks. */
final class BehaviourRules {
  private static final double RATE = 0.01;

  private BehaviourRules() {}

  static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Optimizer>>single("OPT-9", BehaviourRules::extremes),
        Check.<ExtensionSubject<Optimizer>>single("OPT-10", BehaviourRules::notANumber),
        Check.<ExtensionSubject<Optimizer>>single("OPT-11", BehaviourRules::noRate),
        Check.<ExtensionSubject<Optimizer>>single("OPT-12", BehaviourRules::needs));
  }

  private static Stepping.At run(
      Optimizer optimizer, Tree<NdArray> start, Tree<NdArray> gradient, double rate, int steps) {
    Stepping stepping = Stepping.given(optimizer, start.map(NdArray::type), 1);
    Stepping.At at = stepping.begin(start);
    for (int step = 0; step < steps; step++) {
      at = stepping.step(at, gradient.leaves(), step, rate, 1).next();
    }
    return at;
  }

  private static void extremes(ExtensionSubject<Optimizer> subject, Findings findings) {
    Optimizer optimizer = subject.extension();
    for (double size : new double[] {0, 1e-30, 1e-8, 1e8, 1e15}) {
      Stepping.At at =
          run(
              optimizer,
              Parameters.random(DType.F32, 1),
              Parameters.filled(DType.F32, size),
              RATE,
              3);
      findings.require(
          Parameters.finite(at.parameters()) && Parameters.finite(at.state()),
          "three gradients of "
              + size
              + " in f32 leave "
              + at.parameters()
              + " and the state "
              + at.state());
    }
    Stepping.At huge =
        run(
            optimizer,
            Parameters.filled(DType.F32, 1e30),
            Parameters.random(DType.F32, 2),
            RATE,
            3);
    findings.require(
        Parameters.finite(huge.parameters()),
        "parameters of 1e30 in f32 become " + huge.parameters());
  }

  /** NaN in a gradient reaches its parameter, where training finds it; it is not hidden. */
  private static void notANumber(ExtensionSubject<Optimizer> subject, Findings findings) {
    Tree<NdArray> gradient =
        Parameters.random(DType.F64, 2)
            .mapWithPath((path, leaf) ->
                path.equals("layer/bias") ? NdArray.of(new double[] {Double.NaN, 1}, 2) : leaf);
    Stepping.At at = run(subject.extension(), Parameters.random(DType.F64, 1), gradient, RATE, 1);
    findings.require(
        Double.isNaN(at.parameters().get("layer/bias").getDouble(0)),
        "where the gradient is NaN the parameter becomes "
            + at.parameters().get("layer/bias").getDouble(0));
  }

  private static void noRate(ExtensionSubject<Optimizer> subject, Findings findings) {
    Tree<NdArray> start = Parameters.random(DType.F64, 1);
    Stepping.At at = run(subject.extension(), start, Parameters.random(DType.F64, 2), 0, 2);
    findings.require(
        Parameters.distance(at.parameters(), start) == 0,
        "at learning rate 0 a parameter moves by " + Parameters.distance(at.parameters(), start));
  }

  /** It asks what it declares, all of it and nothing else. */
  private static void needs(ExtensionSubject<Optimizer> subject, Findings findings) {
    Optimizer optimizer = subject.extension();
    Set<Objective.Need> asked = EnumSet.noneOf(Objective.Need.class);
    try {
      Stepping.of(
          optimizer,
          Parameters.types(DType.F64),
          Parameters.types(DType.F64).leaves(),
          (feeds, start) -> new Watched(given(feeds, start), asked));
    } catch (EspalierException e) {
      findings.problem("its step cannot be built: " + e.getMessage());
    }
    findings.require(
        asked.equals(optimizer.needs()),
        "it declares that it asks " + optimizer.needs() + " and asks " + asked);
  }

  private static Objective given(List<Tensor> feeds, Tree<Tensor> start) {
    return new GivenGradient(start.withLeaves(feeds), start, 1, 1);
  }
}
