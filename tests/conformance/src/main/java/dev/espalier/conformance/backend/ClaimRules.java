package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is claimed compiles; what is not claimed, or is no graph, is refused. */
final class ClaimRules {
  private ClaimRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        new Check<>("BE-1", (subject, tier) -> byOperation(tier, c -> claimed(subject, c))),
        new Check<>("BE-2", (subject, tier) -> byOperation(tier, c -> unclaimed(subject, c))),
        Check.single("BE-3", ClaimRules::invalidGraphs));
  }

  private interface Body {
    Trial.Body of(List<OpCase> cases);
  }

  /** A trial for each operation, over all element types. */
  private static Stream<Trial> byOperation(Tier tier, Body body) {
    Map<String, List<OpCase>> cases =
        OpCases.all().stream()
            .collect(Collectors.groupingBy(OpCase::op, LinkedHashMap::new, Collectors.toList()));
    return cases.entrySet().stream()
        .map(entry -> new Trial(entry.getKey(), body.of(chosen(entry.getValue(), tier))));
  }

  /** In the quick tier one case for each combination of element types. */
  private static List<OpCase> chosen(List<OpCase> cases, Tier tier) {
    if (tier == Tier.FULL) {
      return cases;
    }
    Map<List<?>, OpCase> first = new LinkedHashMap<>();
    for (OpCase of : cases) {
      first.putIfAbsent(of.graph().inputTypes().stream().map(TensorType::dtype).toList(), of);
    }
    return List.copyOf(first.values());
  }

  private static Trial.Body claimed(BackendSubject subject, List<OpCase> cases) {
    return findings -> {
      Backend backend = subject.backend();
      for (OpCase of : cases) {
        if (backend.capabilities().claims(of.graph())) {
          try (Executable executable = backend.compile(of.graph())) {
            findings.require(
                executable.inputTypes().equals(of.graph().inputTypes())
                    && executable.outputTypes().equals(of.graph().outputTypes()),
                of + " compiles to other types than the graph's");
          } catch (EspalierException e) {
            findings.problem(of + " is claimed and refused: " + e.getMessage());
          }
        }
      }
    };
  }

  private static Trial.Body unclaimed(BackendSubject subject, List<OpCase> cases) {
    return findings -> {
      Backend backend = subject.backend();
      for (OpCase of : cases) {
        if (!backend.capabilities().claims(of.graph())) {
          findings.refused(
              of + ", which is not claimed,",
              ErrorCode.UNSUPPORTED_BY_BACKEND,
              () -> backend.compile(of.graph()).close());
        }
      }
    };
  }

  private static void invalidGraphs(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    SmallGraph small = SmallGraph.of(backend);
    Graph graph = small.graph();
    Value unknown = new Value(graph.valueCount(), small.type());
    Graph undefined =
        new Graph("undefined output", graph.inputs(), graph.nodes(), List.of(unknown));
    Graph misnumbered =
        new Graph(
            "misnumbered input",
            List.of(new Value(1, small.type())),
            List.of(),
            List.of(new Value(1, small.type())));
    for (Graph broken : List.of(undefined, misnumbered)) {
      findings.refused(
          "a graph with " + broken.name(),
          ErrorCode.INVALID_GRAPH,
          () -> backend.compile(broken).close());
    }
  }
}
