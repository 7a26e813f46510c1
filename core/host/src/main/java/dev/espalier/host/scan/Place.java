package dev.espalier.host.scan;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something is used.
 *
 * @param jar the jar's name
 * @param className the class
 * @param method the method; empty for what only the class's constants name
 * @param use what is used there
 */
public record Place(String jar, String className, String method, Use use) {
  /** As the compiler names the body of a lambda. */
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");

  public Place {
    Objects.requireNonNull(jar);
    Objects.requireNonNull(className);
    Objects.requireNonNull(method);
    Objects.requireNonNull(use);
  }

  /** For people: class, method and what it uses. */
  public String text() {
    String where = Printable.of(className);
    Matcher lambda = LAMBDA.matcher(method);
    if (lambda.matches()) {
      where += "." + Printable.of(lambda.group(1)) + ", in a lambda,";
    } else if (!method.isEmpty()) {
      where += "." + Printable.of(method);
    }
    return where + " " + use.text();
  }
}
