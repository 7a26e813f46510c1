package dev.espalier.api.tensor;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.List;

/**
 * Which paths of a tree are meant: words joined by slashes, in which {@code *} stands for any
 * characters within a word and the word {@code **} for any number of words, none too. {@code
 * **}{@code /bias} is every bias, {@code blocks/*}{@code /mlp/**} the perceptron of every block.
 *
 * @param text the pattern
 */
public record PathPattern(String text) {
  /**
   * Checks the text.
   *
   * @throws EspalierException BAD_VALUE where it has an empty word
   */
  public PathPattern {
    if (List.of(text.split("/", -1)).contains("")) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a pattern of paths is words joined by slashes",
          "'" + text + "'",
          "write it as in blocks/*/bias or **/bias");
    }
  }

  /** Whether a path is meant. */
  public boolean matches(String path) {
    return matches(List.of(text.split("/")), List.of(path.split("/")));
  }

  private static boolean matches(List<String> pattern, List<String> words) {
    if (pattern.isEmpty()) {
      return words.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.getFirst().equals("**")) {
      for (int taken = 0; taken <= words.size(); taken++) {
        if (matches(rest, words.subList(taken, words.size()))) {
          return true;
        }
      }
      return false;
    }
    return !words.isEmpty()
        && wordMatches(pattern.getFirst(), words.getFirst())
        && matches(rest, words.subList(1, words.size()));
  }

  private static boolean wordMatches(String pattern, String word) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(word);
    }
    String rest = pattern.substring(star + 1);
    if (!word.startsWith(pattern.substring(0, star))) {
      return false;
    }
    for (int from = star; from <= word.length(); from++) {
      if (wordMatches(rest, word.substring(from))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return text;
  }
}
