package dev.espalier.conformance.golden;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a golden file claims of an extension beside its points. A claim is tried both ways: what is
 * claimed holds, and for most claims what is not claimed does not hold, so that the list of claims
 * says all.
 *
 * @param byName the claims
 */
public record Claims(Map<String, String> byName) {
  /** Nothing. */
  public static final Claims NONE = new Claims(Map.of());

  public Claims {
    byName = Map.copyOf(byName);
  }

  /** Whether something is claimed. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /** What is said of a claim; empty where it is not claimed. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * A number that is claimed.
   *
   * @throws EspalierException BAD_FILE where it is not a number
   */
  public Optional<Double> number(String name) {
    return text(name).map(text -> number(name, text));
  }

  /**
   * Numbers that are claimed, separated by commas.
   *
   * @throws EspalierException BAD_FILE where one is not a number
   */
  public List<Double> numbers(String name) {
    return text(name).map(text -> List.of(text.split(",", -1))).orElse(List.of()).stream()
        .map(part -> number(name, part))
        .toList();
  }

  private static double number(String name, String text) {
    return switch (text.strip()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
          throw bad("# claim: " + name + "=NUMBER", text);
        }
      }
    };
  }

  /** The claims whose names are not known, with those that are. */
  public Optional<String> unknown(Set<String> known) {
    Set<String> unknown = new TreeSet<>(byName.keySet());
    unknown.removeAll(known);
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of("unknown claims " + unknown + "; known are " + new TreeSet<>(known));
  }

  /** Settings as a run file would give them, from a claim {@code name=key value, key value}. */
  public Map<String, Double> settings(String name) {
    Map<String, Double> settings = new LinkedHashMap<>();
    text(name)
        .map(text -> text.split(",", -1))
        .ifPresent(parts -> {
          for (String part : parts) {
            String[] words = part.strip().split(" +", -1);
            if (words.length != 2) {
              throw bad("# claim: " + name + "=KEY NUMBER, KEY NUMBER", part);
            }
            settings.put(words[0], number(name, words[1]));
          }
        });
    return settings;
  }

  private static EspalierException bad(String asked, String found) {
    return new EspalierException(
        ErrorCode.BAD_FILE, "a golden file has " + asked, found, "see GoldenFile for the format");
  }
}
