package dev.espalier.host;

import dev.espalier.api.EspalierException;
import dev.espalier.host.scan.Scan;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of a plugin's jar or folder of jars before any of its code is loaded; of one that
 * cannot be loaded, too.
 *
 * @param path the jar or the folder
 * @param bytes the size of the jar, or of all files in the folder
 * @param sha256 its hash, as {@link PluginOrigin#sha256()} defines it
 * @param jars the jar, or the folder's jars by name
 * @param scan what their class files can do
 */
public record PluginFacts(Path path, long bytes, String sha256, List<Jar> jars, Scan scan) {
  public PluginFacts {
    jars = List.copyOf(jars);
  }

  /**
   * A jar.
   *
   * @param file its name
   * @param module the name of its module, where it has a descriptor that can be read
   * @param requires the modules that its descriptor requires, and those that it can do without
   * @param signers who signed it, all content checked
   * @param fault why it is not known who signed it: the jar cannot be read, or content and
   *     signature differ
   */
  public record Jar(
      String file,
      Optional<String> module,
      List<String> requires,
      List<String> signers,
      Optional<String> fault) {
    public Jar {
      requires = List.copyOf(requires);
      signers = List.copyOf(signers);
    }

    /** Who signed it, for people. */
    public String signature() {
      if (fault.isPresent()) {
        return "not known: " + fault.get();
      }
      return signers.isEmpty() ? "not signed" : "signed by " + String.join(" and ", signers);
    }

    private static Jar of(Path path) {
      Optional<ModuleDescriptor> descriptor = descriptor(path);
      List<String> signers = List.of();
      Optional<String> fault = Optional.empty();
      try {
        signers = PluginJar.read(path).signers();
      } catch (UnitFault found) {
        fault = Optional.of(String.valueOf(found.getMessage()));
      }
      return new Jar(
          String.valueOf(path.getFileName()),
          descriptor.map(ModuleDescriptor::name),
          descriptor.stream()
              .flatMap(module -> module.requires().stream())
              .filter(requires -> !requires.modifiers().contains(Requires.Modifier.MANDATED))
              .map(Jar::text)
              .sorted()
              .toList(),
          signers,
          fault);
    }

    private static String text(Requires requires) {
      boolean optional = requires.modifiers().contains(Requires.Modifier.STATIC);
      return requires.name() + (optional ? " (optional)" : "");
    }

    /** A descriptor that is not valid sets the plugin aside, which tells the reason. */
    private static Optional<ModuleDescriptor> descriptor(Path path) {
      try {
        return ModuleFinder.of(path).findAll().stream()
            .map(ModuleReference::descriptor)
            .filter(module -> !module.isAutomatic())
            .findFirst();
      } catch (FindException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Looks at a jar or a folder of jars.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_VALUE where the path is neither
   */
  public static PluginFacts of(Path jarOrFolder) {
    PluginUnit unit = PluginUnit.of(jarOrFolder);
    return new PluginFacts(
        jarOrFolder,
        size(jarOrFolder),
        unit.sha256(),
        unit.jars().stream().map(Jar::of).toList(),
        Scan.of(unit.jars()));
  }

  /**
   * The hash of a jar or folder as it is now.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE
   */
  public static String sha256Of(Path jarOrFolder) {
    return PluginUnit.hash(jarOrFolder);
  }

  private static long size(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw FileFault.io(e, path, "measure");
    }
  }
}
