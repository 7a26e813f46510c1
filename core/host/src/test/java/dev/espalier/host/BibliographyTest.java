package dev.espalier.host;

import static dev.espalier.api.plugin.Citation.cite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.plugin.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class BibliographyTest {
  private static final Reference PAPER =
      Reference.article("Nature 1", 2020, "On 50% of A_B & {C}", "René Doe", "{Some & Co}")
          .at("doi:10.1000/a_b");

  @Test
  void anEntryHasItsFieldsEscaped() {
    assertThat(Bibliography.of(List.of(cite(PAPER, "x"))).bibtex())
        .isEqualTo(
            """
            @article{doe2020on,
              author = {René Doe and {Some \\& Co}},
              title = {{On 50\\% of A\\_B \\& \\{C\\}}},
              journal = {Nature 1},
              year = {2020},
              doi = {10.1000/a_b},
            }
            """);
  }

  @Test
  void aPreprintHasItsEprint() {
    Reference preprint = Reference.arxiv("1908.08681", 2019, "Mish", "Diganta Misra");
    assertThat(Bibliography.of(List.of(cite(preprint, "x"))).bibtex())
        .startsWith("@misc{misra2019mish,")
        .contains("eprint = {1908.08681},", "archiveprefix = {arXiv},");
  }

  @Test
  void everyWorkIsThereOnceAndKeysDiffer() {
    Reference other = Reference.book("P", 2020, "On another", "Jane Doe");
    String text =
        Bibliography.of(List.of(cite(PAPER, "x"), cite(other, "y").and(PAPER), cite(PAPER, "z")))
            .bibtex();
    assertThat(text).containsOnlyOnce("{doe2020on,").containsOnlyOnce("{doe2020ona,");
    assertThat(text.lines().filter(l -> l.startsWith("@"))).hasSize(2);
  }

  @Test
  void aSourceThatIsOnlyATextIsAComment() {
    assertThat(Bibliography.of(List.of(cite("by\ndefinition", "x"))).bibtex())
        .isEqualTo("% by definition\n");
  }
}
