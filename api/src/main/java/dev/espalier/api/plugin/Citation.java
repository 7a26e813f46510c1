package dev.espalier.api.plugin;

import java.util.Objects;

/**
 * Where a definition comes from, and the definition.
 *
 * @param source a paper, book or other origin, as in {@code arXiv:1908.08681}
 * @param formula the definition in one line
 */
public record Citation(String source, String formula) {
  public Citation {
    Objects.requireNonNull(source);
    Objects.requireNonNull(formula);
  }

  /** A citation. */
  public static Citation cite(String source, String formula) {
    return new Citation(source, formula);
  }
}
