package dev.espalier.api.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A definition in one line, and where it comes from: {@code cite(MISRA_2019,
 * "x*tanh(softplus(x))")}.
 *
 * @param source the origin in a few words
 * @param formula the definition in one line
 * @param references the works; empty where the source is only a text, such as {@code by definition}
 */
public record Citation(String source, String formula, List<Reference> references) {
  /** Copies the list. */
  public Citation {
    Objects.requireNonNull(source);
    Objects.requireNonNull(formula);
    references = List.copyOf(references);
  }

  /**
   * Cites a source as a text. Whoever cites the extension has to complete it, so prefer {@link
   * #cite(Reference, String)} for what was published.
   *
   * @param source a paper, book or other origin, as in {@code arXiv:1908.08681}
   * @param formula the definition in one line
   */
  public static Citation cite(String source, String formula) {
    return new Citation(source, formula, List.of());
  }

  /** Cites a published work. */
  public static Citation cite(Reference reference, String formula) {
    return cite(List.of(reference), formula);
  }

  /** Cites several works, the one that defines it first. */
  public static Citation cite(List<Reference> references, String formula) {
    String source = references.stream().map(Reference::shortText).collect(Collectors.joining("; "));
    return new Citation(source, formula, references);
  }

  /** The same with one more work. */
  public Citation and(Reference reference) {
    List<Reference> all = new ArrayList<>(references);
    all.add(reference);
    return new Citation(source + "; " + reference.shortText(), formula, all);
  }
}
