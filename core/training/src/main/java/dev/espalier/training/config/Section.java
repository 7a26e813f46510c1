package dev.espalier.training.config;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mapping of a run file, read by asking for keys; {@link #end()} refuses what nobody asked for.
 * Errors name the key by its dotted path.
 */
final class Section {
  private final String path;
  private final Map<String, Object> values;
  private final Set<String> asked = new LinkedHashSet<>();

  Section(String path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private Optional<Object> find(String key) {
    asked.add(key);
    return Optional.ofNullable(values.get(key));
  }

  boolean has(String key) {
    return find(key).isPresent();
  }

  EspalierException missing(String key, String what) {
    return new EspalierException(
        ErrorCode.MISSING_KEY, at(key) + " is " + what, "no such key", "add it to the run file");
  }

  private EspalierException bad(String key, String wanted, Object value) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        at(key) + " is " + wanted,
        String.valueOf(value),
        "correct the value of " + at(key));
  }

  String text(String key, String defaultValue) {
    Object value = find(key).orElse(defaultValue);
    if (value instanceof String text) {
      return text;
    }
    throw bad(key, "a text", value);
  }

  String choice(String key, String defaultValue, List<String> choices) {
    String value = text(key, defaultValue);
    if (!choices.contains(value)) {
      throw bad(key, "one of " + String.join(", ", choices), value);
    }
    return value;
  }

  /** A text that can be part of a file's name on every system. */
  String fileName(String key, String defaultValue) {
    String value = text(key, defaultValue);
    if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw bad(key, "up to 100 letters, digits, dots, hyphens and underscores", value);
    }
    return value;
  }

  Optional<String> text(String key) {
    return has(key) ? Optional.of(text(key, "")) : Optional.empty();
  }

  List<String> texts(String key, List<String> defaultValue) {
    Object value = find(key).orElse(defaultValue);
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object item : list) {
        if (!(item instanceof String text)) {
          throw bad(key, "a list of texts", value);
        }
        texts.add(text);
      }
      return texts;
    }
    throw bad(key, "a list of texts", value);
  }

  long integer(String key, long defaultValue, long low, long high) {
    Object value = find(key).orElse(defaultValue);
    if (value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && (number instanceof Long || Math.abs(number.doubleValue()) <= 0x1p53)
        && number.longValue() >= low
        && number.longValue() <= high) {
      return number.longValue();
    }
    throw bad(key, "an integer from " + low + " to " + high, value);
  }

  double real(String key, double defaultValue, double low, double high) {
    Object value = find(key).orElse(defaultValue);
    if (value instanceof Number number
        && number.doubleValue() >= low
        && number.doubleValue() <= high) {
      return number.doubleValue();
    }
    throw bad(key, "a number from " + low + " to " + high, value);
  }

  Section section(String key) {
    Object value = find(key).orElse(Map.of());
    return new Section(at(key), mapping(key, value));
  }

  /** A list of mappings; empty where there is no such key. */
  List<Section> sections(String key) {
    Object value = find(key).orElse(List.of());
    if (!(value instanceof List<?> list)) {
      throw bad(key, "a list of mappings", value);
    }
    List<Section> sections = new ArrayList<>();
    for (Object item : list) {
      String name = key + "[" + sections.size() + "]";
      sections.add(new Section(at(name), mapping(name, item)));
    }
    return sections;
  }

  private Map<String, Object> mapping(String key, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw bad(key, "a mapping of keys to values", value);
    }
    Map<String, Object> mapping = new LinkedHashMap<>();
    map.forEach((k, v) -> {
      if (!(k instanceof String name)) {
        throw bad(key, "a mapping whose keys are texts", value);
      }
      if (v == null) {
        throw bad(name, "given", "no value");
      }
      mapping.put(name, v);
    });
    return mapping;
  }

  /** A part by name: {@code kind} and hyperparameters, or the name alone. */
  Named named(String key, String defaultKind) {
    Object value = find(key).orElse(defaultKind);
    if (value instanceof String kind) {
      return new Named(kind, Map.of());
    }
    Map<String, Object> params = mapping(key, value);
    Object kind = params.remove("kind");
    if (kind == null) {
      throw new EspalierException(
          ErrorCode.MISSING_KEY,
          at(key) + ".kind names what is used",
          "keys " + params.keySet(),
          "add kind: NAME under " + at(key));
    }
    if (!(kind instanceof String name)) {
      throw bad(key + ".kind", "a name", kind);
    }
    return new Named(name, params);
  }

  /**
   * Refuses keys that nobody asked for.
   *
   * @throws EspalierException UNKNOWN_KEY with what was probably meant
   */
  void end() {
    for (String key : values.keySet()) {
      if (!asked.contains(key)) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_KEY,
            (path.isEmpty() ? "a run file" : path) + " has the keys " + String.join(", ", asked),
            at(key),
            Suggestions.didYouMean(key, asked, "remove '" + at(key) + "'"));
      }
    }
  }
}
