package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.data.DataHash;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is loaded as one plugin: a jar, or a folder of jars.
 *
 * @param path the jar or the folder
 * @param jars the jar, or the folder's jars in the order of their names
 */
record PluginUnit(Path path, List<Path> jars) {
  PluginUnit {
    jars = List.copyOf(jars);
  }

  /**
   * The jar or the folder of jars at a path.
   *
   * @throws EspalierException FILE_NOT_FOUND; BAD_VALUE where there is neither
   */
  static PluginUnit of(Path path) {
    if (!Files.exists(path)) {
      throw FileFault.notFound(path, "a plugin: a jar, or a folder of jars");
    }
    return find(path)
        .orElseThrow(() ->
            new EspalierException(
                ErrorCode.BAD_VALUE,
                "a plugin is a jar, or a folder of jars",
                path + (Files.isDirectory(path) ? " is a folder without a jar" : " is no jar"),
                "name the plugin's jar, or the folder that holds it and its libraries"));
  }

  /**
   * Every plugin of a folder of plugins, in the order of their names. A file that is not named as a
   * jar is none, nor is a folder without a jar, nor what begins with a dot.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE
   */
  static List<PluginUnit> in(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw FileFault.notFound(directory, "a folder of plugins");
    }
    return list(directory).stream().flatMap(entry -> find(entry).stream()).toList();
  }

  /** Those of several folders; of a folder that is named twice, once. */
  static List<PluginUnit> in(List<Path> directories) {
    Map<Path, Path> distinct = new LinkedHashMap<>();
    for (Path directory : directories) {
      Path real;
      try {
        real = directory.toRealPath();
      } catch (IOException e) {
        throw FileFault.io(e, directory, "look for plugins in");
      }
      distinct.putIfAbsent(real, directory);
    }
    return distinct.values().stream().flatMap(folder -> in(folder).stream()).toList();
  }

  private static Optional<PluginUnit> find(Path path) {
    if (isHidden(path)) {
      return Optional.empty();
    }
    if (Files.isDirectory(path)) {
      List<Path> jars = list(path).stream().filter(PluginUnit::isJar).toList();
      return jars.isEmpty() ? Optional.empty() : Optional.of(new PluginUnit(path, jars));
    }
    return isJar(path) ? Optional.of(new PluginUnit(path, List.of(path))) : Optional.empty();
  }

  private static boolean isHidden(Path path) {
    return nameOf(path).startsWith(".");
  }

  private static boolean isJar(Path path) {
    return !isHidden(path)
        && !Files.isDirectory(path)
        && nameOf(path).toLowerCase(Locale.ROOT).endsWith(".jar");
  }

  private static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw FileFault.io(e, folder, "list");
    }
  }

  /** The last name of its path. */
  String name() {
    return nameOf(path);
  }

  /** The hash of the jar, or of everything in the folder. */
  String sha256() {
    return hash(path);
  }

  /** The hash of a file, or of every file below a folder. */
  static String hash(Path path) {
    if (!Files.isDirectory(path)) {
      return DataHash.of(path);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(path)) {
      all.filter(Files::isRegularFile).sorted().forEach(files::add);
    } catch (IOException e) {
      throw FileFault.io(e, path, "list");
    }
    return DataHash.of(path, files);
  }
}
