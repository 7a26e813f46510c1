package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.plugin;
import static dev.espalier.integration.plugins.Sources.scaling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.host.PluginFacts;
import dev.espalier.integration.cli.Program;
import dev.espalier.integration.cli.Program.Outcome;
import dev.espalier.training.json.Json;
import dev.espalier.training.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin is, can do and does right, before it is trusted. */
final class PluginVerifyTest {
  private static final String GOLDEN =
      """
      # origin: the definition 1
      # set:
      step,total,factor
      0,1,1
      5,10,1
      1000,1000,1
      """;

  @TempDir Path folder;

  private Outcome verify(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "plugins";
    all[1] = "verify";
    all[2] = "--quick";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return new Program(folder).run(all);
  }

  private static String lastLine(Outcome outcome) {
    return outcome.out().lines().toList().getLast();
  }

  /** A schedule that is 1: everything about it is right. */
  private static JarBuilder steady(String id, String name, String more) {
    return new JarBuilder()
        .source(
            "steady.P",
            plugin(
                "steady.P",
                id,
                "1.0",
                """
                %s
                to.register(ExtensionPoint.SCHEDULE, "%s", Citation.cite("by definition", "1"),
                    p -> (step, total) -> step.onesLike());
                """
                    .formatted(more, name)))
        .service("steady.P")
        .entry("steady/" + name + ".golden.csv", GOLDEN);
  }

  private Path steady() {
    return steady("third.steady", "steady", "")
        .module("third.steady", "steady.P")
        .writeTo(folder.resolve("mine"), "steady.jar");
  }

