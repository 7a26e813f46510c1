package dev.espalier.host.scan;

import java.util.Objects;

/**
 * A part of a jar that was not looked at.
 *
 * @param jar the jar's name
 * @param entry the entry; empty for all of the jar
 * @param cause why not
 */
public record Unread(String jar, String entry, String cause) {
  public Unread {
    Objects.requireNonNull(jar);
    Objects.requireNonNull(entry);
    Objects.requireNonNull(cause);
  }

  static Unread of(String jar, String entry, Throwable thrown) {
    String message = thrown.getMessage();
    return new Unread(
        jar, entry, message == null ? thrown.getClass().getSimpleName() : message.strip());
  }

  /** For people: the part and the cause. */
  public String text() {
    return Printable.of(entry.isEmpty() ? jar : entry) + ": " + Printable.of(cause);
  }
}
