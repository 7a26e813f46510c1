package dev.espalier.conformance.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What optimizers are tried on answers about single examples and parts as it does about all. */
final class ProblemsTest {
  static List<Problem> all() {
    return Problems.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theMeanOverExamplesAndOverHalvesIsTheGradient(Problem problem) {
    int parameters = problem.start().size();
    Graph graph =
        Graph.trace(
            "means",
            problem.types().leaves(),
            in -> {
              Tree<Tensor> at = problem.start().withLeaves(in);
              Objective objective = problem.objective(in.getFirst());
              int rows = objective.rows();
              List<Tensor> out = new ArrayList<>(objective.gradient(at).leaves());
              out.addAll(objective.perExampleGradients(at).map(g -> g.mean(0)).leaves());
              out.addAll(
                  objective
                      .part(0, rows / 2)
                      .gradient(at)
                      .zip(objective.part(rows / 2, rows).gradient(at), Tensor::add)
                      .map(g -> g.div(2))
                      .leaves());
              return out;
            });
    List<NdArray> found = Reference.run(graph, problem.start().leaves());
    for (int i = parameters; i < found.size(); i++) {
      assertThat(found.get(i).toDoubles())
          .containsExactly(found.get(i % parameters).toDoubles(), within(1e-12));
    }
  }
}
