package dev.espalier.conformance.rule;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules, read from {@code rules.md}. A rule is an item {@code * **OP-1** Statement.}, which may
 * go on in indented lines; everything else is for people.
 */
public final class RuleBook {
  private static final Pattern ITEM = Pattern.compile("\\* \\*\\*(([A-Z]+)-[0-9]+)\\*\\* (.+)");

  private final Map<String, Rule> rules;

  private RuleBook(Map<String, Rule> rules) {
    this.rules = rules;
  }

  /** The rules of this kit. */
  public static RuleBook standard() {
    try (InputStream in = RuleBook.class.getResourceAsStream("rules.md")) {
      if (in == null) {
        throw bad("the resource is there", "it is absent");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("rules.md", e);
    }
  }

  /**
   * Reads rules from their text.
   *
   * @throws EspalierException BAD_FILE where an id comes twice or its family is unknown
   */
  static RuleBook parse(String text) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    Rule open = null;
    for (String line : text.lines().toList()) {
      Matcher item = ITEM.matcher(line);
      if (item.matches()) {
        open = new Rule(item.group(1), family(item.group(2)), item.group(3));
        if (rules.put(open.id(), open) != null) {
          throw bad("each id once", open.id() + " twice");
        }
      } else if (open != null && line.startsWith("  ")) {
        open = new Rule(open.id(), open.family(), open.statement() + " " + line.strip());
        rules.put(open.id(), open);
      } else {
        open = null;
      }
    }
    return new RuleBook(rules);
  }

  private static Family family(String name) {
    for (Family family : Family.values()) {
      if (family.name().equals(name)) {
        return family;
      }
    }
    throw bad("a family of " + List.of(Family.values()), name);
  }

  private static EspalierException bad(String asked, String found) {
    return new EspalierException(
        ErrorCode.BAD_FILE, "rules.md has " + asked, found, "correct rules.md");
  }

  /** Every rule, in the order of the text. */
  public List<Rule> all() {
    return List.copyOf(rules.values());
  }

  /**
   * A rule by its id.
   *
   * @throws EspalierException UNKNOWN_NAME where there is none
   */
  public Rule rule(String id) {
    Rule rule = rules.get(id);
    if (rule == null) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_NAME, "a rule " + id, "rules.md has none", "write it there");
    }
    return rule;
  }
}
