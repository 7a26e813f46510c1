package dev.espalier.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The house rules over every class of the program; and over mutants, each of which a rule must
 * catch.
 */
final class HouseRulesTest {
  private static final String PROGRAM = "dev.espalier";
  private static final String MUTANTS = "dev.espalier.integration.architecture.mutants";

  @TestFactory
  Stream<DynamicTest> theProgramKeeps() {
    JavaClasses program =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PROGRAM);
    return HouseRules.all(PROGRAM).stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(program)));
  }

  @Test
  void theProgramIsReallyLookedAt() {
    JavaClasses program =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PROGRAM);

    assertThat(program.contain("dev.espalier.api.EspalierException")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          engine uses, of Espalier, only itself and [api]      | engine.UsesTraining
          backend.cpu uses, of Espalier, only itself and [api] | backend.cpu.UsesEngine
          plugins uses, of Espalier, only itself and [api]     | plugins.losses.UsesHost
          no family of plugins uses another                    | plugins.losses.UsesOptimizers
          com.google.inject is used only in [host]             | cli.UsesGuice
          jakarta.inject is used only in [host]                | plugins.losses.UsesInject
          org.ejml is used only in [engine]                    | training.UsesEjml
          jdk.incubator.vector is used only in [backend.cpu.kernel] | backend.cpu.UsesVectors
          java.lang.foreign is used only in [backend.cpu.kernel, backend.cpu.machine, backend.cuda.driver, host.scan, plugins.onednn, training.checkpoint] | backend.cpu.UsesNativeCode
          picocli is used only in [cli]                        | host.UsesPicocli
          the packages of engine form no cycle                 | engine.one.First
          only VectorLanes has vectors of another width than the preferred one | backend.cpu.kernel.UsesAnotherShape
          only VectorLanes has vectors of another width than the preferred one | backend.cpu.kernel.UsesAnotherSpecies
          """)
  void eachMutantIsCaughtByItsRule(String description, String mutant) {
    JavaClasses mutants = new ClassFileImporter().importPackages(MUTANTS);
    List<ArchRule> rules =
        HouseRules.all(MUTANTS).stream()
            .filter(rule -> rule.getDescription().equals(description))
            .toList();

    assertThat(rules).hasSize(1);
    assertThat(rules.getFirst().evaluate(mutants).getFailureReport().toString())
        .contains(MUTANTS + "." + mutant);
  }
}
