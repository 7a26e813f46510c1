package dev.espalier.conformance.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What its author knows to be wrong with a subject. */
final class KnownGapsTest {
  private static final String GAP = "# why\n\nOP-1 | it | fails | not yet\n";

  private record It(String name, KnownGaps gaps) implements Subject {}

  /** A trial that fails, one that passes and one that throws. */
  private static List<Result> run(String gaps, Optional<String> unavailable) {
    Check<It> check =
        new Check<>(
            "OP-1",
            (subject, tier) ->
                Stream.of(
                    new Trial("fails", findings -> findings.problem("1 for 2")),
                    new Trial("passes", findings -> {}),
                    new Trial(
                        "throws",
                        findings -> {
                          throw new IllegalStateException("boom");
                        })));
    It it = new It("it", KnownGaps.parse(gaps));
    return new Suite<>(it, List.of(check), unavailable).run(Tier.QUICK, result -> {});
  }

  private static List<Result.Status> statuses(List<Result> results) {
    return results.stream().map(Result::status).toList();
  }

  @Test
  void aTrialThatFailsAndIsListedIsAKnownGapAndOthersFail() {
    List<Result> results = run(GAP, Optional.empty());

    assertThat(statuses(results))
        .containsExactly(Result.Status.KNOWN_GAP, Result.Status.PASSED, Result.Status.FAILED);
    assertThat(results.get(2).problems().getFirst()).contains("boom");
  }

  @Test
  void aListedTrialThatPassesFails() {
    List<Result> results = run(GAP.replace("fails", "passes"), Optional.empty());

    assertThat(results.get(1).status()).isEqualTo(Result.Status.GAP_CLOSED);
    assertThat(results.get(1).status().conforms()).isFalse();
  }

  @Test
  void aSubjectThatCannotRunHereHasItsTrialsCountedAndNoneRun() {
    List<Result> results = run("", Optional.of("no libcuda.so.1"));

    assertThat(statuses(results)).containsOnly(Result.Status.NOT_RUN).hasSize(3);
    assertThat(results.getFirst().problems()).containsExactly("no libcuda.so.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OP-1",
        "OP-1 | it | fails",
        "OP-1 | it | fails |",
        "| it | fails | why",
        "OP-1 | it | fails | why\nOP-1 | it | fails | again"
      })
  void aLineThatIsNoGapIsRefused(String text) {
    assertThatThrownBy(() -> KnownGaps.parse(text))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE));
  }

  @Test
  void damagedTextIsReadOrRefusedAndNothingElse() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder(GAP);
      for (int edit = 0; edit < 4; edit++) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(10, 128));
      }
      try {
        KnownGaps.parse(text.toString());
      } catch (EspalierException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"* **OP-1** A.\n* **OP-1** B.", "* **XX-1** A."})
  void rulesOfOneIdOrOfNoFamilyAreRefused(String text) {
    assertThatThrownBy(() -> RuleBook.parse(text))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE));
  }

  @Test
  void aRuleGoesOnInIndentedLines() {
    RuleBook book = RuleBook.parse("# Rules\n\n* **OP-1** One\n  and more.\n\nText.\n");

    assertThat(book.rule("OP-1").statement()).isEqualTo("One and more.");
    assertThat(book.all()).hasSize(1);
  }
}
