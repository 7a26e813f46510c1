package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At how many points a step asks for a gradient, all on its own batch. */
final class TwoGradientsTest {
  /** Notes the points. */
  private record Noting(Objective inner, Set<Tensor> points) implements WrappedObjective {
    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      points.add(parameters.get("x"));
      return inner.valueAndGradient(parameters);
    }
  }

  private static Set<Tensor> points(Optimizer optimizer) {
    Set<Tensor> points = Collections.newSetFromMap(new IdentityHashMap<>());
    Stepping.of(
        optimizer,
        Tree.of("x", TensorType.of(DType.F64, 3)),
        List.of(),
        (feeds, start) -> new Noting(bowl(), points));
    return points;
  }

  @ParameterizedTest
  @CsvSource({
    "sgd, 1",
    "mars-adamw, 1",
    "mars-lion, 1",
    "mars-shampoo, 1",
    "u-dog, 2",
    "normalized-spider, 2"
  })
  void aStepAsksAtAsManyPointsAsItsMethodSays(String name, int count) {
    assertThat(points(Descent.optimizer(name, Map.of()))).hasSize(count);
  }

  @ParameterizedTest
  @CsvSource({"mars-adamw", "mars-lion", "mars-shampoo"})
  void theExactCorrectionAsksASecondTime(String name) {
    Optimizer exact = Descent.optimizer(name, Map.of("exact", true));
    assertThat(points(exact)).hasSize(2);
    // The same examples at both: no batch but the step's own is held, and none is asked for.
    assertThat(exact.batches()).isEmpty();
    assertThat(exact.firstBatch()).isEmpty();
  }

  /** U-DoG's second point is the mean that it ships. */
  @Test
  void uDogShipsThePointOfItsSecondGradient() {
    Optimizer optimizer = Descent.optimizer("u-dog", Map.of("reach", 0.25));
    List<NdArray> found =
        Reference.run(
            Graph.trace(
                "twice",
                List.of(TensorType.of(DType.F64, 3)),
                in -> {
                  Tree<Tensor> at = Tree.of("x", in.getFirst());
                  Tree<Tensor> state = optimizer.init(at);
                  List<Tensor> points = new ArrayList<>();
                  List<Tensor> shipped = new ArrayList<>();
                  for (long t = 0; t < 4; t++) {
                    Set<Tensor> asked = Collections.newSetFromMap(new IdentityHashMap<>());
                    Optimizer.Step done =
                        optimizer.step(
                            new Noting(bowl(), asked), at, state, context(in.getFirst(), t));
                    asked.remove(at.get("x"));
                    points.addAll(asked);
                    at = done.parameters();
                    state = done.state();
                    shipped.add(optimizer.evaluationPoint(at, state).get("x"));
                  }
                  points.addAll(shipped);
                  return points;
                }),
            List.of(NdArray.of(new double[] {1, -2, 0.5}, 3)));
    assertThat(found).hasSize(8);
    assertThat(found.subList(0, 4)).isEqualTo(found.subList(4, 8));
    assertThat(found.subList(0, 4)).doesNotHaveDuplicates();
  }

  private static Objective bowl() {
    return Objective.of(at -> at.get("x").square().sum());
  }

  private static StepContext context(Tensor anchor, long step) {
    return new StepContext(
        anchor.constant(DType.I64, step),
        anchor.constant(DType.F32, 1.0),
        new Key(anchor.constant(DType.I64, step)));
  }
}
