package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conformance rules through the program. */
final class ConformanceCommandTest {
  @TempDir Path folder;

  @Test
  void aBackendThatConformsEndsWithZeroAndItsReports() throws Exception {
    Path json = folder.resolve("report.json");
    Path html = folder.resolve("report.html");
    Program.Outcome done =
        new Program(folder)
            .run(
                "conformance",
                "run",
                "--backend",
                "cpu",
                "--quick",
                "--json",
                json.toString(),
                "--html",
                html.toString());

    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out()).contains("conforms:", "OP-1", "BE-16");
    assertThat(Files.readString(json)).contains("\"conforms\":true");
    assertThat(Files.readString(html)).contains("It conforms.");
  }

  @Test
  void aBackendThatCannotRunHereIsCountedAndFailsOnlyWhereItIsRequired() throws Exception {
    Program program = new Program(folder);
    Program.Outcome counted = program.run("conformance", "run", "--backend", "cuda", "--quick");
    Program.Outcome required =
        program.run("conformance", "run", "--backend", "cuda", "--quick", "--require");

    assertThat(counted.code()).as(counted.err()).isZero();
    assertThat(counted.out()).containsPattern("cuda: 0 of [0-9,]+ trials run: ");
    assertThat(required.code()).isEqualTo(1);
  }

  @Test
  void aPathWithoutAPluginIsRefusedInThreeLines() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.jar"), "not a jar");
    Program.Outcome refused =
        new Program(folder).run("conformance", "run", "--plugin", garbage.toString());

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("error[plugin-fault]", "found:", "repair:");
    assertThat(refused.err()).doesNotContain("\tat ");
  }
}
