package dev.espalier.api.plugin;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Hyperparameters, read by asking for them: {@code p.real("beta1", 0.9, "decay of the mean").in(0,
 * 1)}. What is asked is noted, so that a dry run of a factory on {@link #defaults()} yields the
 * schema, and a key that nobody asked for is known.
 *
 * <p>Not for use by several threads.
 */
public final class Params {
  private final Map<String, Object> values;
  private final Map<String, Entry> schema = new LinkedHashMap<>();

  private Params(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * One hyperparameter, as it was asked for.
   *
   * @param name the key
   * @param kind what values are: real, integer, integers, flag, text or choice
   * @param defaultValue the value where none is given, as text
   * @param range the domain, as text; empty where everything of the kind is allowed
   * @param help one sentence, or empty
   */
  public record Entry(String name, String kind, String defaultValue, String range, String help) {}

  /**
   * Hyperparameters with these values by name: numbers, booleans, strings, or lists of integers.
   */
  public static Params of(Map<String, ?> values) {
    return new Params(new LinkedHashMap<>(values));
  }

  /** Hyperparameters of which none is given. */
  public static Params defaults() {
    return of(Map.of());
  }

  /** What was asked for, in order. */
  public List<Entry> schema() {
    return List.copyOf(schema.values());
  }

  /** The keys that were given. */
  public Set<String> given() {
    return Set.copyOf(values.keySet());
  }

  /** Asks for a real number. */
  public Real real(String name, double defaultValue, String help) {
    Object value = values.getOrDefault(name, defaultValue);
    if (!(value instanceof Number number)) {
      throw bad(name, "a number", value);
    }
    return new Real(name, defaultValue, number.doubleValue(), help);
  }

  /** Asks for an integer. */
  public Whole integer(String name, long defaultValue, String help) {
    Object value = values.getOrDefault(name, defaultValue);
    if (!(value instanceof Number number)
        || number.doubleValue() != Math.rint(number.doubleValue())
        || Math.abs(number.doubleValue()) > 0x1p62) {
      throw bad(name, "an integer", value);
    }
    return new Whole(name, defaultValue, number.longValue(), help);
  }

  /** Asks for true or false. */
  public boolean flag(String name, boolean defaultValue, String help) {
    note(new Entry(name, "flag", Boolean.toString(defaultValue), "", help));
    Object value = values.getOrDefault(name, defaultValue);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw bad(name, "true or false", value);
  }

  /** Asks for one of some words. */
  public String choice(String name, String defaultValue, List<String> choices, String help) {
    note(new Entry(name, "choice", defaultValue, String.join(" | ", choices), help));
    Object value = values.getOrDefault(name, defaultValue);
    if (value instanceof String text && choices.contains(text)) {
      return text;
    }
    throw bad(name, "one of " + String.join(", ", choices), value);
  }

  /** Asks for a text, such as another extension's name. */
  public String text(String name, String defaultValue, String help) {
    note(new Entry(name, "text", defaultValue, "", help));
    Object value = values.getOrDefault(name, defaultValue);
    if (value instanceof String text) {
      return text;
    }
    throw bad(name, "a text", value);
  }

  /** Asks for a list of integers, each from low to high. */
  public List<Integer> integers(
      String name, List<Integer> defaultValue, int low, int high, String help) {
    note(new Entry(name, "integers", defaultValue.toString(), "each " + low + " to " + high, help));
    Object value = values.getOrDefault(name, defaultValue);
    if (!(value instanceof List<?> list)) {
      throw bad(name, "a list of integers", value);
    }
    List<Integer> integers = new ArrayList<>();
    for (Object item : list) {
      if (!(item instanceof Number number)
          || number.doubleValue() != Math.rint(number.doubleValue())
          || number.doubleValue() < low
          || number.doubleValue() > high) {
        throw bad(name, "a list of integers from " + low + " to " + high, value);
      }
      integers.add(number.intValue());
    }
    return List.copyOf(integers);
  }

  private void note(Entry entry) {
    Entry before = schema.putIfAbsent(entry.name(), entry);
    if (before != null && !before.equals(entry)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a hyperparameter is always asked for alike",
          before + " and " + entry,
          "ask for it once");
    }
  }

  private static EspalierException bad(String name, String wanted, Object value) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        name + " is " + wanted,
        String.valueOf(value),
        "give " + name + " another value");
  }

  /** A real number that still needs its domain. */
  public final class Real {
    private final String name;
    private final double defaultValue;
    private final double value;
    private final String help;

    private Real(String name, double defaultValue, double value, String help) {
      this.name = Objects.requireNonNull(name);
      this.defaultValue = defaultValue;
      this.value = value;
      this.help = Objects.requireNonNull(help);
    }

    /** The value, in [low, high]. */
    public double in(double low, double high) {
      return check("[" + low + ", " + high + "]", value >= low && value <= high);
    }

    /** The value, in [low, high). */
    public double inHalfOpen(double low, double high) {
      return check("[" + low + ", " + high + ")", value >= low && value < high);
    }

    /** The value, greater than 0 and finite. */
    public double positive() {
      return check("(0, inf)", value > 0 && value < Double.POSITIVE_INFINITY);
    }

    /** The value, at least 0 and finite. */
    public double notNegative() {
      return check("[0, inf)", value >= 0 && value < Double.POSITIVE_INFINITY);
    }

    /** The value, any finite number. */
    public double finite() {
      return check("(-inf, inf)", Double.isFinite(value));
    }

    private double check(String range, boolean holds) {
      note(new Entry(name, "real", Double.toString(defaultValue), range, help));
      if (!holds) {
        throw bad(name, "in " + range, value);
      }
      return value;
    }
  }

  /** An integer that still needs its domain. */
  public final class Whole {
    private final String name;
    private final long defaultValue;
    private final long value;
    private final String help;

    private Whole(String name, long defaultValue, long value, String help) {
      this.name = Objects.requireNonNull(name);
      this.defaultValue = defaultValue;
      this.value = value;
      this.help = Objects.requireNonNull(help);
    }

    /** The value, from low to high, both included. */
    public long in(long low, long high) {
      note(new Entry(name, "integer", Long.toString(defaultValue), low + " to " + high, help));
      if (value < low || value > high) {
        throw bad(name, "from " + low + " to " + high, value);
      }
      return value;
    }
  }
}
