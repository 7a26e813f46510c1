package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.plugin;
import static dev.espalier.integration.plugins.Sources.scaling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.PluginSources;
import dev.espalier.host.Quarantined;
import dev.espalier.host.Quarantined.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault that a plugin can have: it is set aside with phase, cause and repair, whoever asks
 * for its names is told so, and the plugin beside it works.
 */
final class PluginFaultsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** For one that never ends; the good one beside it ends in time on a busy machine too. */
  private static final Duration SHORT_LIMIT = Duration.ofSeconds(3);

  /** The declaration of an activation by the name {@code bent}. */
  private static final String BENT =
      "to.register(ExtensionPoint.ACTIVATION, \"bent\", Citation.cite(\"by definition\", \"x\"),"
          + " p -> x -> x);\n";

  @TempDir Path folder;
  private final String end = "espalier.test.end." + System.nanoTime();
  private PluginCatalog catalog = PluginCatalog.of(List.of());

  @BeforeEach
  void putAGoodPluginBeside() {
    new JarBuilder()
        .source("good.Good", scaling("good.Good", "good", "1.0", "good", 2))
        .service("good.Good")
        .writeTo(folder, "good.jar");
  }

  @AfterEach
  void unload() {
    // Nobody can end a thread that was left behind; those of these tests look at this.
    System.setProperty(end, "true");
    catalog.close();
  }

  /** A loop without an end, as far as Espalier can see; the tests after it have the processor. */
  private String forever(String body) {
    return "while (!Boolean.getBoolean(\"%s\")) { %s }".formatted(end, body);
  }

  /** The one plugin that was set aside, where the good one was not. */
  private Quarantined setAside() {
    return setAside(LIMIT);
  }

  private Quarantined setAside(Duration limit) {
    catalog = PluginCatalog.discover(PluginSources.of(folder).within(limit));
    assertThat(catalog.plugins()).extracting("id").containsExactly("good");
    assertThat(catalog.create(ExtensionPoint.ACTIVATION, "good", Map.of())).isNotNull();
    assertThat(catalog.quarantined()).hasSize(1);
    return catalog.quarantined().getFirst();
  }

  /** A jar of a plugin with faults in what its class does; on the class path of its own. */
  private void broken(String constructor, String info, String contribute, String members) {
    new JarBuilder()
        .source("bad.Bad", plugin("bad.Bad", constructor, info, contribute, members))
        .service("bad.Bad")
        .writeTo(folder, "bad.jar");
  }

  private static String info(String id) {
    return "return new PluginInfo(\"" + id + "\", \"0.3\", PluginInfo.API_VERSION);";
  }

  private void assertFault(Quarantined found, Phase phase, String cause, String repair) {
    assertThat(found.phase()).as(found.toString()).isEqualTo(phase);
    assertThat(found.cause()).contains(cause);
    assertThat(found.repair()).contains(repair);
    assertThat(found.location()).contains(folder.toString());
  }

  /** Whoever asks for a name that went with the plugin learns why. */
  private void assertLost(String name, String cause) {
    assertThatThrownBy(() -> catalog.create(ExtensionPoint.ACTIVATION, name, Map.of()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code().text()).isIn("plugin-fault", "unknown-name");
              assertThat(e.found()).contains(cause);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "this is no jar at all", "PK\u0003\u0004 but no more than that"})
  void aFileThatIsNoJarIsSetAsideAsUnreadable(String content) throws IOException {
    Files.writeString(folder.resolve("bad.jar"), content, StandardCharsets.ISO_8859_1);
    assertFault(setAside(), Phase.READ, "ZipException", "fetch it again");
    assertLost("bent", "bad.jar");
  }

  @Test
  void aJarThatIsCutOffIsSetAsideAsUnreadable() throws IOException {
    Path whole =
        new JarBuilder()
            .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
            .service("bad.Bad")
            .writeTo(folder, "bad.jar");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, java.util.Arrays.copyOf(bytes, bytes.length - 30));
    assertFault(setAside(), Phase.READ, "ZipException", "fetch it again");
  }

  @Test
  void aJarWithoutAPluginIsNoPlugin() {
    new JarBuilder()
        .source("lib.Library", "package lib; public class Library {}")
        .writeTo(folder, "library.jar");
    assertFault(
        setAside(), Phase.READ, "provides no dev.espalier.api.plugin.Plugin", "into the folder");
  }

  private static byte[] ofJava55(byte[] classFile) {
    byte[] changed = classFile.clone();
    changed[7] = 99;
    return changed;
  }

  @Test
  void aClassOfANewerJavaIsNamedWithTheVersionItNeeds() throws IOException {
    JarBuilder source =
        new JarBuilder().source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3));
    Map<String, byte[]> content = new TreeMap<>(source.compile());
    content.computeIfPresent("bad/Bad.class", (_, bytes) -> ofJava55(bytes));
    content.put(
        "META-INF/services/dev.espalier.api.plugin.Plugin",
        "bad.Bad".getBytes(StandardCharsets.UTF_8));
    JarBuilder.write(folder.resolve("bad.jar"), content);
    assertFault(setAside(), Phase.LOAD, "class file version 99", "run Espalier on Java 55");
  }

  @Test
  void aDescriptorOfANewerJavaIsNamedWithTheVersionItNeeds() throws IOException {
    Map<String, byte[]> content =
        new TreeMap<>(
            new JarBuilder()
                .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
                .module("bad", "bad.Bad")
                .compile());
    content.computeIfPresent("module-info.class", (_, bytes) -> ofJava55(bytes));
    JarBuilder.write(folder.resolve("bad.jar"), content);
    assertFault(setAside(), Phase.READ, "99", "run Espalier on Java 55");
  }

  @Test
  void aServiceFileThatCannotBeReadIsSetAside() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .service("this is not a class name")
        .writeTo(folder, "bad.jar");
    assertFault(setAside(), Phase.LOAD, "Illegal", "META-INF/services");
  }

  @Test
  void aProviderClassThatIsAbsentIsNamed() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .service("bad.Bad")
        .without("bad/Bad.class")
        .writeTo(folder, "bad.jar");
    assertFault(setAside(), Phase.LOAD, "bad.Bad not found", "META-INF/services");
  }

  @Test
  void aModulesProviderClassThatIsAbsentIsNamed() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .module("bad", "bad.Bad")
        .without("bad/Bad.class")
        .entry("bad/keeps-the-package.txt", "")
        .writeTo(folder, "bad.jar");
    Quarantined found = setAside();
    assertThat(found.phase()).isIn(Phase.READ, Phase.RESOLVE, Phase.LOAD);
    assertThat(found.cause()).contains("bad");
  }

  @Test
  void aModuleThatIsMissingIsNamedWithWhereToPutIt() {
    Path library = libraryOf("lib", 1);
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .module("bad", "bad.Bad", "requires lib;")
        .against(library)
        .writeTo(folder, "bad.jar");
    assertFault(
        setAside(),
        Phase.RESOLVE,
        "bad requires the module lib, which is not there",
        "put the jar of lib beside the plugin's");
  }

  @Test
  void aLibraryOfTheProgramIsNoPlugins() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .source(
            "bad.Uses",
            "package bad; final class Uses { Object found() throws Exception {"
                + " return Class.forName(\"com.google.inject.Guice\"); } }")
        .service("bad.Bad")
        .writeTo(folder, "bad.jar");
    catalog = PluginCatalog.discover(PluginSources.of(folder));
    ClassLoader loader =
        catalog.loaded(ExtensionPoint.ACTIVATION, "bent").plugin().getClass().getClassLoader();
    for (String hidden :
        List.of(
            "com.google.inject.Guice",
            "picocli.CommandLine",
            "dev.espalier.host.PluginCatalog",
            "dev.espalier.engine.Engine",
            "dev.espalier.plugins.activations.Gelu")) {
      assertThatThrownBy(() -> loader.loadClass(hidden)).isInstanceOf(ClassNotFoundException.class);
    }
  }

  private JarBuilder namingAsItsClassPath(String named) {
    return new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .service("bad.Bad")
        .entry("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nClass-Path: " + named + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"good.jar", "lib.jar good.jar", "file:/", "http://a/b"})
  void aManifestThatNamesJarsFromElsewhereIsRefused(String named) {
    namingAsItsClassPath(named).writeTo(folder, "bad.jar");
    String elsewhere = named.substring(named.indexOf(' ') + 1);
    assertFault(
        setAside(),
        Phase.RESOLVE,
        "the manifest of bad.jar names " + elsewhere + " as its class path",
        "into a folder of their own");
    assertLost("bent", "as its class path");
  }

  @Test
  void aManifestMayNameTheJarsBesideItAndSuchAsAreNotThere() {
    namingAsItsClassPath("lib.jar absent.jar").writeTo(folder.resolve("bad"), "bad.jar");
    new JarBuilder()
        .source("lib.Library", "package lib; public class Library {}")
        .writeTo(folder.resolve("bad"), "lib.jar");
    catalog = PluginCatalog.discover(PluginSources.of(folder));
    assertThat(catalog.quarantined()).isEmpty();
    assertThat(catalog.plugins()).extracting("id").containsExactly("bad", "good");
  }

  @Test
  void whatAJarSaysCannotWriteToATerminal() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .service("bad.\u001b[31mBad")
        .writeTo(folder, "bad.jar");
    Quarantined found = setAside();
    assertThat(found.cause()).contains("bad.?[31mBad");
  }

  /** A library as a module, whose one method returns a number that tells its version. */
  private Path libraryOf(String name, int version) {
    return new JarBuilder()
        .source("module-info", "module " + name + " { exports " + name + "; }")
        .source(
            name + ".Library",
            "package %s; public class Library { public static double factor%d() { return %d; } }"
                .formatted(name, version, version))
        .writeTo(folder.resolve("..").resolve("libraries" + version).normalize(), name + ".jar");
  }

  @Test
  void aLibraryOfTheWrongVersionIsSaidToBeOne() throws IOException {
    Path built = libraryOf("lib", 1);
    Path there = libraryOf("lib", 2);
    Path unit = Files.createDirectory(folder.resolve("bad"));
    new JarBuilder()
        .source(
            "bad.Bad",
            plugin("bad.Bad", "bad", "1", BENT + "System.out.print(lib.Library.factor1());"))
        .module("bad", "bad.Bad", "requires lib;")
        .against(built)
        .writeTo(unit, "bad.jar");
    Files.copy(there, unit.resolve("lib.jar"));
    assertFault(setAside(), Phase.CONTRIBUTE, "NoSuchMethodError", "another version");
    assertLost("bent", "NoSuchMethodError");
  }

  @Test
  void aConstructorThatThrowsIsShownWithItsCause() {
    broken("if (true) throw new IllegalStateException(\"no licence\");", info("bad"), BENT, "");
    assertFault(
        setAside(), Phase.CONSTRUCT, "IllegalStateException: no licence", "repair the plugin");
  }

  @Test
  void aStaticInitializerThatThrowsIsShownWithItsCause() {
    broken("", info("bad"), BENT, "static final int N = Integer.parseInt(\"many\");");
    assertFault(setAside(), Phase.CONSTRUCT, "NumberFormatException", "repair the plugin");
  }

  @Test
  void aPluginThatDoesNotSayWhoItIsIsSetAside() {
    broken("", "return null;", BENT, "");
    assertFault(setAside(), Phase.IDENTIFY, "info() is null", "repair the plugin");
  }

  @Test
  void anIdThatIsNoIdIsSetAside() {
    broken("", info("Not An Id"), BENT, "");
    assertFault(setAside(), Phase.IDENTIFY, "'Not An Id'", "another id");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 999, -1, Integer.MAX_VALUE})
  void anApiVersionOutOfRangeIsNamedWithTheOneThatIsSpoken(int version) {
    broken("", "return new PluginInfo(\"bad\", \"1\", " + version + ");", BENT, "");
    assertFault(
        setAside(), Phase.API_VERSION, "built against version " + version, "against version 1");
  }

  @Test
  void aPluginThatThrowsWhileItContributesLosesAllItsNames() {
    broken("", info("bad"), BENT + "throw new UnsupportedOperationException(\"later\");", "");
    assertFault(
        setAside(),
        Phase.CONTRIBUTE,
        "UnsupportedOperationException: later",
        "repair the plugin, or remove its jar");
    assertLost("bent", "UnsupportedOperationException: later");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throw new AssertionError(\"no\");",
        "throw new StackOverflowError(\"no\");",
        "throw new OutOfMemoryError(\"no\");",
        "throw new ThreadDeath();",
        "throw Sneaky.<RuntimeException>any(new Exception(\"no\"));"
      })
  void whateverAPluginThrowsStaysItsOwn(String statement) {
    broken(
        "",
        info("bad"),
        BENT + statement,
        "static final class Sneaky { @SuppressWarnings(\"unchecked\") static <T extends Throwable>"
            + " RuntimeException any(Throwable t) throws T { throw (T) t; } }");
    assertThat(setAside().phase()).isEqualTo(Phase.CONTRIBUTE);
    assertLost("bent", "was set aside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "try { Thread.sleep(1000); } catch (InterruptedException e) { }",
        "Thread.onSpinWait();"
      })
  void aPluginThatDoesNotComeToAnEndIsLeftBehind(String body) {
    broken("", info("bad"), BENT + forever(body), "");
    Quarantined found = setAside(SHORT_LIMIT);
    assertFault(found, Phase.CONTRIBUTE, "did not end within 3 s", "repair the plugin");
    assertThat(found.cause()).contains("being at bad.Bad.contribute");
    assertLost("bent", "did not end");
  }

  @Test
  void aConstructorThatDoesNotComeToAnEndIsLeftBehind() {
    broken(forever("Thread.onSpinWait();"), info("bad"), BENT, "");
    assertFault(setAside(SHORT_LIMIT), Phase.CONSTRUCT, "did not end within 3 s", "repair");
  }

  @Test
  void aNameThatIsRegisteredTwiceByOnePluginIsRefused() {
    broken("", info("bad"), BENT + BENT, "");
    assertFault(setAside(), Phase.REGISTER, "bent", "repair what the plugin registers");
    assertLost("bent", "was set aside");
  }

  @Test
  void aRefusedRegistrationThatThePluginCatchesIsFoundOutAllTheSame() {
    broken("", info("bad"), BENT + "try { " + BENT + " } catch (RuntimeException e) { }", "");
    assertFault(setAside(), Phase.REGISTER, "bent", "repair what the plugin registers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p.real(\"beta\", 2, \"\").in(0, 1)",
        "p.real(\"beta\", 0.5, \"\").in(0, 1) + p.real(\"beta\", 0.5, \"\").in(0, 2)",
        "p.integer(\"n\", -1, \"\").in(0, 5)",
      })
  void aSchemaWhoseDefaultsItRefusesItselfIsInvalid(String ask) {
    broken(
        "",
        info("bad"),
        "to.register(ExtensionPoint.ACTIVATION, \"bent\", Citation.cite(\"by definition\", \"x\"),"
            + " p -> { double v = "
            + ask
            + "; return x -> x.mul(v); });",
        "");
    assertThat(setAside().phase()).isEqualTo(Phase.SCHEMA);
    assertLost("bent", "was set aside");
  }

  @Test
  void aFactoryThatMakesNothingIsSetAside() {
    broken(
        "",
        info("bad"),
        "to.register(ExtensionPoint.ACTIVATION, \"bent\", Citation.cite(\"by definition\", \"x\"),"
            + " p -> null);",
        "");
    assertFault(setAside(), Phase.SCHEMA, "its factory made null", "tell the plugin's author");
  }

  @Test
  void aPackageOfTheHostIsNoPlugins() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .source("dev.espalier.engine.Engine", "package dev.espalier.engine; public class Engine {}")
        .service("bad.Bad")
        .writeTo(folder, "bad.jar");
    assertFault(
        setAside(),
        Phase.RESOLVE,
        "contains the package dev.espalier.engine",
        "leave Espalier's classes out");
  }

  @Test
  void aCopyOfTheApiIsNoPlugins() {
    new JarBuilder()
        .source("bad.Bad", scaling("bad.Bad", "bad", "1", "bent", 3))
        .source(
            "dev.espalier.api.plugin.Extra",
            "package dev.espalier.api.plugin; public class Extra {}")
        .service("bad.Bad")
        .writeTo(folder, "bad.jar");
    assertFault(setAside(), Phase.RESOLVE, "contains the package dev.espalier.api.plugin", "leave");
  }

  @Test
  void twoPluginsOfOneIdAreBothSetAsideWithBothPaths() {
    for (String version : List.of("1.0", "2.0")) {
      new JarBuilder()
          .source("twin.Twin", scaling("twin.Twin", "twin", version, "twin" + version.charAt(0), 3))
          .service("twin.Twin")
          .writeTo(folder, "twin-" + version + ".jar");
    }
    Quarantined found = setAside();
    assertFault(found, Phase.DUPLICATE_ID, "twin 1.0", "remove all but one");
    assertThat(found.cause()).contains("twin 2.0", "twin-1.0.jar", "twin-2.0.jar");
    assertLost("twin2", "several plugins have this id");
  }

  @Test
  void aNameOfTwoPluginsGoesToNeitherAndEachIsFoundByItsId() {
    for (String id : List.of("one", "two")) {
      new JarBuilder()
          .source(id + ".P", scaling(id + ".P", id, "1.1", "same", id.equals("one") ? 10 : 20))
          .service(id + ".P")
          .writeTo(folder, id + ".jar");
    }
    catalog = PluginCatalog.discover(PluginSources.of(folder));
    assertThat(catalog.quarantined()).isEmpty();
    assertThatThrownBy(() -> catalog.create(ExtensionPoint.ACTIVATION, "same", Map.of()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code().text()).isEqualTo("duplicate-name");
              assertThat(e.found()).contains("one 1.1", "one.jar", "two 1.1", "two.jar");
              assertThat(e.repair()).contains("same@one or same@two");
            });
    assertThat(catalog.describe("activation", "same@one").formula()).isEqualTo("10.0*x");
    assertThat(catalog.describe("activation", "same@two").formula()).isEqualTo("20.0*x");
    assertThat(catalog.describe("same@two")).extracting("formula").containsExactly("20.0*x");
    assertThatThrownBy(() -> catalog.describe("activation", "same@three"))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.found()).contains("one, two"));
  }

  @Test
  void everyFaultAtOnceLeavesTheGoodPluginAlone() throws IOException {
    for (int i = 0; i < 40; i++) {
      new JarBuilder()
          .source(
              "bad" + i + ".Bad",
              plugin("bad" + i + ".Bad", "bad" + i, "1", "throw new Error(\"" + i + "\");"))
          .service("bad" + i + ".Bad")
          .writeTo(folder, "bad" + i + ".jar");
    }
    Files.writeString(folder.resolve("notes.txt"), "no plugin");
    Files.createDirectory(folder.resolve("empty"));
    Files.writeString(folder.resolve(".hidden.jar"), "no plugin");
    catalog = PluginCatalog.discover(PluginSources.of(folder));
    assertThat(catalog.quarantined()).hasSize(40);
    assertThat(catalog.plugins()).extracting("id").containsExactly("good");
  }
}
