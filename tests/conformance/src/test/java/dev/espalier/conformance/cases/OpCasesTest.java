package dev.espalier.conformance.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.numerics.Closeness;
import dev.espalier.conformance.numerics.Tolerances;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpCasesTest {
  private static final List<OpCase> ALL = OpCases.all();

  @Test
  void everyOperationOfTheSealedSetHasACase() {
    Set<String> found = new TreeSet<>();
    ALL.forEach(c -> collect(c.graph(), found));
    Set<String> wanted =
        Stream.of(Op.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).isEqualTo(wanted);
  }

  private static void collect(Graph graph, Set<String> found) {
    for (Node node : graph.nodes()) {
      found.add(node.op().getClass().getSimpleName());
      node.op().graphs().forEach(inner -> collect(inner, found));
    }
  }

  @Test
  void namesAreUnlikeEachOther() {
    assertThat(ALL.stream().map(OpCase::name)).doesNotHaveDuplicates();
  }

  @Test
  void theReferenceGivesTheTypesOfTheGraphForEveryCase() {
    for (OpCase c : ALL) {
      List<NdArray> results = Reference.run(c.graph(), c.inputs());
      assertThat(results.stream().map(NdArray::type).toList())
          .as(c.name())
          .isEqualTo(c.graph().outputTypes());
    }
  }

  @Test
  void whatIsSmoothIsFinite() {
    for (OpCase c : OpCases.differentiable(DType.F64, DType.F32)) {
      for (NdArray result : Reference.run(c.graph(), c.inputs())) {
        assertThat(Arrays.stream(result.toDoubles()).allMatch(Double::isFinite))
            .as(c.name())
            .isTrue();
      }
    }
  }

  @Test
  void theSameCasesComeEveryTime() {
    assertThat(OpCases.all(DType.F32, DType.BOOL)).isEqualTo(OpCases.all(DType.F32, DType.BOOL));
  }

  @Test
  void f32AgreesWithTheSameGraphInF64WithinTheTolerances() {
    Tolerances tolerances = Tolerances.standard();
    for (OpCase c : OpCases.differentiable(DType.F32)) {
      List<NdArray> narrow = Reference.run(c.graph(), c.inputs());
      List<NdArray> wide = Reference.runInF64(c.graph(), c.inputs());
      for (int i = 0; i < narrow.size(); i++) {
        Closeness.Report report =
            Closeness.compare(narrow.get(i), wide.get(i), tolerances.of(c.op(), DType.F32));
        assertThat(report.holds()).as(c.name() + "\n" + report).isTrue();
      }
    }
  }
}
