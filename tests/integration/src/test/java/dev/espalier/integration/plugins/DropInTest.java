package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.plugin;
import static dev.espalier.integration.plugins.Sources.scaling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program;
import dev.espalier.integration.cli.Program.Outcome;
import dev.espalier.integration.cli.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with plugins that were dropped into a folder. */
final class DropInTest {
  @TempDir Path folder;

  private Program program = new Program(Path.of(""));
  private Path plugins = Path.of("");

  @BeforeEach
  void writeTheRun() throws IOException {
    program = new Program(folder);
    TinyRun.writeTo(program);
    plugins = Files.createDirectory(folder.resolve("mine"));
  }

  private void scale(String version, double factor) {
    new JarBuilder()
        .source("scale.P", scaling("scale.P", "scale", version, "scale", factor))
        .module("scale", "scale.P")
        .writeTo(plugins, "scale.jar");
  }

  private static void succeeds(Outcome outcome) {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  private static void refused(Outcome outcome, String code, String... texts) {
    assertThat(outcome.code()).as(outcome.err()).isNotZero();
    assertThat(outcome.err()).startsWith("error[" + code + "]: ").contains(texts);
    assertThat(outcome.err().lines()).hasSize(3);
  }

  @Test
  void aPluginIsListedDescribedProbedAndUsedInARunByName() {
    scale("1.0", 2);
    Outcome list = program.run("plugins", "list", "--plugins", "mine");
    succeeds(list);
    assertThat(list.out()).contains("plugins from folders", "scale.jar", "not signed", "2.0*x");
    Outcome described = program.run("plugins", "describe", "scale", "--plugins", "mine");
    succeeds(described);
    assertThat(described.out()).contains("formula:  2.0*x", "plugin:   scale 1.0");
    Outcome probed = program.run("probe", "activation", "scale", "--plugins", "mine");
    succeeds(probed);
    assertThat(probed.out()).contains("f'''");
    Outcome trained =
        program.run(
            "train",
            "run.yaml",
            "--out",
            "run",
            "--plugins",
            "mine",
            "--set",
            "model.activation=scale");
    succeeds(trained);
    Outcome evaluated = program.run("evaluate", "run", "--plugins", "mine");
    succeeds(evaluated);
    Outcome cited = program.run("plugins", "cite", "run", "--plugins", "mine");
    assertThat(cited.out()).contains("activation/scale\n  by definition");
  }

  @Test
  void aBackendThatIsDroppedInRunsNothingThatDoesNotNameIt() {
    new JarBuilder()
        .source(
            "own.P",
            plugin(
                "own.P",
                "",
                "return new PluginInfo(\"own\", \"1\", PluginInfo.API_VERSION);",
                "to.register(ExtensionPoint.BACKEND, \"abacus\", Citation.cite(\"by"
                    + " definition\", \"none\"), p -> new Abacus());",
                """
                record Abacus() implements dev.espalier.api.backend.BackendProvider {
                  public Probe probe() {
                    return new Usable("beads");
                  }

                  public dev.espalier.api.backend.Backend open(
                      java.util.Map<String, String> options) {
                    throw new IllegalStateException("asked for the abacus");
                  }
                }
                """))
        .service("own.P")
        .writeTo(plugins, "own.jar");
    Outcome backends = program.run("backends", "--plugins", "mine");
    succeeds(backends);
    assertThat(backends.out()).containsPattern("abacus +usable: beads \\(by name only\\)");
    program.write("run.yaml", TinyRun.YAML.substring(0, TinyRun.YAML.indexOf("backend:")));
    succeeds(program.run("train", "run.yaml", "--out", "run", "--plugins", "mine"));
    refused(
        program.run(
            "train", "run.yaml", "--out", "other", "--plugins", "mine", "--backend", "abacus"),
        "plugin-fault",
        "asked for the abacus");
  }

  @Test
  void theEnvironmentNamesFoldersToo() {
    scale("1.0", 2);
    Outcome described =
        program.with("ESPALIER_PLUGINS", "mine").run("plugins", "describe", "scale");
    succeeds(described);
    refused(
        program.with("ESPALIER_PLUGINS", "mine:elsewhere").run("plugins", "list"),
        "file-not-found",
        "elsewhere");
  }

  @Test
  void aRunThatNeedsAPluginThatWasSetAsideFailsAtOnceWithItsReason() {
    new JarBuilder()
        .source(
            "scale.P",
            plugin(
                "scale.P",
                "scale",
                "1",
                "to.register(ExtensionPoint.ACTIVATION, \"scale\", Citation.cite(\"by"
                    + " definition\", \"x\"), p -> x -> x); throw new"
                    + " IllegalStateException(\"half way\");"))
        .service("scale.P")
        .writeTo(plugins, "scale.jar");
    refused(
        program.run(
            "train",
            "run.yaml",
            "--out",
            "run",
            "--plugins",
            "mine",
            "--set",
            "model.activation=scale"),
        "plugin-fault",
        "activation 'scale' of the plugin scale",
        "scale.jar was set aside: IllegalStateException: half way",
        "repair the plugin");
    assertThat(folder.resolve("run")).doesNotExist();
    Outcome list = program.run("plugins", "list", "--plugins", "mine");
    succeeds(list);
    assertThat(list.out())
        .contains(
            "plugins that were set aside\n  scale\n",
            "phase:  contribute",
            "cause:  IllegalStateException: half way",
            "repair: repair the plugin, or remove its jar");
  }

  @Test
  void whatAPluginThrowsInUseIsItsFault() {
    new JarBuilder()
        .source(
            "scale.P",
            plugin(
                "scale.P",
                "scale",
                "1.5",
                "to.register(ExtensionPoint.ACTIVATION, \"scale\", Citation.cite(\"by"
                    + " definition\", \"x\"), p -> x -> { throw new NoSuchMethodError(\"a.B.c()\");"
                    + " });\n"
                    + "to.register(ExtensionPoint.ACTIVATION, \"other\", Citation.cite(\"by"
                    + " definition\", \"x\"), p -> x -> x.mul(java.util.List.of(1.0).get(3)));"))
        .service("scale.P")
        .writeTo(plugins, "scale.jar");
    refused(
        program.run(
            "train",
            "run.yaml",
            "--out",
            "run",
            "--plugins",
            "mine",
            "--set",
            "model.activation=scale"),
        "plugin-fault",
        "the plugin scale 1.5 (",
        "NoSuchMethodError: a.B.c()",
        "another version of this library");
    refused(
        program.run("probe", "activation", "other", "--plugins", "mine"),
        "plugin-fault",
        "the plugin scale 1.5 (",
        "IndexOutOfBoundsException: Index: 3 Size: 1",
        "tell the plugin's author");
  }

  @Test
  void aLockedRunUsesWhatIsPinnedAndNothingElse() {
    scale("1.0", 2);
    String[] run = {
      "train",
      "run.yaml",
      "--plugins",
      "mine",
      "--set",
      "model.activation=scale",
      "--locked",
      "plugins.lock",
      "--out",
      "run"
    };
    refused(program.run(run), "file-not-found", "plugins.lock");
    Outcome locked =
        program.run(
            "plugins", "lock", "run.yaml", "--plugins", "mine", "--set", "model.activation=scale");
    succeeds(locked);
    assertThat(locked.out()).contains("scale ", "espalier.optimizers", "espalier.backend-cpu");
    assertThat(locked.out()).doesNotContain("cuda");
    succeeds(program.run(run));

    scale("1.0", 2.5);
    run[run.length - 1] = "again";
    refused(program.run(run), "plugin-mismatch", "scale 1.0 with SHA-256", "scale.jar was not");
    assertThat(folder.resolve("again")).doesNotExist();
  }

  @Test
  void theManifestRecordsTheHashAndAnotherFileIsToldOnResume() throws IOException {
    scale("1.0", 2);
    succeeds(
        program.run(
            "train",
            "run.yaml",
            "--out",
            "run",
            "--plugins",
            "mine",
            "--set",
            "model.activation=scale"));
    Path manifest;
    try (var files = Files.walk(folder.resolve("run"))) {
      manifest = files.filter(f -> f.endsWith("manifest.json")).findFirst().orElseThrow();
    }
    assertThat(Files.readString(manifest))
        .containsPattern(
            "\"id\": \"scale\",\\s*\"version\": \"1.0\",\\s*\"sha256\": \"[0-9a-f]{64}");

    String[] resume = {
      "train", "run.yaml", "--resume", "run", "--plugins", "mine", "--set", "model.activation=scale"
    };
    scale("1.0", 2.5);
    Outcome other = program.run(resume);
    assertThat(other.code()).as(other.err()).isZero();
    assertThat(other.out() + other.err()).contains("is another file than the run began with");
    scale("1.1", 2);
    refused(program.run(resume), "checkpoint-mismatch", "activation/scale was of scale 1.0");
  }
}
