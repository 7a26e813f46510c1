package dev.espalier.api.plugin;

import static dev.espalier.api.plugin.Citation.cite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final Reference MISH =
      Reference.arxiv("1908.08681", 2019, "Mish: A Self Regularized ...", "Diganta Misra");
  private static final Reference ELU =
      Reference.inProceedings("ICLR", 2016, "Fast ...", "Djork-Arné Clevert", "T. U", "S. H");

  @Test
  void theKeyIsMadeOfNameYearAndFirstWordInPlainLetters() {
    assertThat(MISH.key()).isEqualTo("misra2019mish");
    assertThat(ELU.key()).isEqualTo("clevert2016fast");
    assertThat(Reference.book("F", 1805, "Méthode", "René Müller-Álvarez").key())
        .isEqualTo("mulleralvarez1805methode");
    assertThat(Reference.other("", 2025, "JEP 529", "{OpenJDK}").key()).isEqualTo("openjdk2025jep");
  }

  @Test
  void theShortTextSaysWhoWhenAndWhere() {
    assertThat(MISH.shortText()).isEqualTo("Misra 2019, arXiv:1908.08681");
    assertThat(ELU.shortText()).isEqualTo("Clevert et al. 2016, ICLR");
    assertThat(ELU.at("doi:10.1/x").shortText()).isEqualTo("Clevert et al. 2016, doi:10.1/x");
    assertThat(Reference.other("", 2020, "T", "A B", "C D").shortText()).isEqualTo("B & D 2020");
  }

  @Test
  void aCitationOfATextNamesNoWork() {
    assertThat(cite("by definition", "x").references()).isEmpty();
    assertThat(cite("by definition", "x").source()).isEqualTo("by definition");
  }

  @Test
  void aCitationOfWorksNamesThemInOrder() {
    Citation both = cite(MISH, "f").and(ELU);
    assertThat(both.references()).containsExactly(MISH, ELU);
    assertThat(both.source()).isEqualTo("Misra 2019, arXiv:1908.08681; Clevert et al. 2016, ICLR");
    assertThat(both).isEqualTo(cite(List.of(MISH, ELU), "f"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1908.08681", "arXiv:", "doi:x", "ftp://host/x", "arXiv:1 2"})
  void anIdentifierOfNoKnownFormIsRefused(String identifier) {
    assertThatThrownBy(() -> MISH.at(identifier)).isInstanceOf(EspalierException.class);
  }

  @Test
  void whatIsMissingIsRefused() {
    assertThatThrownBy(() -> Reference.book("P", 2000, "T")).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Reference.book("P", 2000, " ", "A"))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Reference.book("P", 2000, "T", "A", ""))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Reference.book("P", 20, "T", "A"))
        .isInstanceOf(EspalierException.class);
  }
}
