package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.host.Host;
import dev.espalier.host.PluginLock;
import dev.espalier.host.PluginSources;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command says of where its plugins are from. */
final class PluginOptions {
  /** Set by the launcher: the folder of plugins beside the program. */
  private static final String BESIDE_THE_PROGRAM = "espalier.plugins";

  /** Folders of plugins, separated as a path list is. */
  private static final String ENVIRONMENT = "ESPALIER_PLUGINS";

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description =
          "A folder of plugins, each a jar or a folder of jars; may be repeated. The folder plugins"
              + " beside the program and those of ESPALIER_PLUGINS are looked at too.")
  List<Path> directories = new ArrayList<>();

  @Option(
      names = "--locked",
      paramLabel = "FILE",
      description =
          "Load only the plugins that this file pins, and only as it pins them; written by:"
              + " espalier plugins lock")
  @Nullable Path lock;

  /** Where plugins are looked for. */
  PluginSources sources() {
    List<Path> all = new ArrayList<>();
    Optional.ofNullable(System.getProperty(BESIDE_THE_PROGRAM))
        .map(Path::of)
        .filter(Files::isDirectory)
        .ifPresent(all::add);
    Optional.ofNullable(System.getenv(ENVIRONMENT)).ifPresent(list -> all.addAll(paths(list)));
    all.addAll(directories);
    PluginSources sources = PluginSources.ofProgram().and(all);
    return lock == null ? sources : sources.pinnedBy(PluginLock.read(lock));
  }

  private static List<Path> paths(String list) {
    List<Path> paths = new ArrayList<>();
    for (String entry : list.split(Pattern.quote(File.pathSeparator), -1)) {
      if (!entry.isEmpty()) {
        try {
          paths.add(Path.of(entry));
        } catch (InvalidPathException e) {
          throw new EspalierException(
              ErrorCode.BAD_VALUE,
              ENVIRONMENT + " is a list of folders",
              "'" + entry + "'",
              "correct the environment variable",
              e);
        }
      }
    }
    return paths;
  }

  private @Nullable Host started;

  /** Espalier with these plugins. */
  Host start() {
    Host host = Host.start(sources());
    started = host;
    return host;
  }

  /** Espalier, where it was started. */
  Optional<Host> started() {
    return Optional.ofNullable(started);
  }
}
