package dev.espalier.conformance.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What optimizers are tried on hangs together: every answer follows from the value. */
final class GivenGradientTest {
  private static final double CURVATURE = 1.7;
  private static final Tree<NdArray> START =
      Tree.of("matrix", NdArray.of(new double[] {0.3, -1, 2, 0.7, -0.2, 1.1}, 2, 3))
          .and("vector", NdArray.of(new double[] {-0.4, 0.9}, 2))
          .and("scale", NdArray.of(new double[] {1.5}));
  private static final Tree<NdArray> GRADIENT =
      Tree.of("matrix", NdArray.of(new double[] {1, 2, -3, 0.5, 0.1, -0.7}, 2, 3))
          .and("vector", NdArray.of(new double[] {0.2, -2}, 2))
          .and("scale", NdArray.of(new double[] {-1.25}));
  private static final Tree<NdArray> DIRECTION =
      Tree.of("matrix", NdArray.of(new double[] {0.1, -0.6, 0.4, 1, -1.2, 0.3}, 2, 3))
          .and("vector", NdArray.of(new double[] {0.8, 0.5}, 2))
          .and("scale", NdArray.of(new double[] {-0.9}));

  /** The tensors of a question: another point than the start, and a direction. */
  private record Asked(GivenGradient of, Tree<Tensor> at, Tree<Tensor> along) {}

  private interface Question {
    List<Tensor> answer(Asked asked);
  }

  private static List<double[]> answers(Question question) {
    Graph graph =
        Graph.trace(
            "given",
            List.of(TensorType.of(DType.F64)),
            in -> {
              Tensor anchor = in.getFirst();
              Tree<Tensor> start = START.map(anchor::constant);
              Tree<Tensor> along = DIRECTION.map(anchor::constant);
              GivenGradient of =
                  new GivenGradient(GRADIENT.map(anchor::constant), start, CURVATURE, 4);
              // Through the anchor, so that nothing is folded before it is asked.
              Tree<Tensor> at =
                  start.zip(
                      along, (x, d) -> x.add(d.mul(0.5)).add(anchor.broadcast(d.shape()).mul(0)));
              return question.answer(new Asked(of, at, along));
            });
    return Reference.run(graph.verify(), List.of(NdArray.scalar(DType.F64, 1))).stream()
        .map(NdArray::toDoubles)
        .toList();
  }

  private static void same(Question one, Question other) {
    List<double[]> found = answers(one);
    List<double[]> wanted = answers(other);
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("answer %s", i).containsExactly(wanted.get(i), within(1e-12));
    }
  }

  @Test
  void theGradientIsTheDerivativeOfTheValue() {
    same(
        a -> a.of().gradient(a.at()).leaves(),
        a -> Derivatives.gradient(a.of()::value, a.at()).leaves());
    same(a -> List.of(a.of().valueAndGradient(a.at()).value()), a -> List.of(a.of().value(a.at())));
  }

  @Test
  void productsWithCurvatureAreDerivativesOfTheGradient() {
    same(
        a -> a.of().hessianVector(a.at(), a.along()).leaves(),
        a ->
            Derivatives.jvp(
                    leaves -> a.of().gradient(a.at().withLeaves(leaves)).leaves(),
                    a.at().leaves(),
                    a.along().leaves())
                .tangents());
    same(
        a -> a.of().gaussNewtonVector(a.at(), a.along()).leaves(),
        a -> a.of().hessianVector(a.at(), a.along()).leaves());
  }

  @Test
  void directionalDerivativesAreThoseOfTheValue() {
    for (int order = 1; order <= 3; order++) {
      int n = order;
      same(
          a -> List.of(a.of().directionalDerivative(a.at(), a.along(), n)),
          a -> List.of(Derivatives.directionalDerivative(a.of()::value, a.at(), a.along(), n)));
    }
  }

  @Test
  void theBatchIsOneExample() {
    same(
        a -> a.of().perExampleGradients(a.at()).map(g -> g.squeeze(0)).leaves(),
        a -> a.of().gradient(a.at()).leaves());
    same(
        a -> List.of(a.of().perExampleValues(a.at()).squeeze(0)),
        a -> List.of(a.of().value(a.at())));
    same(
        a -> a.of().clippedSum(a.at(), Clipping.flat(0.5)).sum().leaves(),
        a -> {
          Tree<Tensor> g = a.of().gradient(a.at());
          Tensor norm =
              g.leaves().stream()
                  .map(leaf -> leaf.square().sum())
                  .reduce(Tensor::add)
                  .orElseThrow()
                  .sqrt();
          return g.map(leaf -> leaf.mul(norm.reciprocal().mul(0.5).broadcast(leaf.shape())))
              .leaves();
        });
  }

  /** Gradients at sampled labels have the curvature for their second moment, exactly: of signs. */
  @Test
  void sampledGradientsHaveTheCurvatureForTheirSecondMoment() {
    List<double[]> found =
        answers(a ->
            a.of()
                .sampledGradient(
                    a.at(), new Key(a.at().leaves().getFirst().constant(DType.I64, 3L)))
                .leaves());
    for (double[] leaf : found) {
      for (double x : leaf) {
        assertThat(x * x).isCloseTo(CURVATURE, within(1e-12));
      }
    }
    assertThat(Arrays.stream(found.getFirst()).boxed()).anyMatch(x -> x > 0).anyMatch(x -> x < 0);
  }

  /** {@code A^T G} of a layer is its gradient, and with sampled labels the sampled one. */
  @Test
  void statisticsOfLayersMakeTheGradients() {
    for (boolean sampled : new boolean[] {false, true}) {
      same(
          a -> {
            Tree<LayerStatistics> layers = a.of().layerStatistics(a.at(), key(a, sampled));
            List<Tensor> made = new ArrayList<>();
            for (Map.Entry<String, LayerStatistics> layer : layers.asMap().entrySet()) {
              LayerStatistics s = layer.getValue();
              Tensor inputs = s.inputs().squeeze(0);
              Tensor gradients = s.outputGradients().squeeze(0);
              made.add(s.fromMatrix(inputs.swapAxes(0, 1).matmul(gradients)));
            }
            return made;
          },
          a -> {
            Tree<Tensor> g =
                sampled
                    ? a.of().sampledGradient(a.at(), key(a, true).orElseThrow())
                    : a.of().gradient(a.at());
            return g.leaves();
          });
    }
  }

  private static Optional<Key> key(Asked asked, boolean sampled) {
    return sampled
        ? Optional.of(new Key(asked.at().leaves().getFirst().constant(DType.I64, 3L)))
        : Optional.empty();
  }
}
