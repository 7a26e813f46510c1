package dev.espalier.conformance;

import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.BackendProvider.Usable;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.accountant.AccountantRules;
import dev.espalier.conformance.activation.ActivationRules;
import dev.espalier.conformance.backend.BackendRules;
import dev.espalier.conformance.derivative.DerivativeRules;
import dev.espalier.conformance.derivative.RepresentationRules;
import dev.espalier.conformance.derivative.VectorisationRules;
import dev.espalier.conformance.estimator.EstimatorRules;
import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.golden.PluginResource;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.initializer.InitializerRules;
import dev.espalier.conformance.loss.LossRules;
import dev.espalier.conformance.operation.OperationRules;
import dev.espalier.conformance.operation.RandomRules;
import dev.espalier.conformance.optimizer.OptimizerRules;
import dev.espalier.conformance.plugin.PluginRules;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.schedule.ScheduleRules;
import dev.espalier.conformance.subject.BackendSubject;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.conformance.subject.PluginSubject;
import dev.espalier.engine.reference.ReferenceBackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which rules hold for what. */
public final class Conformance {
  private Conformance() {}

  /** The rules of backends: OP, RNG and BE. */
  public static List<Check<? super BackendSubject>> backendChecks() {
    return Stream.of(OperationRules.checks(), RandomRules.checks(), BackendRules.checks())
        .<Check<? super BackendSubject>>flatMap(List::stream)
        .toList();
  }

  /** The rules of the engine's transformations: IR, AD and VM. */
  public static List<Check<? super EngineSubject>> engineChecks() {
    return Stream.of(
            RepresentationRules.checks(), DerivativeRules.checks(), VectorisationRules.checks())
        .<Check<? super EngineSubject>>flatMap(List::stream)
        .toList();
  }

  /** The ids of all rules that are tried on anything. */
  public static Set<String> rules() {
    return Stream.<List<? extends Check<?>>>of(
            backendChecks(),
            engineChecks(),
            PluginRules.checks(),
            ActivationRules.checks(),
            LossRules.checks(),
            OptimizerRules.checks(),
            EstimatorRules.checks(),
            ScheduleRules.checks(),
            AccountantRules.checks(),
            InitializerRules.checks())
        .flatMap(List::stream)
        .map(Check::rule)
        .collect(Collectors.toSet());
  }

  /** The engine of Espalier. */
  public static Suite<EngineSubject> engine() {
    return Suite.of(EngineSubject.standard(), engineChecks());
  }

  /** The reference interpreter as a backend. */
  public static Suite<BackendSubject> reference() {
    return backend(new BackendSubject("reference", new ReferenceBackendProvider(), KnownGaps.NONE));
  }

  /**
   * A backend. One that cannot run here has all its trials, none of which is run.
   *
   * @param subject the backend
   */
  public static Suite<BackendSubject> backend(BackendSubject subject) {
    Optional<String> unavailable =
        switch (subject.provider().probe()) {
          case Usable _ -> Optional.empty();
          case Unusable(String reason, String _) -> Optional.of(reason);
        };
    return new Suite<>(subject, backendChecks(), unavailable);
  }

  /** A plugin and everything that it registers. */
  public static List<Suite<?>> plugin(Plugin plugin) {
    KnownGaps gaps =
        PluginResource.read(plugin, "known-gaps.txt").map(KnownGaps::parse).orElse(KnownGaps.NONE);
    List<Suite<?>> suites = new ArrayList<>();
    suites.add(Suite.of(new PluginSubject(plugin, gaps), PluginRules.checks()));
    for (Registered<?> registered : Registered.by(plugin)) {
      extension(registered, gaps).ifPresent(suites::add);
    }
    return List.copyOf(suites);
  }

  /** What a plugin registers; empty at points that the kit has no rules for. */
  private static Optional<Suite<?>> extension(Registered<?> registered, KnownGaps gaps) {
    return Stream.<Optional<? extends Suite<?>>>of(
            extension(registered, ExtensionPoint.ACTIVATION, ActivationRules.checks(), gaps),
            extension(registered, ExtensionPoint.LOSS, LossRules.checks(), gaps),
            extension(registered, ExtensionPoint.OPTIMIZER, OptimizerRules.checks(), gaps),
            registered
                .at(ExtensionPoint.GRADIENT_TRANSFORM)
                .map(at -> Suite.of(subject(byItself(at), gaps), OptimizerRules.checks())),
            extension(registered, ExtensionPoint.GRADIENT_ESTIMATOR, EstimatorRules.checks(), gaps),
            extension(registered, ExtensionPoint.SCHEDULE, ScheduleRules.checks(), gaps),
            extension(registered, ExtensionPoint.INITIALIZER, InitializerRules.checks(), gaps),
            extension(registered, ExtensionPoint.ACCOUNTANT, AccountantRules.checks(), gaps),
            registered.at(ExtensionPoint.BACKEND).map(at -> backend(backendSubject(at, gaps))))
        .flatMap(Optional::stream)
        .<Suite<?>>map(suite -> suite)
        .findFirst();
  }

  /** A transform as the optimizer that it makes without others. */
  private static Registered<Optimizer> byItself(Registered<GradientTransform> transform) {
    return new Registered<>(
        transform.plugin(),
        ExtensionPoint.OPTIMIZER,
        transform.name(),
        transform.citation(),
        params -> Optimizer.of(transform.factory().create(params)));
  }

  private static BackendSubject backendSubject(
      Registered<BackendProvider> registered, KnownGaps gaps) {
    return new BackendSubject(registered.name(), registered.create(Map.of()), gaps);
  }

  private static <T> Optional<Suite<ExtensionSubject<T>>> extension(
      Registered<?> registered,
      ExtensionPoint<T> point,
      List<Check<? super ExtensionSubject<T>>> checks,
      KnownGaps gaps) {
    return registered.at(point).map(at -> Suite.of(subject(at, gaps), checks));
  }

  private static <T> ExtensionSubject<T> subject(Registered<T> registered, KnownGaps gaps) {
    return new ExtensionSubject<>(registered, golden(registered), gaps);
  }

  /** A file that cannot be read counts as absent here; PL-6 says what is wrong with it. */
  private static Optional<GoldenFile> golden(Registered<?> registered) {
    try {
      return GoldenFile.of(registered);
    } catch (EspalierException e) {
      return Optional.empty();
    }
  }
}
