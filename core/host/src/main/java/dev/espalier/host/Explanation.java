package dev.espalier.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was thrown, in one line, and what can be done about it. */
final class Explanation {
  /** A chain of causes may be a ring. */
  private static final int MOST_CAUSES = 8;

  private static final Pattern CLASS_VERSION =
      Pattern.compile("(?:class file version |major.minor version )(\\d+)");

  /** Class file version 45 is Java 1.1. */
  private static final int BEFORE_JAVA_1 = 44;

  private Explanation() {}

  /** The chain of causes in one line, the outermost first. */
  static String of(Throwable thrown) {
    List<String> parts = new ArrayList<>();
    for (Throwable cause : chain(thrown)) {
      String message = cause.getMessage() == null ? "" : cause.getMessage().strip();
      String first = message.lines().findFirst().orElse("");
      parts.add(cause.getClass().getSimpleName() + (first.isEmpty() ? "" : ": " + first));
    }
    return String.join("; because of ", parts);
  }

  /** The repair for the best known of the causes, or else the one given. */
  static String repair(Throwable thrown, String otherwise) {
    for (Throwable cause : chain(thrown).reversed()) {
      Optional<String> known = repair(cause);
      if (known.isPresent()) {
        return known.get();
      }
    }
    return otherwise;
  }

  private static Optional<String> repair(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    Matcher version = CLASS_VERSION.matcher(message);
    if (version.find()) {
      int java = Integer.parseInt(version.group(1)) - BEFORE_JAVA_1;
      return Optional.of(
          "run Espalier on Java %d, or take the plugin built for Java %d"
              .formatted(java, Runtime.version().feature()));
    }
    return switch (cause) {
      case NoClassDefFoundError _, ClassNotFoundException _ -> missingClass(message);
      case NoSuchMethodError _, NoSuchFieldError _, AbstractMethodError _ ->
          Optional.of(
              message.contains("dev.espalier.api.")
                  ? "the plugin was built against another version of the plugin API: take one for"
                      + " this version of Espalier"
                  : "the plugin was built against another version of this library: put that version"
                      + " beside the plugin, in a folder of its own");
      default -> Optional.empty();
    };
  }

  private static Optional<String> missingClass(String message) {
    // "a/b/C" of a virtual machine's error, "a.b.C" of a class loader's exception.
    String name = message.replace('/', '.');
    if (!name.matches("[\\w$.]+")) {
      return Optional.empty();
    }
    String packageName = name.substring(0, Math.max(name.lastIndexOf('.'), 0));
    return Optional.of(
        Platform.absentJdkModuleWith(packageName)
            .map(Explanation::addModule)
            .orElse(
                "put the library with "
                    + name
                    + " beside the plugin's jar, both in a folder of their own"));
  }

  /** How the program is started with one more module of the JDK. */
  static String addModule(String module) {
    return "start Espalier with the JDK's module %s: ESPALIER_JAVA_OPTIONS=--add-modules=%s"
        .formatted(module, module);
  }

  /** The last of the chain of causes. */
  static Throwable innermost(Throwable thrown) {
    return chain(thrown).getLast();
  }

  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    Throwable next = thrown;
    while (next != null && chain.size() < MOST_CAUSES) {
      chain.add(next);
      next = next.getCause();
    }
    return chain;
  }
}
