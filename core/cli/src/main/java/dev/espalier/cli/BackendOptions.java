package dev.espalier.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command says of the backend to run on. */
final class BackendOptions {
  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "The backend to run on; see: espalier backends")
  @Nullable String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads it takes; results do not depend on it.")
  @Nullable Integer threads;

  /** The backend's name. */
  Optional<String> name() {
    return Optional.ofNullable(backend);
  }

  /** The backend's options. */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    if (threads != null) {
      options.put("threads", Integer.toString(threads));
    }
    return options;
  }
}
