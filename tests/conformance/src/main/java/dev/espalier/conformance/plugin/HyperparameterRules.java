package dev.espalier.conformance.plugin;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Params;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.PluginSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What factories ask for, and how they refuse. */
final class HyperparameterRules {
  /** As {@link Params} prints the domain of a real number. */
  private static final Pattern REAL_RANGE = Pattern.compile("([\\[(])(.+), (.+)([\\])])");

  /** As {@link Params} prints the domain of an integer. */
  private static final Pattern INTEGER_RANGE =
      Pattern.compile("(?:each )?(-?[0-9]+) to (-?[0-9]+)");

  private HyperparameterRules() {}

  static List<Check<? super PluginSubject>> checks() {
    return List.of(
        new Check<>("PL-7", (subject, _) -> IdentityRules.each(subject, HyperparameterRules::make)),
        new Check<>(
            "PL-8", (subject, _) -> IdentityRules.each(subject, HyperparameterRules::defaults)),
        new Check<>("PL-9", HyperparameterRules::outside),
        new Check<>(
            "PL-10", (subject, _) -> IdentityRules.each(subject, HyperparameterRules::help)));
  }

  /** What a factory asks for on a dry run. */
  private static List<Params.Entry> schema(Registered<?> registered) {
    Params params = Params.defaults();
    registered.factory().create(params);
    return params.schema();
  }

  private static void make(Registered<?> registered, Findings findings) {
    Object made = registered.factory().create(Params.defaults());
    findings.require(
        registered.point().type().isInstance(made),
        "on defaults its factory makes "
            + (made == null ? "null" : made.getClass().getName())
            + ", not a "
            + registered.point().type().getName());
    List<Params.Entry> first = schema(registered);
    List<Params.Entry> second = schema(registered);
    findings.require(
        first.equals(second), "it asks for " + first + " and, the second time, for " + second);
    for (Params.Entry entry : first) {
      Params given = Params.of(Map.of(entry.name(), value(entry)));
      registered.factory().create(given);
      findings.require(
          given.schema().equals(first),
          "where "
              + entry.name()
              + " is given it asks for "
              + given.schema()
              + ", where not, for "
              + first);
    }
  }

  private static void defaults(Registered<?> registered, Findings findings) {
    for (Params.Entry entry : schema(registered)) {
      try {
        registered.factory().create(Params.of(Map.of(entry.name(), value(entry))));
      } catch (EspalierException e) {
        findings.problem(
            "its default "
                + entry.name()
                + "="
                + entry.defaultValue()
                + " is refused when given: "
                + e.getMessage());
      }
    }
  }

  /** The default of an entry as a value. */
  private static Object value(Params.Entry entry) {
    String text = entry.defaultValue();
    return switch (entry.kind()) {
      case "real" -> Double.valueOf(text);
      case "integer" -> Long.valueOf(text);
      case "flag" -> Boolean.valueOf(text);
      case "integers" ->
          Stream.of(text.replaceAll("[\\[\\] ]", "").split(",", -1))
              .filter(part -> !part.isEmpty())
              .map(Long::valueOf)
              .toList();
      default -> text;
    };
  }

  private static Stream<Trial> outside(PluginSubject subject, Tier tier) {
    return IdentityRules.each(
        subject,
        (registered, findings) -> {
          for (Params.Entry entry : schema(registered)) {
            for (Object wrong : wrong(entry)) {
              refused(registered, entry, wrong, findings);
            }
          }
        });
  }

  private static void refused(
      Registered<?> registered, Params.Entry entry, Object wrong, Findings findings) {
    String what = entry.name() + "=" + wrong;
    try {
      registered.factory().create(Params.of(Map.of(entry.name(), wrong)));
    } catch (EspalierException e) {
      findings.require(
          e.code() == ErrorCode.BAD_VALUE,
          what + " is refused as " + e.code().text() + " rather than bad-value");
      findings.require(
          e.asked().contains(entry.name()) && !e.found().isBlank() && !e.repair().isBlank(),
          "the refusal of "
              + what
              + " does not name it, what was found and the repair: "
              + e.getMessage());
      return;
    } catch (RuntimeException e) {
      findings.problem(what + " ends in " + e + " rather than in bad-value");
      return;
    }
    findings.problem(what + " is taken, though the range is '" + entry.range() + "'");
  }

  /** Values that do not belong to an entry. */
  private static List<Object> wrong(Params.Entry entry) {
    List<Object> wrong = new ArrayList<>();
    switch (entry.kind()) {
      case "real" -> {
        wrong.add("one");
        wrong.add(Double.NaN);
        wrong.addAll(outsideReal(entry.range()));
      }
      case "integer" -> {
        wrong.add("one");
        wrong.add(0.5);
        wrong.addAll(outsideInteger(entry.range()));
      }
      case "integers" -> {
        wrong.add("one");
        outsideInteger(entry.range()).forEach(value -> wrong.add(List.of(value)));
      }
      case "flag" -> wrong.add("perhaps");
      case "choice" -> wrong.add("no-such-choice");
      default -> wrong.add(7);
    }
    return wrong;
  }

  private static List<Object> outsideReal(String range) {
    Matcher matcher = REAL_RANGE.matcher(range);
    List<Object> outside = new ArrayList<>();
    if (matcher.matches()) {
      double low = number(matcher.group(2));
      double high = number(matcher.group(3));
      if (Double.isFinite(low)) {
        outside.add(matcher.group(1).equals("[") ? Math.nextDown(low) : low);
        outside.add(low - 1);
      }
      if (Double.isFinite(high)) {
        outside.add(matcher.group(4).equals("]") ? Math.nextUp(high) : high);
        outside.add(high + 1);
      }
      outside.add(Double.POSITIVE_INFINITY);
      outside.add(Double.NEGATIVE_INFINITY);
    }
    return outside;
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static List<Object> outsideInteger(String range) {
    Matcher matcher = INTEGER_RANGE.matcher(range);
    if (!matcher.matches()) {
      return List.of();
    }
    List<Object> outside = new ArrayList<>();
    long low = Long.parseLong(matcher.group(1));
    long high = Long.parseLong(matcher.group(2));
    if (low > -(1L << 60)) {
      outside.add(low - 1);
    }
    if (high < 1L << 60) {
      outside.add(high + 1);
    }
    return outside;
  }

  private static void help(Registered<?> registered, Findings findings) {
    for (Params.Entry entry : schema(registered)) {
      findings.require(!entry.help().isBlank(), entry.name() + " has no help");
    }
  }
}
