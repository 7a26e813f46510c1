package dev.espalier.training.config;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a run file: YAML 1.2 with the core types only, no aliases beyond a few, at most 1 MiB. */
public final class RunFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MOST_NESTED = 32;

  private RunFile() {}

  /**
   * The tree of a run file, with values replaced.
   *
   * @param file the run file
   * @param overrides YAML values by dotted key, as in {@code model.width} to {@code 64}
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_FILE for what is not such YAML;
   *     BAD_VALUE for an override
   */
  public static Map<String, Object> read(Path file, Map<String, String> overrides) {
    String text;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw FileFault.bad(
            file, "a run file of at most 1 MiB", Files.size(file) + " bytes", "name a run file");
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the run file");
    }
    Object value;
    try {
      value = yaml(text);
    } catch (YamlEngineException e) {
      throw FileFault.bad(
          file, "a run file in YAML", firstLines(e), "correct the YAML at that place");
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw FileFault.bad(
          file, "a run file: a mapping of keys to values", String.valueOf(value), "see samples/");
    }
    Map<String, Object> tree = tree(map, file.toString(), 0);
    overrides.forEach((key, override) -> override(tree, key, override));
    return tree;
  }

  /**
   * Values as a run file would have them, of hyperparameters that are given one by one.
   *
   * @param texts YAML values by key
   * @throws EspalierException BAD_VALUE for what is no such value
   */
  public static Map<String, Object> values(Map<String, String> texts) {
    Map<String, Object> values = new LinkedHashMap<>();
    texts.forEach((key, text) -> values.put(key, value(key, text)));
    return values;
  }

  private static Object value(String key, String text) {
    try {
      return plain(yaml(text), key, 0);
    } catch (YamlEngineException e) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE, "--set " + key + " takes a YAML value", text, firstLines(e), e);
    }
  }

  private static Object yaml(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setMaxAliasesForCollections(10)
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .build();
    try {
      Object value = new Load(settings).loadFromString(text);
      return value == null ? "" : value;
    } catch (StackOverflowError e) {
      // The parser recurses and has no limit of its own.
      throw new YamlEngineException("nested too deeply", e);
    }
  }

  private static String firstLines(YamlEngineException e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().limit(4).map(String::strip).reduce((a, b) -> a + "; " + b).orElse("");
  }

  /** The mapping with keys as texts and numbers as longs or doubles, as manifests hold them. */
  private static Map<String, Object> tree(Map<?, ?> map, String where, int depth) {
    Map<String, Object> tree = new LinkedHashMap<>();
    map.forEach((key, value) -> {
      if (!(key instanceof String name) || value == null) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "keys of " + where + " are texts with values",
            key + ": " + value,
            "give the key a value, or remove it");
      }
      tree.put(name, plain(value, name, depth));
    });
    return tree;
  }

  private static Object plain(Object value, String where, int depth) {
    if (depth > MOST_NESTED) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a run file is nested at most " + MOST_NESTED + " deep",
          where + " is deeper, or contains itself",
          "write the values out");
    }
    return switch (value) {
      case Map<?, ?> inner -> tree(inner, where, depth + 1);
      case List<?> list -> {
        List<Object> items = new ArrayList<>();
        list.forEach(item -> items.add(plain(item == null ? "" : item, where, depth + 1)));
        yield items;
      }
      case Integer number -> number.longValue();
      case Number number when !(number instanceof Long) -> number.doubleValue();
      case String _, Boolean _, Long _ -> value;
      default ->
          throw new EspalierException(
              ErrorCode.BAD_VALUE,
              where + " is a text, a number, true, false, a list or a mapping",
              value.getClass().getSimpleName(),
              "write the value without a tag");
    };
  }

  private static void override(Map<String, Object> tree, String key, String text) {
    Object value = value(key, text);
    Map<String, Object> inner = tree;
    String[] words = key.split("\\.", -1);
    for (int i = 0; i < words.length - 1; i++) {
      Object next = inner.get(words[i]);
      if (next instanceof String kind) {
        // optimizer: adamw is short for optimizer: {kind: adamw}.
        next = new LinkedHashMap<String, Object>(Map.of("kind", kind));
      } else if (next == null) {
        next = new LinkedHashMap<String, Object>();
      }
      if (!(next instanceof Map<?, ?> map)) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "--set " + key + " names a key inside a mapping",
            words[i] + " is " + next,
            "check the dotted key");
      }
      Map<String, Object> copy = tree(map, words[i], 0);
      inner.put(words[i], copy);
      inner = copy;
    }
    inner.put(words[words.length - 1], value);
  }
}
