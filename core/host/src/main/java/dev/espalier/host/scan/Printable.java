package dev.espalier.host.scan;

/** Names of a class file or jar, which may be any text, as a line of a terminal bears them. */
final class Printable {
  private static final int MOST_CHARACTERS = 200;

  private Printable() {}

  /** Without control characters, and of a bounded length. */
  static String of(String name) {
    String shown = name.length() > MOST_CHARACTERS ? name.substring(0, MOST_CHARACTERS) : name;
    return shown.replaceAll("[\\p{Cntrl}\\p{Cf}\u0080-\u009f]", "?")
        + (shown.length() < name.length() ? "..." : "");
  }
}
