package dev.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.benchmarks.kernels.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultsFileTest {
  private static final String TEXT =
      """
      By hand before.
      <!-- generated: gemm -->
      old
      <!-- end: gemm -->
      By hand between.
      <!-- generated: peers -->
      <!-- end: peers -->
      By hand behind.
      """;

  @TempDir Path folder;

  @Test
  void aSectionIsReplacedAndEverythingElseStays() throws IOException {
    Path path = Files.writeString(folder.resolve("RESULTS.md"), TEXT);

    new ResultsFile(path).replace("gemm", "| new |\n");
    new ResultsFile(path).replace("gemm", "| newer |\n");
    new ResultsFile(path).replace("peers", "rates");

    assertThat(path)
        .hasContent(
            TEXT.replace("old\n", "\n| newer |\n\n")
                .replace("peers -->\n<!--", "peers -->\n\nrates\n\n<!--"));
  }

  @Test
  void aFileWithoutTheSectionIsNotWritten() throws IOException {
    Path path = Files.writeString(folder.resolve("RESULTS.md"), TEXT);

    assertThatThrownBy(() -> new ResultsFile(path).replace("softmax", "x"))
        .hasMessageContaining("<!-- generated: softmax -->")
        .hasMessageContaining("repair: add the two lines");
    assertThat(path).hasContent(TEXT);
  }

  /** Every family that is measured has its place in the file that is kept. */
  @Test
  void theResultsHaveASectionForEachFamilyAndForThePeers() throws IOException {
    String results = Files.readString(Path.of("RESULTS.md"));

    assertThat(results).contains("<!-- generated: peers -->\n", "<!-- end: peers -->\n");
    assertThat(new Workloads(Installation.discover()).families())
        .isNotEmpty()
        .allSatisfy(family ->
            assertThat(results)
                .contains(
                    "<!-- generated: " + family + " -->\n", "<!-- end: " + family + " -->\n"));
  }
}
