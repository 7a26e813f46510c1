package dev.espalier.host;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works as BibTeX, in UTF-8: each once, by key. Two works of one key are told apart by a letter
 * after the year. A source that is only a text is no entry; it is named in a comment, so that it is
 * not lost.
 */
public final class Bibliography {
  private static final String SPECIAL = "&%$#_{}~^\\";

  private final Map<String, Reference> works = new LinkedHashMap<>();
  private final Set<String> texts = new LinkedHashSet<>();

  private Bibliography() {}

  /** The works that citations name, in their order. */
  public static Bibliography of(Collection<Citation> citations) {
    Bibliography bibliography = new Bibliography();
    for (Citation citation : citations) {
      if (citation.references().isEmpty()) {
        bibliography.texts.add(citation.source());
      }
      citation.references().forEach(bibliography::add);
    }
    return bibliography;
  }

  private void add(Reference work) {
    String key = work.key();
    char letter = 'a';
    while (works.containsKey(key) && !work.equals(works.get(key))) {
      key = work.key() + letter++;
    }
    works.put(key, work);
  }

  /** The entries. */
  public String bibtex() {
    List<String> entries = new ArrayList<>();
    works.forEach((key, work) -> entries.add(entry(key, work)));
    texts.forEach(text -> entries.add("% " + text.replaceAll("\\R", " ") + "\n"));
    return String.join("\n", entries);
  }

  private static String entry(String key, Reference work) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("author", String.join(" and ", work.authors().stream().map(a -> name(a)).toList()));
    // The inner braces keep the title's capitals.
    fields.put("title", "{" + escape(work.title()) + "}");
    String kind =
        switch (work.kind()) {
          case ARTICLE -> {
            fields.put("journal", escape(work.venue()));
            yield "article";
          }
          case IN_PROCEEDINGS -> {
            fields.put("booktitle", escape(work.venue()));
            yield "inproceedings";
          }
          case BOOK -> {
            fields.put("publisher", escape(work.venue()));
            yield "book";
          }
          case OTHER -> {
            if (!work.venue().isEmpty()) {
              fields.put("howpublished", escape(work.venue()));
            }
            yield "misc";
          }
        };
    fields.put("year", Integer.toString(work.year()));
    String where = work.identifier();
    if (where.startsWith("arXiv:")) {
      fields.put("eprint", where.substring("arXiv:".length()));
      fields.put("archiveprefix", "arXiv");
    } else if (where.startsWith("doi:")) {
      fields.put("doi", where.substring("doi:".length()));
    } else if (!where.isEmpty()) {
      fields.put("url", where);
    }
    StringBuilder text = new StringBuilder("@" + kind + "{" + key + ",\n");
    fields.forEach((field, value) ->
        text.append("  ").append(field).append(" = {").append(value).append("},\n"));
    return text.append("}\n").toString();
  }

  /** An organisation stands in braces already. */
  private static String name(String author) {
    return author.startsWith("{") && author.endsWith("}")
        ? "{" + escape(author.substring(1, author.length() - 1)) + "}"
        : escape(author);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      escaped.append(
          switch (c) {
            case '\\' -> "\\textbackslash{}";
            case '~' -> "\\textasciitilde{}";
            case '^' -> "\\textasciicircum{}";
            default -> SPECIAL.indexOf(c) >= 0 ? "\\" + c : String.valueOf(c);
          });
    }
    return escaped.toString();
  }
}
