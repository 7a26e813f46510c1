package dev.espalier.host.scan;

import java.util.Objects;

/**
 * Something that a class file does.
 *
 * @param kind how
 * @param owner the class whose member is named or that is extended or implemented; of a native
 *     method, its own
 * @param member the method or field; empty where a class is extended or implemented
 * @param descriptor the types of the method or field, as class files write them
 */
public record Use(Kind kind, String owner, String member, String descriptor) {
  /** How something is used. */
  public enum Kind {
    /** A method or field is named, by an instruction or by a constant. */
    NAMES,
    /** A class is extended: its static methods are then found by the name of the extending one. */
    EXTENDS,
    /** An interface is implemented. */
    IMPLEMENTS,
    /** A method is declared that has no code in Java. */
    IS_NATIVE
  }

  public Use {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(owner);
    Objects.requireNonNull(member);
    Objects.requireNonNull(descriptor);
  }

  /** For people. */
  public String text() {
    return switch (kind) {
      case NAMES -> "uses " + Printable.of(owner) + "." + Printable.of(member);
      case EXTENDS -> "extends " + Printable.of(owner);
      case IMPLEMENTS -> "implements " + Printable.of(owner);
      case IS_NATIVE -> "is native";
    };
  }
}
