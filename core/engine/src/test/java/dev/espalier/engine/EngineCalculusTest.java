package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What plugins get of the engine through the API. */
class EngineCalculusTest {
  private static final NdArray X = NdArray.of(new double[] {0.5, -1.5, 2}, 3);

  private static List<NdArray> run(Function<Tensor, List<Tensor>> function) {
    Graph graph =
        Graph.trace("test", List.of(X.type()), in -> function.apply(in.getFirst())).verify();
    return Reference.run(graph, List.of(X));
  }

  private static List<Tensor> cubes(List<Tensor> in) {
    Tensor x = in.getFirst();
    return List.of(x.mul(x).mul(x).sum());
  }

  @Test
  void theServiceLoaderFindsTheEngine() {
    assertThat(Calculus.standard()).isInstanceOf(EngineCalculus.class);
  }

  @Test
  void derivativesOfACube() {
    Calculus calculus = Calculus.standard();
    List<NdArray> found =
        run(x -> {
          Calculus.Pushed pushed =
              calculus.jvp(EngineCalculusTest::cubes, List.of(x), List.of(x.onesLike()));
          Calculus.Pulled pulled =
              calculus.vjp(
                  EngineCalculusTest::cubes, List.of(x), List.of(x.constant(DType.F64, 2.0)));
          Tensor each =
              calculus
                  .vmap(
                      in -> List.of(in.get(0).mul(in.get(1).sum())),
                      List.of(x, x),
                      List.of(true, false))
                  .getFirst();
          Tensor third =
              calculus.directionalDerivative(
                  tree -> cubes(tree.leaves()).getFirst(), Tree.of("x", x), Tree.of("x", x), 3);
          return List.of(
              pushed.values().getFirst(),
              pushed.tangents().getFirst(),
              pulled.cotangents().getFirst(),
              each,
              third);
        });
    double sum = 0.125 - 3.375 + 8;
    assertThat(found.get(0).getDouble(0)).isEqualTo(sum);
    assertThat(found.get(1).getDouble(0)).isEqualTo(3 * (0.25 + 2.25 + 4));
    assertThat(found.get(2).toDoubles()).containsExactly(6 * 0.25, 6 * 2.25, 6 * 4.0);
    assertThat(found.get(3).toDoubles()).containsExactly(0.5, -1.5, 2);
    assertThat(found.get(4).getDouble(0)).isCloseTo(6 * sum, within(1e-12));
  }

  /** An inner minimum that an outer problem differentiates: derivatives nest. */
  @Test
  void anObjectiveOfAFunctionAnswersWithDerivativesThatNest() {
    List<NdArray> found =
        run(x -> {
          Objective inner = Objective.of(tree -> cubes(tree.leaves()).getFirst());
          Objective outer =
              Objective.of(tree -> inner.gradient(tree).get("x").square().sum().mul(0.5));
          Tree<Tensor> at = Tree.of("x", x);
          return List.of(
              outer.gradient(at).get("x"), inner.hessianVector(at, inner.gradient(at)).get("x"));
        });
    assertThat(found.get(0).toDoubles())
        .containsExactly(found.get(1).toDoubles(), within(1e-12))
        .containsExactly(new double[] {18 * 0.125, 18 * -3.375, 18 * 8}, within(1e-12));
  }

  @Test
  void leavesOfATreeAreDrawnIndependently() {
    List<NdArray> found =
        run(x -> {
          Key key = new Key(x.constant(DType.I64, 3L));
          Tree<Tensor> like = Tree.of("a", x).and("b", x);
          return List.of(
              key.normalLike(like).get("a"),
              key.normalLike(like).get("b"),
              key.normalLike(like).get("a"),
              key.rademacherLike(Tree.of("a", x.broadcast(Shape.of(64, 3), 1))).get("a"));
        });
    assertThat(found.get(0)).isNotEqualTo(found.get(1)).isEqualTo(found.get(2));
    double[] signs = found.get(3).toDoubles();
    assertThat(signs).contains(1).contains(-1);
    for (double sign : signs) {
      assertThat(Math.abs(sign)).isEqualTo(1);
    }
  }
}
