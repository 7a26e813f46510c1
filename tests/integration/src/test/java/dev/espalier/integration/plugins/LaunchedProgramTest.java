package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.plugin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.espalier.integration.cli.Program;
import dev.espalier.integration.cli.Program.Outcome;
import dev.espalier.integration.cli.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins in the program as {@code ./espalier} starts it: on the module path. */
final class LaunchedProgramTest {
  @TempDir Path folder;

  private Program program = new Program(Path.of(""));
  private Path plugins = Path.of("");

  @BeforeEach
  void writeTheRun() throws IOException {
    assumeThat(Program.packaged()).as("the program is packaged").isTrue();
    program = new Program(folder).asLaunched();
    TinyRun.writeTo(program);
    plugins = Files.createDirectory(folder.resolve("mine"));
  }

  private String succeeds(String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--plugins", "mine"));
    Outcome outcome = program.run(arguments.toArray(String[]::new));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    return outcome.out();
  }

  /** A plugin that registers something, with a library of the version that it was written for. */
  private void withLibrary(String id, String version, boolean modular, String register) {
    Path unit = plugins.resolve(id);
    JarBuilder library =
        new JarBuilder()
            .source(
                "shared.Library",
                """
                package shared;

                public class Library {
                  public static String version() {
                    return "%s";
                  }
                }
                """
                    .formatted(version));
    JarBuilder plugin =
        new JarBuilder().source(id + ".P", plugin(id + ".P", id, version, register));
    if (modular) {
      library.source("module-info", "module shared { exports shared; }");
      plugin.module(id, id + ".P", "requires shared;");
    } else {
      plugin.service(id + ".P");
    }
    plugin.against(library.writeTo(unit, "shared.jar")).writeTo(unit, id + ".jar");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneRunUsesTwoPluginsWithTwoVersionsOfOneLibrary(boolean modular) {
    withLibrary(
        "old",
        "1.0",
        modular,
        """
        to.register(
            ExtensionPoint.ACTIVATION,
            "old",
            Citation.cite("by definition", "x with shared " + shared.Library.version()),
            p -> x -> x.mul(Double.parseDouble(shared.Library.version())));
        """);
    withLibrary(
        "young",
        "2.5",
        modular,
        """
        to.register(
            ExtensionPoint.SCHEDULE,
            "young",
            Citation.cite("by definition", "1 with shared " + shared.Library.version()),
            p -> (step, total) ->
                step.mul(0).add(Double.parseDouble(shared.Library.version()) / 2.5));
        """);

    assertThat(succeeds("plugins", "list"))
        .contains("x with shared 1.0", "1 with shared 2.5", "plugins from folders")
        .doesNotContain("set aside");
    succeeds(
        "train",
        "run.yaml",
        "--out",
        "run",
        "--set",
        "model.activation=old",
        "--set",
        "schedule={kind: young}");
    assertThat(succeeds("plugins", "cite", "run")).contains("activation/old", "schedule/young");
  }

  @Test
  void aPluginMayRequireAnyModuleThatTheJdkExports() {
    new JarBuilder()
        .source(
            "sql.P",
            plugin(
                "sql.P",
                "sql",
                "1",
                """
                to.register(
                    ExtensionPoint.ACTIVATION,
                    "sql",
                    Citation.cite("by definition", "x since " + new java.sql.Date(0).getTime()),
                    p -> x -> x);
                """))
        .module("sql", "sql.P", "requires java.sql;")
        .writeTo(plugins, "sql.jar");

    assertThat(succeeds("plugins", "list")).contains("x since 0").doesNotContain("set aside");
  }

  @Test
  void aLibraryOfTheProgramIsHiddenFromAPluginThatDoesNotBringItsOwn() {
    Path library =
        new JarBuilder()
            .source("module-info", "module com.fasterxml.jackson.core { exports own; }")
            .source("own.Library", "package own; public class Library {}")
            .writeTo(folder.resolve("elsewhere"), "library.jar");
    new JarBuilder()
        .source("lean.P", plugin("lean.P", "lean", "1", "new own.Library();"))
        .module("lean", "lean.P", "requires com.fasterxml.jackson.core;")
        .against(library)
        .writeTo(plugins, "lean.jar");

    assertThat(succeeds("plugins", "list"))
        .contains(
            "plugins that were set aside",
            "phase:  resolve",
            "lean requires the module com.fasterxml.jackson.core, which the program has for itself"
                + " and hides from plugins",
            "put a jar of com.fasterxml.jackson.core beside the plugin's");
  }
}
