package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.host.PluginCatalog;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Projects to begin with. */
@Command(
    name = "new",
    description = "Writes a project to begin with.",
    synopsisSubcommandLabel = "COMMAND")
final class NewCommand {
  private final Console console;

  NewCommand(Console console) {
    this.console = console;
  }

  @Command(
      name = "plugin",
      description = {
        "Writes a Maven project of its own for a plugin: an extension that works, its golden points"
            + " and its conformance test, to be made yours.",
        "It is built with mvn verify against Espalier's artifacts; ./build install puts them into"
            + " the local repository."
      },
      sortOptions = false)
  int plugin(
      @Parameters(paramLabel = "NAME", description = "What it will be called, such as bell-curve.")
          String name,
      @Option(
              names = "--family",
              required = true,
              paramLabel = "FAMILY",
              description = "activation, loss, optimizer, preconditioner or backend.")
          String family,
      @Option(
              names = "--package",
              paramLabel = "PACKAGE",
              description = "Its package and module; com.example.NAME where absent.")
          @Nullable String packageName,
      @Option(
              names = "--out",
              paramLabel = "FOLDER",
              description = "A folder that is not there yet; NAME where absent.")
          @Nullable Path out,
      @Mixin PluginOptions plugins) {
    PluginTemplate from = PluginTemplate.of(family);
    PluginNames names =
        packageName == null ? new PluginNames(name) : new PluginNames(name, packageName);
    Map<String, String> sample = sampleOf(from);
    requireFree(names, from, sample, plugins.start().plugins());
    Path folder = out == null ? Path.of(name) : out;
    Map<String, String> project = new LinkedHashMap<>();
    sample.forEach((path, text) ->
        project.put(from.names().renamed(path, names), from.names().renamed(text, names)));
    write(folder, project);
    project.keySet().forEach(path -> console.out().println(folder.resolve(path)));
    console.out().print("\nnext: read " + folder.resolve("README.md") + "\n");
    console.out().flush();
    return ExitCode.DONE;
  }

  private static Map<String, String> sampleOf(PluginTemplate from) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String path : from.files()) {
      String resource = "samples/" + from.sample() + "/" + path;
      try (InputStream in = NewCommand.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new EspalierException(
              ErrorCode.INTERNAL,
              "the program carries the samples",
              resource + " is missing",
              "report this as a defect");
        }
        files.put(path, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /** The project would not compile, or its plugin would dispute a name with another. */
  private static void requireFree(
      PluginNames names, PluginTemplate from, Map<String, String> sample, PluginCatalog catalog) {
    Pattern word = Pattern.compile("\\b" + names.className() + "\\b");
    boolean own = names.className().equals(from.names().className());
    if (!own && sample.values().stream().anyMatch(text -> word.matcher(text).find())) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a name of its own for the class " + names.className(),
          "the project uses another class of that name",
          "choose another name, such as my-" + names.name());
    }
    catalog.registrations().stream()
        .filter(taken -> taken.name().equals(names.name()))
        .findFirst()
        .ifPresent(taken -> {
          throw new EspalierException(
              ErrorCode.DUPLICATE_NAME,
              "a name that no plugin has registered",
              "the " + taken.point().name() + " " + names.name() + " of " + taken.plugin().id(),
              "choose another name, such as my-" + names.name());
        });
  }

  private static void write(Path folder, Map<String, String> files) {
    try {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(folder);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path to = folder.resolve(file.getKey());
        Path directory = to.getParent();
        if (directory != null) {
          Files.createDirectories(directory);
        }
        Files.writeString(to, file.getValue());
      }
    } catch (FileAlreadyExistsException e) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a new folder at " + folder,
          e.getFile() + " is there already, and is left as it is",
          "choose another with --out, or move it away",
          e);
    } catch (IOException e) {
      throw FileFault.io(e, folder, "write a project to");
    }
  }
}
