package dev.espalier.plugins.onednn;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the library is looked for. */
final class Lookup {
  /** A system property that names the library's file. */
  static final String PROPERTY = "espalier.onednn.library";

  /** An environment variable that does. */
  static final String VARIABLE = "ESPALIER_ONEDNN_LIBRARY";

  private Lookup() {}

  /** What was found. */
  sealed interface Found {}

  /** A library that can be called. */
  record Callable(Library library) implements Found {}

  /**
   * None.
   *
   * @param reason what is missing
   */
  record Missing(String reason) implements Found {}

  /** The library of this system, or the one that a setting names, and then no other. */
  static Found find() {
    return find(
        Optional.ofNullable(System.getProperty(PROPERTY))
            .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
            .filter(text -> !text.isBlank()),
        names(System.getProperty("os.name", "")));
  }

  /**
   * The first that can be called.
   *
   * @param given a file that a setting names
   * @param names names that the system's loader knows
   */
  static Found find(Optional<String> given, List<String> names) {
    if (given.isPresent()) {
      Path file = Path.of(given.get()).toAbsolutePath();
      return Files.isRegularFile(file)
          ? load(file.toString())
          : new Missing("no file " + file + ", which " + PROPERTY + " or " + VARIABLE + " names");
    }
    List<String> reasons = new ArrayList<>();
    for (String name : names) {
      switch (load(name)) {
        case Callable callable -> {
          return callable;
        }
        case Missing(String reason) -> reasons.add(reason);
      }
    }
    return new Missing(String.join("; ", reasons));
  }

  private static Found load(String name) {
    try {
      return new Callable(Library.load(name));
    } catch (IllegalArgumentException e) {
      return new Missing(name + " cannot be loaded");
    } catch (UnsuitableLibraryException e) {
      return new Missing(name + " " + e.getMessage());
    }
  }

  /** The file names of the releases 2 and 3, whose functions are the same. */
  static List<String> names(String system) {
    String lower = system.toLowerCase(Locale.ROOT);
    if (lower.startsWith("windows")) {
      return List.of("dnnl.dll");
    }
    return lower.startsWith("mac")
        ? List.of("libdnnl.3.dylib", "libdnnl.2.dylib")
        : List.of("libdnnl.so.3", "libdnnl.so.2");
  }
}
