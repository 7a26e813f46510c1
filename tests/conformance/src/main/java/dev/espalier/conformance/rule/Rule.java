package dev.espalier.conformance.rule;

import java.util.Objects;

/**
 * A rule, as {@code rules.md} states it.
 *
 * @param id the family's name, a hyphen and a number, such as {@code OP-1}
 * @param family what it is about
 * @param statement what holds, in one sentence or a few
 */
public record Rule(String id, Family family, String statement) {
  public Rule {
    Objects.requireNonNull(id);
    Objects.requireNonNull(family);
    Objects.requireNonNull(statement);
  }

  @Override
  public String toString() {
    return id + " " + statement;
  }
}
