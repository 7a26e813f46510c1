package dev.espalier.training;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that somebody may have meant. */
public final class Suggestions {
  private Suggestions() {}

  /**
   * The nearest known word, if one is near: at most a third of the letters, and at least one, need
   * to be changed. Of equally near ones the first in alphabetical order.
   */
  public static Optional<String> nearest(String asked, Collection<String> known) {
    String word = asked.toLowerCase(Locale.ROOT);
    int most = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(candidate -> distance(word, candidate.toLowerCase(Locale.ROOT)) <= most)
        .min(
            Comparator.<String>comparingInt(
                    candidate -> distance(word, candidate.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** A sentence for a repair: the nearest word as a question, or else the alternative. */
  public static String didYouMean(String asked, Collection<String> known, String otherwise) {
    return nearest(asked, known).map(word -> "did you mean '" + word + "'?").orElse(otherwise);
  }

  /**
   * How many insertions, deletions, replacements and swaps of neighbours lead from one word to the
   * other, no letter being changed twice (optimal string alignment, the restricted distance of
   * Damerau and Levenshtein).
   */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
