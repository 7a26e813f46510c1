package dev.espalier.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Subject;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a failing random graph is reported as. */
final class ShrinkTest {
  @Test
  void aMistakeInOneOperationIsShrunkToThatOperation() {
    assertThat(problems("a fused multiply and add that forgets the addend"))
        .isNotEmpty()
        .allMatch(problem -> problem.matches("(?s).*shrunk from \\d+ nodes to [12]:.*"))
        .allMatch(problem -> problem.startsWith("seed "))
        .allMatch(problem -> problem.contains("expected"));
  }

  private static List<String> problems(String mutant) {
    Mutant of =
        OperationMutants.all().stream()
            .filter(m -> m.name().equals(mutant))
            .findFirst()
            .orElseThrow();
    return problems(of.suite(), of.rule()).toList();
  }

  private static <S extends Subject> Stream<String> problems(Suite<S> suite, String rule) {
    return suite.checks().stream()
        .filter(check -> check.rule().equals(rule))
        .<Suite.Planned>flatMap((Check<? super S> check) -> suite.planned(check, Tier.QUICK))
        .map(Suite.Planned::run)
        .map(Result::problems)
        .flatMap(List::stream);
  }
}
