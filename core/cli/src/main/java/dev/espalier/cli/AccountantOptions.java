package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands about privacy share: who counts, and how a spending is told. */
final class AccountantOptions {
  private static final MathContext UP = new MathContext(7, RoundingMode.CEILING);
  private static final MathContext DOWN = new MathContext(7, RoundingMode.FLOOR);

  @Option(
      names = "--accountant",
      paramLabel = "NAME",
      defaultValue = "rdp",
      description = "What counts: rdp, pld (the tightest, between certified bounds), gdp, ...")
  String name = "rdp";

  @Option(
      names = "--phase",
      paramLabel = "RATE:NOISE:STEPS",
      description = "Further steps, unlike the others; may be repeated.")
  List<String> phases = new ArrayList<>();

  @Option(names = "--json", description = "As one line of JSON.")
  boolean json;

  @Mixin PluginOptions plugins = new PluginOptions();

  /** The accountant. */
  Accountant accountant() {
    return plugins.start().extensions().create(ExtensionPoint.ACCOUNTANT, name, Map.of());
  }

  /** The steps of the phases. */
  List<PrivateSteps> steps() {
    return phases.stream().map(AccountantOptions::phase).toList();
  }

  private static PrivateSteps phase(String text) {
    String[] parts = text.split(":", -1);
    try {
      if (parts.length == 3) {
        return new PrivateSteps(
            Double.parseDouble(parts[0]),
            Double.parseDouble(parts[1]),
            Long.parseLong(parts[2].strip()));
      }
    } catch (NumberFormatException e) {
      throw noPhase(text, e);
    }
    throw noPhase(text, new NumberFormatException(parts.length + " parts"));
  }

  private static EspalierException noPhase(String text, NumberFormatException cause) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "--phase takes a rate, a noise multiplier and a number of steps",
        "'" + text + "'",
        "write it as in --phase 0.01:1.1:1000",
        cause);
  }

  /** A bound from above in seven digits, not rounded down. */
  static String up(double value) {
    return value < Double.POSITIVE_INFINITY ? Numbers.text(round(value, UP)) : "inf";
  }

  private static double round(double value, MathContext how) {
    return new BigDecimal(value).round(how).doubleValue();
  }

  /** Rows about a spending. */
  static void tell(Table table, Spending spending, double delta) {
    String epsilon =
        spending.kind() == Spending.Kind.APPROXIMATION
            ? "about " + Numbers.text(round(spending.epsilon(), DOWN))
            : "at most " + up(spending.epsilon());
    table.row("epsilon:", epsilon, "at delta " + Numbers.text(delta));
    if (spending.lowerBound() > 0) {
      table.row("", "at least " + Numbers.text(round(spending.lowerBound(), DOWN)));
    }
  }

  /** What an epsilon is worth. */
  static String text(Spending spending) {
    String worth =
        switch (spending.kind()) {
          case CERTIFIED_BOUND -> "certified bounds";
          case BOUND -> "a bound";
          case APPROXIMATION -> "an approximation, not a bound";
        };
    return worth + "; " + spending.detail();
  }

  /** Members about a spending for a program. */
  Map<String, Object> members(Spending spending, double delta) {
    return Json.object(
        "accountant", name,
        "epsilon", spending.epsilon(),
        "lower_bound", spending.lowerBound(),
        "delta", delta,
        "kind", spending.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
        "guarantee", spending.isGuarantee(),
        "detail", spending.detail());
  }

  /** A row about steps. */
  static void tell(Table table, String label, PrivateSteps steps) {
    table.row(
        label,
        steps.count()
            + " at the rate "
            + Numbers.text(steps.samplingRate())
            + ", noise multiplier "
            + up(steps.noiseMultiplier()));
  }

  /** Steps for a program. */
  static Map<String, Object> json(PrivateSteps steps) {
    return Json.object(
        "sampling_rate", steps.samplingRate(),
        "noise_multiplier", steps.noiseMultiplier(),
        "count", steps.count());
  }
}
