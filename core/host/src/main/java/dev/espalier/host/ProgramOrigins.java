package dev.espalier.host;

import dev.espalier.host.PluginOrigin.Kind;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the program's own plugins are from; each file is hashed once. */
final class ProgramOrigins {
  private final Map<Path, PluginOrigin> known = new HashMap<>();

  /**
   * The origin of a class.
   *
   * @throws UnitFault READ, SIGNATURE
   */
  PluginOrigin of(Class<?> type) throws UnitFault {
    Optional<Path> path = fileOf(type);
    if (path.isEmpty()) {
      return new PluginOrigin(Kind.PROGRAM, locationOf(type), Optional.empty(), List.of());
    }
    PluginOrigin found = known.get(path.get());
    if (found == null) {
      found = read(path.get());
      known.put(path.get(), found);
    }
    return found;
  }

  private static PluginOrigin read(Path path) throws UnitFault {
    List<String> signers = Files.isDirectory(path) ? List.of() : PluginJar.read(path).signers();
    return new PluginOrigin(
        Kind.PROGRAM, path.toString(), Optional.of(PluginUnit.hash(path)), signers);
  }

  /** Where a class is from, for messages. */
  static String locationOf(Class<?> type) {
    return fileOf(type)
        .map(Path::toString)
        .or(() -> uriOf(type).map(URI::toString))
        .orElse("the running program");
  }

  private static Optional<Path> fileOf(Class<?> type) {
    return uriOf(type).filter(uri -> "file".equals(uri.getScheme())).map(Path::of);
  }

  private static Optional<URI> uriOf(Class<?> type) {
    Module module = type.getModule();
    if (module.isNamed()) {
      return module
          .getLayer()
          .configuration()
          .findModule(module.getName())
          .map(resolved -> resolved.reference())
          .flatMap(ModuleReference::location);
    }
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    try {
      return url == null ? Optional.empty() : Optional.of(url.toURI());
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
