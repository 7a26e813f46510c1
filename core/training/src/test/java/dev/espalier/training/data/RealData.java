package dev.espalier.training.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Where real data is: the system property or environment variable, or a folder beside the
 * repository.
 */
final class RealData {
  private RealData() {}

  /** The path of real data; the test is skipped, with this reason, where it is absent. */
  static Path find(String name) {
    Path repository = Path.of("").toAbsolutePath();
    while (repository.getParent() != null && !Files.exists(repository.resolve("LICENSE"))) {
      repository = repository.getParent();
    }
    Path beside = repository.resolveSibling("shared").resolve("data");
    Path found =
        Stream.of(System.getProperty("espalier.data"), System.getenv("ESPALIER_DATA"))
            .filter(Objects::nonNull)
            .map(Path::of)
            .findFirst()
            .orElse(beside)
            .resolve(name);
    Assumptions.assumeTrue(
        Files.exists(found), () -> "no real data at " + found + "; set ESPALIER_DATA");
    return found;
  }
}
