package dev.espalier.plugins.privacy;

import dev.espalier.api.privacy.PrivateSteps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What tests/conformance/golden/privacy.py wrote. */
final class Rows {
  private Rows() {}

  /** The rows of a file beside this class, without comments and head. */
  static List<String[]> of(String name) {
    try (InputStream in = Objects.requireNonNull(Rows.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Groups of steps, {@code rate:noise:count} with spaces between. */
  static List<PrivateSteps> steps(String text) {
    return Arrays.stream(text.split(" ", -1)).map(Rows::group).toList();
  }

  private static PrivateSteps group(String text) {
    String[] parts = text.split(":", -1);
    return new PrivateSteps(
        Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), Long.parseLong(parts[2]));
  }
}
