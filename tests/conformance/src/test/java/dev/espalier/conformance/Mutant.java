package dev.espalier.conformance;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Subject;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;

/**
 * A wrong subject.
 *
 * @param name the mistake
 * @param rule the id of the rule that is meant to catch it
 * @param suite the subject with its checks
 */
public record Mutant(String name, String rule, Suite<?> suite) {
  /** Whether the rule catches it. */
  public boolean killed() {
    try {
      return killed(suite, Tier.QUICK) || killed(suite, Tier.FULL);
    } finally {
      suite.subject().close();
    }
  }

  private <S extends Subject> boolean killed(Suite<S> of, Tier tier) {
    for (Check<? super S> check : of.checks()) {
      if (check.rule().equals(rule)
          && of.planned(check, tier)
              .anyMatch(planned -> planned.run().status() == Result.Status.FAILED)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return rule + " catches " + name;
  }
}
