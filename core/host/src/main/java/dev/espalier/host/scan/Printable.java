package dev.espalier.host.scan;

/**
 * What a jar or a file says of itself, which may be any text, as a terminal bears it: nobody who is
 * not trusted yet writes escape sequences, or turns the direction of writing.
 */
public final class Printable {
  private static final int MOST_CHARACTERS = 200;

  private Printable() {}

  /** With a question mark for each control and format character. */
  public static String plain(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\x80-\\x9f]", "?");
  }

  /** Likewise, and of a bounded length. */
  static String of(String name) {
    boolean longer = name.length() > MOST_CHARACTERS;
    return plain(longer ? name.substring(0, MOST_CHARACTERS) : name) + (longer ? "..." : "");
  }
}
