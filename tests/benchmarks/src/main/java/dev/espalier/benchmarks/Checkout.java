package dev.espalier.benchmarks;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The checkout that the benchmarks belong to; {@code ./build} names it.
 *
 * @param root its folder
 */
public record Checkout(Path root) {
  /**
   * The checkout of the system property {@code espalier.root}.
   *
   * @throws EspalierException MISSING_KEY where it is not set to a checkout
   */
  public static Checkout here() {
    String root = System.getProperty("espalier.root", "");
    if (root.isEmpty() || !Files.isRegularFile(Path.of(root, "espalier"))) {
      throw new EspalierException(
          ErrorCode.MISSING_KEY,
          "the system property espalier.root is the checkout's folder",
          root.isEmpty() ? "none" : root,
          "start the benchmarks by ./build bench, bench-costs or bench-peers");
    }
    return new Checkout(Path.of(root).toAbsolutePath().normalize());
  }

  /** The options of the virtual machine with which {@code ./espalier} starts the program here. */
  public List<String> javaOptions() {
    String ofMachine = System.getProperty("espalier.launch.options", "");
    return Stream.concat(
            Stream.of("@" + root.resolve("core/cli/launch/java.options")),
            Stream.of(ofMachine.split(" ", -1)).filter(option -> !option.isEmpty()))
        .toList();
  }

  /** The program's jars. */
  public Path program() {
    return root.resolve("core/cli/target/program/lib");
  }

  /** The classes of the benchmarks. */
  public Path classes() {
    return root.resolve("tests/benchmarks/target/classes");
  }

  /** The scripts of the peers. */
  public Path peers() {
    return root.resolve("tests/benchmarks/peers");
  }

  /** Where the results stand. */
  public ResultsFile results() {
    return new ResultsFile(root.resolve("tests/benchmarks/RESULTS.md"));
  }
}
