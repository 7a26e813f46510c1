package dev.espalier.training.data;

import java.util.List;
import java.util.Optional;

/**
 * How a table of numbers is read from CSV.
 *
 * @param label the name of the column to be predicted; every other column is a feature
 * @param kind whether the label names a class or is a number
 * @param classes the classes in the order of their indices, where they are known already (from
 *     training, to evaluate); empty to take them from the file
 * @param separator the character between fields
 * @param maxBytes the largest file to be read
 */
public record CsvFormat(
    String label, Label kind, Optional<List<String>> classes, char separator, long maxBytes) {
  /** What the label column holds. */
  public enum Label {
    /** The names of classes. */
    CLASS,
    /** Numbers. */
    NUMBER
  }

  /** Copies the list of classes. */
  public CsvFormat {
    classes = classes.map(List::copyOf);
  }

  /** Classes, taken from the file; commas; at most 1 GiB. */
  public static CsvFormat classification(String label) {
    return new CsvFormat(label, Label.CLASS, Optional.empty(), ',', 1L << 30);
  }

  /** A number to be predicted; commas; at most 1 GiB. */
  public static CsvFormat regression(String label) {
    return new CsvFormat(label, Label.NUMBER, Optional.empty(), ',', 1L << 30);
  }

  /** The same with the classes known. */
  public CsvFormat withClasses(List<String> known) {
    return new CsvFormat(label, kind, Optional.of(known), separator, maxBytes);
  }
}
