package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PluginsCommandTest {
  @TempDir Path folder;

  private void pinned(String golden, String... arguments) {
    Outcome outcome = new Program(folder).run(arguments);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    Golden.check(golden, outcome.out());
  }

  @Test
  void everyExtensionIsListedWithItsPluginAndFormula() {
    pinned("plugins-list.txt", "plugins", "list");
  }

  @Test
  void theListIsJsonWhereAProgramReads() {
    pinned("plugins-list.json", "plugins", "list", "--json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "gelu", "identity", "softmax-cross-entropy", "cosine"})
  void anExtensionIsDescribedWithItsHyperparameters(String name) {
    pinned("describe-" + name + ".txt", "plugins", "describe", name);
  }

  @Test
  void aDescriptionIsJsonWhereAProgramReads() {
    pinned("describe-adamw.json", "plugins", "describe", "adamw", "--json");
  }

  @Test
  void theWorksOfAnExtensionAreBibtex() {
    pinned(
        "describe-softmax-cross-entropy.bib",
        "plugins",
        "describe",
        "softmax-cross-entropy",
        "--bibtex");
  }

  @Test
  void theWorksThatARunUsedAreListed() {
    Program program = new Program(folder);
    TinyRun.writeTo(program);
    assertThat(program.run("train", "run.yaml", "--out", "run").code()).isZero();

    Outcome text = program.run("plugins", "cite", "run");
    assertThat(text.err()).isEmpty();
    Golden.check("cite-run.txt", text.out());
    Golden.check("cite-run.bib", program.run("plugins", "cite", "run", "--bibtex").out());
    assertThat(program.run("plugins", "cite", "run", "--json").out())
        .startsWith("{\"uses\":[{")
        .endsWith("\"missing\":[]}\n");

    assertThat(program.run("plugins", "cite", "nowhere").err()).startsWith("error[file-not-found]");
  }

  @Test
  void everyExtensionThatIsAboutMathematicsNamesItsWork() {
    String list = new Program(folder).run("plugins", "document").out();
    assertThat(list.lines().filter(line -> line.startsWith("* source: ")))
        .allSatisfy(line ->
            assertThat(line)
                .matches(
                    ".*\\b(1[89]|20)\\d\\d\\b.*|.*: (by definition|JEP 529|NVIDIA, .*|Intel, .*)"));
  }

  @Test
  void thePageOfThePluginsIsCurrent() throws IOException {
    Path page = Golden.resources().resolve("../../../../../docs/plugins.md").normalize();
    assertThat(Files.readString(page))
        .as("docs/plugins.md; renew it: ./espalier plugins document --out docs/plugins.md")
        .isEqualTo(new Program(folder).run("plugins", "document").out());
  }

  @Test
  void aMisspelledNameIsAnsweredWithTheNearest() {
    Outcome outcome = new Program(folder).run("plugins", "describe", "gelo");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            """
            error[unknown-name]: 'gelo' is an extension's name
              found:  no plugin registers it
              repair: did you mean 'gelu'?
            """);
  }

  @Test
  void faultyPluginsAreListedWithTheirReasonsAndTheRestGoOn() {
    Outcome outcome = new Program(folder).withBrokenPlugins().run("plugins", "list");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("relu", "softmax-cross-entropy", "own");
    String here = Path.of("target", "test-classes").toAbsolutePath().toString();
    Golden.check(
        "plugins-set-aside.txt",
        outcome.out().substring(outcome.out().indexOf("contested")).replace(here, "FOLDER"));
  }

  @Test
  void whoNeedsANameThatIsNotThereIsToldWhy() {
    Program program = new Program(folder).withBrokenPlugins();

    Outcome contested = program.run("plugins", "describe", "mish");
    assertThat(contested.code()).isEqualTo(1);
    assertThat(contested.err())
        .startsWith("error[duplicate-name]")
        .containsPattern(
            "registered by broken.another 1.0 \\(.*\\) and by espalier.activations 0.1.0 \\(.*\\)")
        .contains("write mish@broken.another or mish@espalier.activations");
    assertThat(program.run("plugins", "describe", "mish@espalier.activations").out())
        .startsWith("activation mish\n  formula:  x*tanh(softplus(x))");

    Outcome lost = program.run("plugins", "describe", "half-way");
    assertThat(lost.code()).isEqualTo(1);
    assertThat(lost.err())
        .startsWith("error[plugin-fault]")
        .contains("NoSuchMethodError: library.Thing.gone()")
        .doesNotContain("\tat ");
  }

  @Test
  void theBackendsAreListedWithTheReasonWhyOneCannotRun() {
    Outcome outcome = new Program(folder).run("backends");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).containsPattern("(?m)^cuda +not usable: .+; .+$");
  }
}