  @Test
  void aPluginThatConformsIsShownWithAllThatIsKnownOfIt() {
    Path jar = steady();
    Outcome outcome = verify("mine/steady.jar");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).as(outcome.out()).isZero();
    assertThat(outcome.out())
        .startsWith("mine/steady.jar\n")
        .contains(
            PluginFacts.of(jar).sha256(),
            "signature:  not signed",
            "module:     third.steady\n",
            "requires:   dev.espalier.api\n",
            "nothing was found of what is looked for",
            "no proof of harmlessness",
            "plugin third.steady 1.0\n",
            "built against version 1; this program has version 1",
            "loaded as:   module third.steady",
            "schedule  steady  1  by definition  hyperparameters: 0\n",
            "conformance, quick tier\n")
        .containsPattern("schedule steady +SCH-1 +1 +0 +0 +0\n");
    assertThat(lastLine(outcome)).startsWith("conforms: ");
  }

  @Test
  void aPlainJarWithCapabilitiesAndAContestedNameIsShownAsSuch() {
    steady("third.cosine", "cosine", "")
        .source(
            "steady.More",
            """
            package steady;
            class More {
              void a() throws Exception { new ProcessBuilder().start(); }
              void b() throws Exception { new ProcessBuilder().start(); }
              void c() throws Exception { Runtime.getRuntime().exec(new String[0]); }
            }
            """)
        .source(
            "steady.P",
            plugin(
                    "steady.P",
                    "third.cosine",
                    "1.0",
                    """
                    to.register(ExtensionPoint.SCHEDULE, "cosine",
                        Citation.cite("by definition", "1"), p -> (step, total) -> step.onesLike());
                    """)
                .replace(
                    "public PluginInfo info() {",
                    "public PluginInfo info() { if (hashCode() < 0) { System.exit(1); }"))
        .writeTo(folder, "cosine.jar");
    Outcome outcome = verify("cosine.jar");
    assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out())
        .contains(
            "module:     no descriptor",
            "loaded as:   class path",
            "contested: espalier.schedules registers it too; write cosine@third.cosine",
            """
            starts or ends processes
              steady.More.a uses java.lang.ProcessBuilder.<init>
              steady.More.a uses java.lang.ProcessBuilder.start
              steady.More.b uses java.lang.ProcessBuilder.<init>
              and 2 more
            """
                .indent(2),
            "  ends the program\n    steady.P.info uses java.lang.System.exit\n");
  }

  @Test
  void aRuleThatFailsIsNamedAndEndsWithOne() {
    new JarBuilder()
        .source("scale.P", scaling("scale.P", "third.scale", "1.0", "scale", 2))
        .service("scale.P")
        .writeTo(folder, "scale.jar");
    Outcome outcome = verify("scale.jar");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains(
            "ACT-1 activation scale / ",
            "there is no file scale.golden.csv beside the plugin",
            "activation  scale  2.0*x");
    assertThat(lastLine(outcome)).startsWith("does not conform: ");
  }

  @Test
  void wrongGoldenPointsAreTold() {
    steady("third.steady", "steady", "")
        .entry("steady/steady.golden.csv", GOLDEN.replace("5,10,1", "5,10,0.5"))
        .writeTo(folder, "steady.jar");
    Outcome outcome = verify("steady.jar");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("SCH-1 schedule steady / ", "factor at step 5.0 of 10.0");
  }

  @Test
  void whatCannotBeLoadedIsShownWithItsFactsAndTheReason() throws Exception {
    Path jar =
        new JarBuilder()
            .source(
                "late.P",
                plugin("late.P", "third.late", "1", "System.loadLibrary(\"no-such-library\");"))
            .service("late.P")
            .writeTo(folder, "late.jar");
    PluginTrustTest.sign(folder, jar);
    Outcome outcome = verify("late.jar", "--keep");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains(
            PluginFacts.of(jar).sha256(),
            "signature:  signed by CN=An Author (certificate SHA-256 ",
            "late.P.contribute uses java.lang.System.loadLibrary",
            "set aside: third.late\n",
            "phase:  contribute\n",
            "cause:  UnsatisfiedLinkError: no no-such-library in java.library.path",
            "repair: ");
    assertThat(lastLine(outcome))
        .isEqualTo("does not conform: it is set aside in phase contribute");
    assertThat(folder.resolve("late.jar.conformance.json")).doesNotExist();
  }

  @Test
  void whatIsNoJarIsShownWithItsHash() throws IOException {
    Path jar = Files.writeString(folder.resolve("text.jar"), "no jar");
    Outcome outcome = verify("text.jar");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(PluginFacts.of(jar).sha256(), "cannot be read\n    text.jar: ", "phase:  read");
    assertThat(verify("nowhere.jar").err()).startsWith("error[file-not-found]: ");
    assertThat(verify(".").err()).startsWith("error[bad-value]: ");
  }

  @Test
  void aFolderIsShownWithItsLibrariesAndADamagedClass() throws IOException {
    Path unit = folder.resolve("unit");
    Path library =
        new JarBuilder()
            .source("lib.L", "package lib; public class L { native void call(); }")
            .entry("lib/Damaged.class", "no class")
            .writeTo(unit, "lib.jar");
    steady("third.steady", "steady", "").against(library).writeTo(unit, "steady.jar");
    Outcome outcome = verify("unit");
    assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out())
        .contains(
            "jar:          lib.jar",
            "jar:          steady.jar",
            "lib.L.call is native",
            "cannot be read\n    lib/Damaged.class: ");
  }

  @Test
  void theJsonSaysTheSame() throws Exception {
    Path jar = steady();
    Outcome outcome = verify("mine/steady.jar", "--json");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out().lines()).hasSize(1);
    JsonObject root = json(outcome);
    assertThat(root.text("sha256")).isEqualTo(PluginFacts.of(jar).sha256());
    assertThat(root.integer("bytes")).isEqualTo(Files.size(jar));
    assertThat(root.objects("plugins").getFirst().objects("extensions").getFirst().text("name"))
        .isEqualTo("steady");
    assertThat(root.object("report").objects("rules")).isNotEmpty();
    assertThat(root.object("scan").objects("capabilities")).isEmpty();
    assertThat(root.tree("report")).containsEntry("conforms", true);

    Files.writeString(folder.resolve("text.jar"), "no jar");
    Outcome aside = verify("text.jar", "--json");
    assertThat(aside.code()).isEqualTo(1);
    assertThat(json(aside).objects("quarantined").getFirst().text("phase")).isEqualTo("read");
    assertThat(json(aside).has("report")).isFalse();
  }

  private static JsonObject json(Outcome outcome) throws IOException {
    return JsonObject.of("", Json.parse(outcome.out().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aKeptReportIsToldWhereThePluginIsDescribedAndNotOfAnotherFile() throws IOException {
    Path jar = steady();
    String before = PluginFacts.of(jar).sha256();
    assertThat(describe()).doesNotContain("conformance:");
    Outcome kept = verify("mine/steady.jar", "--keep");
    assertThat(kept.code()).as(kept.out()).isZero();
    assertThat(kept.out()).contains("report kept: ");
    Path report = folder.resolve("mine/steady.jar.conformance.json");
    assertThat(report).exists();
    assertThat(describe())
        .containsPattern(
            "conformance:  3 of 3 trials of 3 rules passed, on 20\\d\\d-\\d\\d-\\d\\d, quick tier\n");

    steady("third.steady", "steady", "int more = 1;").writeTo(folder.resolve("mine"), "steady.jar");
    assertThat(describe())
        .contains("conformance:  a report of another file (SHA-256 " + before + ")\n");

    Files.writeString(report, "{");
    assertThat(describe()).contains("conformance:  a report that cannot be read: ");
  }

  private String describe() {
    Outcome outcome = new Program(folder).run("plugins", "describe", "steady", "--plugins", "mine");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.out();
  }

  @Test
  void withoutRunningNoneOfItsCodeRuns() throws Exception {
    steady(
            "third.steady",
            "steady",
            "try { java.nio.file.Files.writeString(java.nio.file.Path.of(\"ran\"), \"\"); }"
                + " catch (java.io.IOException e) { throw new IllegalStateException(e); }")
        .writeTo(folder, "steady.jar");

    Outcome read = new Program(folder).run("plugins", "verify", "steady.jar", "--without-running");
    assertThat(read.code()).as(read.err()).isZero();
    assertThat(read.out())
        .contains("SHA-256:", "reads or writes files", "no proof of harmlessness")
        .doesNotContain("registers", "conforms");
    Outcome json =
        new Program(folder).run("plugins", "verify", "steady.jar", "--without-running", "--json");
    JsonObject members =
        JsonObject.of("", Json.parse(json.out().strip().getBytes(StandardCharsets.UTF_8)));
    assertThat(members.text("sha256"))
        .isEqualTo(PluginFacts.sha256Of(folder.resolve("steady.jar")));
    assertThat(json.out()).doesNotContain("conforms");
    assertThat(folder.resolve("ran")).doesNotExist();

    assertThat(verify("steady.jar").code()).isZero();
    assertThat(folder.resolve("ran")).exists();
  }
}
