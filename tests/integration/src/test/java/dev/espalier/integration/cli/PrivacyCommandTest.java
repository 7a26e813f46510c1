package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivacyCommandTest {
  @TempDir Path folder;

  private Outcome privacy(String... arguments) {
    List<String> all = new ArrayList<>(List.of("privacy"));
    all.addAll(List.of(arguments));
    return new Program(folder).run(all.toArray(String[]::new));
  }

  @Test
  void theEpsilonOfStepsIsTold() {
    Outcome outcome =
        privacy(
            "epsilon",
            "--sampling-rate",
            "0.04",
            "--noise",
            "1.5",
            "--steps",
            "2250",
            "--delta",
            "1e-5");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("at most 7.32835 ").contains("rdp, a bound; order 3.9410");
  }

  @Test
  void anApproximationSaysThatItIsNoBound() {
    Outcome outcome =
        privacy("epsilon", "--phase", "0.01:1:9", "--delta", "1e-5", "--accountant", "gdp");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("about ").contains("not a bound");
  }

  @Test
  void aBudgetGivesNoiseToAProgram() {
    Outcome outcome =
        privacy(
            "calibrate",
            "--epsilon",
            "3",
            "--delta",
            "1e-5",
            "--sampling-rate",
            "0.01",
            "--steps",
            "1000",
            "--accountant",
            "pld",
            "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern("\"epsilon\":2\\.99[0-9]+")
        .contains("\"kind\":\"certified-bound\"")
        .contains("\"guarantee\":true");
  }

  @Test
  void whatIsWrongIsSaidInThreeLines() {
    Outcome unknown =
        privacy("epsilon", "--phase", "0.01:1:100", "--delta", "1e-5", "--accountant", "rpd");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean 'rdp'?").doesNotContain("\tat ");
    Outcome delta = privacy("epsilon", "--phase", "0.01:1:100", "--delta", "2");
    assertThat(delta.code()).isEqualTo(2);
    assertThat(delta.err()).contains("delta is in (0, 1)").doesNotContain("\tat ");
  }
}
