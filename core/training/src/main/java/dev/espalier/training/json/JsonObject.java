package dev.espalier.training.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Strict access to an object of JSON: a missing key, a value of the wrong kind and, at {@link
 * #end()}, a key that nobody asked for are faults that name the path to the key.
 */
public final class JsonObject {
  private final String path;
  private final Map<?, ?> members;
  private final Set<String> asked = new HashSet<>();

  private JsonObject(String path, Map<?, ?> members) {
    this.path = path;
    this.members = members;
  }

  /**
   * The value as an object.
   *
   * @param path where it stands, for messages; empty for the outermost
   */
  public static JsonObject of(String path, Object value) throws JsonFault {
    if (!(value instanceof Map<?, ?> map)) {
      throw new JsonFault(
          (path.isEmpty() ? "the outermost value" : path)
              + " is "
              + kind(value)
              + ", not an object");
    }
    return new JsonObject(path, map);
  }

  private static String kind(Object value) {
    return switch (value) {
      case Map<?, ?> map -> "an object";
      case List<?> list -> "a list";
      case String string -> "a string";
      case Boolean bool -> "a boolean";
      case Long number -> "an integer";
      case Double number -> "a number";
      default -> value.getClass().getSimpleName();
    };
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private <T> T value(String key, Class<T> kind, String name) throws JsonFault {
    Object value = find(key).orElseThrow(() -> new JsonFault("the key " + at(key) + " is missing"));
    if (!kind.isInstance(value)) {
      throw new JsonFault(at(key) + " is " + kind(value) + ", not " + name);
    }
    return kind.cast(value);
  }

  private Optional<Object> find(String key) {
    asked.add(key);
    return Optional.ofNullable(members.get(key));
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return members.containsKey(key);
  }

  /** A string. */
  public String text(String key) throws JsonFault {
    return value(key, String.class, "a string");
  }

  /** An integer of 64 bits. */
  public long integer(String key) throws JsonFault {
    return value(key, Long.class, "an integer");
  }

  /** An object. */
  public JsonObject object(String key) throws JsonFault {
    return of(at(key), value(key, Map.class, "an object"));
  }

  /** An object as it is, its keys not checked. */
  public Map<String, Object> tree(String key) throws JsonFault {
    Map<String, Object> tree = new LinkedHashMap<>();
    Map<?, ?> object = value(key, Map.class, "an object");
    for (Map.Entry<?, ?> member : object.entrySet()) {
      tree.put((String) member.getKey(), member.getValue());
    }
    return tree;
  }

  /**
   * An object whose values are all numbers; the strings NaN, Infinity and -Infinity stand for
   * those.
   */
  public Map<String, Double> numbers(String key) throws JsonFault {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, Object> member : tree(key).entrySet()) {
      numbers.put(member.getKey(), number(at(key) + "." + member.getKey(), member.getValue()));
    }
    return numbers;
  }

  /** A value as a number; the strings NaN, Infinity and -Infinity stand for those. */
  public static double number(String path, Object value) throws JsonFault {
    return switch (value) {
      case Long number -> number;
      case Double number -> number;
      case String text when text.equals("NaN") -> Double.NaN;
      case String text when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
      case String text when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
      default -> throw new JsonFault(path + " is " + kind(value) + ", not a number");
    };
  }

  /** A list of objects. */
  public List<JsonObject> objects(String key) throws JsonFault {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : value(key, List.class, "a list")) {
      objects.add(of(at(key) + "[" + objects.size() + "]", element));
    }
    return objects;
  }

  /** A list of strings. */
  public List<String> texts(String key) throws JsonFault {
    List<String> texts = new ArrayList<>();
    for (Object element : value(key, List.class, "a list")) {
      if (!(element instanceof String text)) {
        throw new JsonFault(
            at(key) + "[" + texts.size() + "] is " + kind(element) + ", not a string");
      }
      texts.add(text);
    }
    return texts;
  }

  /** Checks that every key was asked for. */
  public void end() throws JsonFault {
    for (Object key : members.keySet()) {
      if (!asked.contains(key)) {
        throw new JsonFault("the key " + at((String) key) + " is unknown");
      }
    }
  }
}
