package dev.espalier.api.plugin;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A published work, complete enough for a bibliography. One line makes one, most often a constant:
 *
 * <pre>
 * arxiv("1908.08681", 2019, "Mish: A Self Regularized ...", "Diganta Misra")
 * article("Nature 323", 1986, "Learning Representations by ...", "David E. Rumelhart", ...)
 *     .at("doi:10.1038/323533a0")
 * </pre>
 *
 * @param kind what was published
 * @param venue where: the journal with its volume, the conference or the publisher; empty for a
 *     preprint
 * @param year when
 * @param title its title, in plain text
 * @param authors everybody, in the order of the work, each as {@code Given Names Family}; an
 *     organisation in braces, as in {@code {OpenJDK}}
 * @param identifier where it is found: {@code arXiv:ID}, {@code doi:ID} or an address; empty where
 *     there is none
 */
public record Reference(
    Kind kind, String venue, int year, String title, List<String> authors, String identifier) {
  private static final Pattern IDENTIFIER =
      Pattern.compile("arXiv:\\S+|doi:10\\.\\S+/\\S+|https?://\\S+|");
  private static final int FIRST_YEAR = 1600;
  private static final int LAST_YEAR = 9999;

  /** What was published. */
  public enum Kind {
    /** In a journal. */
    ARTICLE,
    /** In the proceedings of a conference, or a chapter of a collection. */
    IN_PROCEEDINGS,
    /** A book. */
    BOOK,
    /** A preprint, a report, a lecture, a program. */
    OTHER
  }

  /**
   * Copies the list.
   *
   * @throws EspalierException BAD_VALUE where there is no author or title, the year is none, or the
   *     identifier is of no known form
   */
  public Reference {
    authors = List.copyOf(authors);
    if (title.isBlank() || authors.isEmpty() || authors.stream().anyMatch(String::isBlank)) {
      throw bad("a title and at least one author", "'" + title + "' by " + authors);
    }
    if (year < FIRST_YEAR || year > LAST_YEAR) {
      throw bad("the year of publication", Integer.toString(year));
    }
    if (!IDENTIFIER.matcher(identifier).matches()) {
      throw bad("an identifier arXiv:ID, doi:ID or https://...", identifier);
    }
  }

  private static EspalierException bad(String wanted, String found) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "a reference has " + wanted,
        found,
        "complete it, or cite the source as a text");
  }

  /** A preprint on arXiv, by its id without the prefix. */
  public static Reference arxiv(String id, int year, String title, String... authors) {
    return other("", year, title, authors).at("arXiv:" + id);
  }

  /** In a journal. */
  public static Reference article(String journal, int year, String title, String... authors) {
    return new Reference(Kind.ARTICLE, journal, year, title, List.of(authors), "");
  }

  /** In the proceedings of a conference, or a chapter of a collection. */
  public static Reference inProceedings(
      String proceedings, int year, String title, String... authors) {
    return new Reference(Kind.IN_PROCEEDINGS, proceedings, year, title, List.of(authors), "");
  }

  /** A book. */
  public static Reference book(String publisher, int year, String title, String... authors) {
    return new Reference(Kind.BOOK, publisher, year, title, List.of(authors), "");
  }

  /** A report, a lecture, a program. */
  public static Reference other(String venue, int year, String title, String... authors) {
    return new Reference(Kind.OTHER, venue, year, title, List.of(authors), "");
  }

  /** The same with where it is found: {@code arXiv:ID}, {@code doi:ID} or an address. */
  public Reference at(String where) {
    return new Reference(kind, venue, year, title, authors, where);
  }

  /**
   * The key for a bibliography, the same everywhere: the first author's family name, the year and
   * the title's first word, all in plain lower-case letters, as in {@code misra2019mish}.
   */
  public String key() {
    String word = title.split("[^\\p{L}\\p{N}]+", 2)[0];
    return plain(familyName(authors.getFirst())) + year + plain(word);
  }

  /** In a few words: {@code Misra 2019, arXiv:1908.08681}. */
  public String shortText() {
    StringBuilder text = new StringBuilder(familyName(authors.getFirst()));
    if (authors.size() == 2) {
      text.append(" & ").append(familyName(authors.getLast()));
    } else if (authors.size() > 2) {
      text.append(" et al.");
    }
    text.append(' ').append(year);
    String where = identifier.isEmpty() ? venue : identifier;
    return (where.isEmpty() ? text : text.append(", ").append(where)).toString();
  }

  private static String familyName(String author) {
    return author.startsWith("{")
        ? author.replaceAll("[{}]", "")
        : author.substring(author.lastIndexOf(' ') + 1);
  }

  private static String plain(String word) {
    return Normalizer.normalize(word, Normalizer.Form.NFD)
        .replaceAll("[^A-Za-z0-9]", "")
        .toLowerCase(Locale.ROOT);
  }
}
