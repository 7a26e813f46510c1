package dev.espalier.integration.outside;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What strangers write: projects of their own, on the API and the kit, nothing else of Espalier;
 * those of the samples, and those that {@code espalier new plugin} writes.
 */
final class ThirdPartyProjectsTest {
  @TempDir Path work;

  private Program program = new Program(Path.of(""));

  @BeforeEach
  void startInTheFolder() {
    program = new Program(work);
  }

  private static void succeeds(Outcome outcome) {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  private static void refused(Outcome outcome, String code, String... texts) {
    assertThat(outcome.code()).as(outcome.out()).isNotZero();
    assertThat(outcome.err()).startsWith("error[" + code + "]: ").contains(texts);
    assertThat(outcome.err().lines()).hasSize(3);
  }

  private OutsideBuild outside() throws IOException {
    assumeThat(OutsideBuild.packaged()).as("the modules are packaged").isTrue();
    return OutsideBuild.in(work);
  }

  /** Builds a project with Maven, and holds it against the rules. */
  private static void builds(OutsideBuild outside, Path project, String className, String rule)
      throws IOException, InterruptedException {
    OutsideBuild.Outcome outcome = outside.maven(project, "verify", "-Dconformance.tier=quick");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).containsPattern("Tests run: [1-9][0-9]+, Failures: 0");
    Path report = project.resolve("target/conformance/" + className + "ConformanceTest.json");
    assertThat(Files.readString(report)).contains("\"conforms\":true", "\"rule\":\"" + rule + "\"");
  }

  @Test
  void theBackendOfTheSamplesHoldsTheRules() throws Exception {
    OutsideBuild outside = outside();
    builds(outside, outside.copyOf("third-party-backend"), "PlainBackend", "BE-2");
  }

  @ParameterizedTest
  @CsvSource({
    "activation, ACT-1, org.acme.rectangles",
    "loss, LOSS-1, org.acme.mything",
    "optimizer, OPT-3, mything",
    "preconditioner, OPT-3, com.example.mything",
    "backend, BE-2, org.acme.mything",
  })
  void aNewProjectOfEveryFamilyBuildsAndHoldsTheRules(
      String family, String rule, String packageName) throws Exception {
    OutsideBuild outside = outside();
    Outcome written = newPlugin("my-thing", family, "--package", packageName, "--out", "a/project");
    succeeds(written);
    assertThat(written.out()).contains("a/project/src/main/java", "MyThingPlugin.java");

    builds(outside, work.resolve("a/project"), "MyThing", rule);
  }

  @Test
  void thePluginOfTheSamplesIsDroppedInAndListedDescribedProbedAndUsed() throws Exception {
    OutsideBuild outside = outside();
    Path project = outside.copyOf("third-party-plugin");
    builds(outside, project, "BellCurve", "ACT-1");
    Path plugins = Files.createDirectory(work.resolve("plugins"));
    Files.copy(project.resolve("target/bell-curve-1.0.jar"), plugins.resolve("bell-curve.jar"));
    program = program.asLaunched();
    TinyRun.writeTo(program);

    Outcome list = dropIn("plugins", "list");
    assertThat(list.out()).contains("com.example.bell-curve", "e^-(x/width)^2");
    Outcome described = dropIn("plugins", "describe", "bell-curve");
    assertThat(described.out())
        .contains("plugin:   com.example.bell-curve 1.0", "David S. Broomhead", "width");
    Outcome probed =
        dropIn("probe", "activation", "bell-curve", "--at", "0,1", "--derivatives", "3");
    // At 0 the second derivative is -2, at 1 the third is 4/e.
    assertThat(probed.out()).contains("-2", "1.47151776");
    dropIn("train", "run.yaml", "--out", "run", "--set", "model.activation=bell-curve");
    Outcome cited = dropIn("plugins", "cite", "run");
    assertThat(cited.out()).contains("activation/bell-curve", "Broomhead");
  }

  private Outcome dropIn(String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--plugins", "plugins"));
    Outcome outcome = program.run(arguments.toArray(String[]::new));
    succeeds(outcome);
    return outcome;
  }

  @ParameterizedTest
  @CsvSource({
    "activation, third-party-plugin, bell-curve",
    "loss, third-party-loss, pseudo-huber",
    "optimizer, third-party-optimizer, sign-momentum",
    "preconditioner, third-party-preconditioner, ada-delta",
    "backend, third-party-backend, plain-backend",
  })
  void theSamplesAreWhatNewPluginWrites(String family, String sample, String name)
      throws IOException {
    succeeds(newPlugin(name, family));

    Path samples = Path.of("../../samples").toAbsolutePath().normalize();
    assertThat(contents(work.resolve(name))).isEqualTo(contents(samples.resolve(sample)));
  }

  private static Map<String, String> contents(Path project) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(project)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(project.resolve("target")))
              .toList();
    }
    for (Path file : files) {
      contents.put(project.relativize(file).toString(), Files.readString(file));
    }
    return contents;
  }

  @ParameterizedTest
  @CsvSource({
    "BellCurve, activation, bad-value, lower case words joined by hyphens",
    "2d, activation, bad-value, lower case words joined by hyphens",
    "double, activation, bad-value, 'com.example.double'",
    "tensor, activation, bad-value, choose another name; such as my-tensor",
    "relu, activation, duplicate-name, the activation relu of",
    "bell, activations, unknown-name, did you mean 'activation'?",
  })
  void aNameThatIsTakenOrThatNothingCanBearIsRefused(
      String name, String family, String code, String text) throws IOException {
    refused(newPlugin(name, family), code, text.replace(';', ','));
    nothingIsWritten();
  }

  @ParameterizedTest
  @CsvSource({"my..own, a package that Java takes", "dev.espalier.bell, dev.espalier is not yours"})
  void aPackageThatIsNotTheAuthorsIsRefused(String packageName, String text) throws IOException {
    refused(newPlugin("bell", "activation", "--package", packageName), "bad-value", text);
    nothingIsWritten();
  }

  private void nothingIsWritten() throws IOException {
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFolderThatIsThereIsLeftAsItIs() throws IOException {
    Path mine = Files.writeString(Files.createDirectory(work.resolve("bell")).resolve("x"), "mine");

    refused(newPlugin("bell", "activation"), "bad-value", "is there already", "--out");

    try (Stream<Path> left = Files.list(work.resolve("bell"))) {
      assertThat(left).containsExactly(mine);
    }
  }

  private Outcome newPlugin(String name, String family, String... more) {
    List<String> command = new ArrayList<>(List.of("new", "plugin", name, "--family", family));
    command.addAll(List.of(more));
    return program.run(command.toArray(String[]::new));
  }
}
