package dev.espalier.conformance.accountant;

import static dev.espalier.api.plugin.ExtensionPoint.ACCOUNTANT;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import dev.espalier.conformance.golden.Registered;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** Wrong accountants. */
public final class AccountantMutants {
  private AccountantMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        mutant(
            "an accountant with a fee for nothing",
            "ACC-1",
            (steps, delta) -> plus(shipped("rdp").spent(steps, delta), 0.01)),
        mutant(
            "an accountant to which more noise costs more",
            "ACC-2",
            (steps, delta) ->
                shipped("rdp")
                    .spent(
                        steps.stream()
                            .map(group ->
                                new PrivateSteps(
                                    group.samplingRate(),
                                    3 + 1 / group.noiseMultiplier(),
                                    group.count()))
                            .toList(),
                        delta)),
        mutant(
            "an accountant that looks at the first steps only",
            "ACC-3",
            (steps, delta) -> shipped("rdp").spent(steps.stream().limit(1).toList(), delta)),
        mutant(
            "a central limit that calls itself a bound",
            "ACC-4",
            (steps, delta) -> {
              Spending limit = shipped("gdp").spent(steps, delta);
              return new Spending(limit.epsilon(), 0, Spending.Kind.BOUND, limit.detail());
            }),
        mutant(
            "a bound without a hundredth of it",
            "ACC-4",
            (steps, delta) -> scaled(shipped("pld").spent(steps, delta), e -> 0.99 * e)),
        mutant(
            "an upper bound that is called a lower one",
            "ACC-5",
            (steps, delta) -> {
              Spending bound = shipped("rdp").spent(steps, delta);
              return new Spending(bound.epsilon(), bound.epsilon(), bound.kind(), bound.detail());
            }),
        mutant(
            "an accountant that takes any delta",
            "ACC-6",
            (steps, delta) -> shipped("rdp").spent(steps, delta > 0 && delta < 1 ? delta : 0.5)));
  }

  private static Spending plus(Spending spending, double fee) {
    return new Spending(spending.epsilon() + fee, 0, spending.kind(), spending.detail());
  }

  private static Spending scaled(Spending spending, UnaryOperator<Double> scale) {
    return new Spending(scale.apply(spending.epsilon()), 0, spending.kind(), spending.detail());
  }

  private static Accountant shipped(String name) {
    return ServiceLoader.load(Plugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .flatMap(plugin -> Registered.by(plugin).stream())
        .filter(registered -> registered.name().equals(name))
        .flatMap(registered -> registered.at(ACCOUNTANT).stream())
        .findFirst()
        .orElseThrow()
        .create(Map.of());
  }

  private static Mutant mutant(String name, String rule, Accountant accountant) {
    return Registering.mutant(
        name,
        rule,
        Registering.inPlaceOf(ACCOUNTANT, "rdp", (Params p) -> accountant),
        AccountantRules.checks());
  }
}
