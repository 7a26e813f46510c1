package dev.espalier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.conformance.accountant.AccountantMutants;
import dev.espalier.conformance.activation.ActivationMutants;
import dev.espalier.conformance.backend.BackendMutants;
import dev.espalier.conformance.derivative.EngineMutants;
import dev.espalier.conformance.estimator.EstimatorMutants;
import dev.espalier.conformance.initializer.InitializerMutants;
import dev.espalier.conformance.loss.LossMutants;
import dev.espalier.conformance.operation.OperationMutants;
import dev.espalier.conformance.optimizer.OptimizerMutants;
import dev.espalier.conformance.plugin.PluginMutants;
import dev.espalier.conformance.rule.Rule;
import dev.espalier.conformance.rule.RuleBook;
import dev.espalier.conformance.schedule.ScheduleMutants;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit itself: every rule is tried, and catches what it is there for. */
final class RuleMetaTest {
  static List<Mutant> mutants() {
    return Stream.of(
            AccountantMutants.all(),
            ActivationMutants.all(),
            BackendMutants.all(),
            EngineMutants.all(),
            EstimatorMutants.all(),
            InitializerMutants.all(),
            LossMutants.all(),
            OperationMutants.all(),
            OptimizerMutants.all(),
            PluginMutants.all(),
            ScheduleMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void everyMutantIsCaughtByTheRuleThatIsMeantToCatchIt(Mutant mutant) {
    assertThat(mutant.killed()).as(mutant.toString()).isTrue();
  }

  @Test
  void everyRuleCatchesAMutant() {
    assertThat(mutants().stream().map(Mutant::rule).collect(Collectors.toSet())).isEqualTo(rules());
  }

  @Test
  void everyRuleIsTriedAndEverythingTriedIsARule() {
    assertThat(Conformance.rules()).isEqualTo(rules());
  }

  @Test
  void thereAreAtLeastFortyMutantsAndNoTwoOfOneName() {
    assertThat(mutants()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(mutants().stream().map(Mutant::name)).doesNotHaveDuplicates();
  }

  private static Set<String> rules() {
    return RuleBook.standard().all().stream().map(Rule::id).collect(Collectors.toSet());
  }
}
