package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.reference.Reference;
import dev.espalier.plugins.secondorder.EmpiricalFisher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Static M-FAC and its pruning (catalogue row SO-02) beside dense matrices. */
final class EmpiricalFisherTest {
  private static double[] ask(
      double[][] gradients,
      double damping,
      BiFunction<EmpiricalFisher, List<Tensor>, Tensor> question,
      NdArray... more) {
    return ask(Dense.array(gradients), damping, question, more);
  }

  private static double[] ask(
      NdArray gradients,
      double damping,
      BiFunction<EmpiricalFisher, List<Tensor>, Tensor> question,
      NdArray... more) {
    List<NdArray> inputs = new ArrayList<>(List.of(gradients));
    inputs.addAll(List.of(more));
    Graph graph =
        Graph.trace(
            "fisher",
            inputs.stream().map(NdArray::type).toList(),
            in -> {
              EmpiricalFisher fisher = EmpiricalFisher.of(in.getFirst(), damping);
              return List.of(question.apply(fisher, in.subList(1, in.size())));
            });
    return Reference.run(graph, inputs).getFirst().toDoubles();
  }

  private static double[][] dense(double[][] gradients, double damping) {
    double[][] products = Dense.times(Dense.transposed(gradients), gradients);
    return Dense.plus(Dense.identity(products.length, damping), 1.0 / gradients.length, products);
  }

  @ParameterizedTest
  @CsvSource({"1, 5, 0.1", "7, 5, 1e-3", "5, 30, 1e-2", "12, 50, 1e-3"})
  void itsProductsAndItsDiagonalAreThoseOfTheDenseInverse(int m, int d, double damping) {
    double[][] gradients = Dense.random(1, m, d);
    double[] x = Dense.random(2, d);
    double[][] f = dense(gradients, damping);
    double[] product =
        Dense.times(
            f,
            ask(
                gradients,
                damping,
                (fisher, in) -> fisher.inverseTimes(in.getFirst()),
                NdArray.of(x, d)));
    double[] diagonal = ask(gradients, damping, (fisher, in) -> fisher.inverseDiagonal());
    double[][] inverse = Dense.power(f, -1);
    for (int i = 0; i < d; i++) {
      assertThat(product[i]).isCloseTo(x[i], within(1e-8));
      assertThat(diagonal[i]).isCloseTo(inverse[i][i], within(1e-8 * inverse[i][i]));
    }
  }

  /** Of F32 numbers the dense inverse is taken as they are. */
  @Test
  void inF32TheyAreAsGoodWhereTheDampingIsLittle() {
    int m = 200;
    int d = 50;
    double damping = 1e-5;
    NdArray rounded = Dense.array(Dense.random(8, m, d)).convert(DType.F32);
    NdArray x = NdArray.of(Dense.random(9, d), d).convert(DType.F32);
    double[][] gradients = new double[m][d];
    for (int i = 0; i < m * d; i++) {
      gradients[i / d][i % d] = rounded.getDouble(i);
    }
    double[][] inverse = Dense.power(dense(gradients, damping), -1);
    double[] wanted = Dense.times(inverse, x.toDoubles());
    double[] product = ask(rounded, damping, (fisher, in) -> fisher.inverseTimes(in.getFirst()), x);
    double[] diagonal = ask(rounded, damping, (fisher, in) -> fisher.inverseDiagonal());
    double length = Math.sqrt(Dense.dot(wanted, wanted) / d);
    for (int i = 0; i < d; i++) {
      assertThat(product[i]).isCloseTo(wanted[i], within(1e-3 * length));
      assertThat(diagonal[i]).isCloseTo(inverse[i][i], within(1e-3 * inverse[i][i]));
    }
  }

  @Test
  void equalGradientsAreShermanAndMorrisonsAndNoneAreTheDampings() {
    double[] g = Dense.random(3, 6);
    double[] x = Dense.random(4, 6);
    double[] found =
        ask(
            new double[][] {g, g, g},
            0.5,
            (fisher, in) -> fisher.inverseTimes(in.getFirst()),
            NdArray.of(x, 6));
    double share = Dense.dot(g, x) / (0.5 + Dense.dot(g, g));
    double[] none =
        ask(
            new double[3][6],
            0.5,
            (fisher, in) -> fisher.inverseTimes(in.getFirst()),
            NdArray.of(x, 6));
    for (int i = 0; i < 6; i++) {
      assertThat(found[i]).isCloseTo((x[i] - share * g[i]) / 0.5, within(1e-12));
      assertThat(none[i]).isCloseTo(x[i] / 0.5, within(1e-12));
    }
  }

  /** What {@code (v - w)^T F (v - w) / 2} is at its least where v_q is 0, by elimination. */
  private static double least(double[][] f, double[] w, int q, double[] where) {
    int d = w.length;
    double[][] others = new double[d - 1][d - 1];
    double[] right = new double[d - 1];
    for (int i = 0; i < d - 1; i++) {
      int row = i < q ? i : i + 1;
      for (int j = 0; j < d - 1; j++) {
        others[i][j] = f[row][j < q ? j : j + 1];
      }
      // The others answer to the step -w_q of q.
      right[i] = f[row][q] * w[q];
    }
    double[] moved = Dense.times(Dense.power(others, -1), right);
    double[] by = new double[d];
    for (int i = 0; i < d; i++) {
      by[i] = i == q ? -w[q] : moved[i < q ? i : i - 1];
      where[i] = w[i] + by[i];
    }
    return Dense.dot(by, Dense.times(f, by)) / 2;
  }

  @Test
  void onAQuadraticTheSurgeonFindsTheExactMinimiserForEachWeightAndTheCheapestWeight() {
    int d = 8;
    double damping = 0.05;
    double[][] gradients = Dense.random(5, 6, d);
    double[] w = Dense.random(6, d);
    double[][] f = dense(gradients, damping);
    NdArray weights = NdArray.of(w, d);
    double[] saliencies =
        ask(gradients, damping, (fisher, in) -> fisher.saliencies(in.getFirst()), weights);
    int cheapest = 0;
    int chosen = 0;
    double[] costs = new double[d];
    for (int q = 0; q < d; q++) {
      double[] wanted = new double[d];
      costs[q] = least(f, w, q, wanted);
      double[] found =
          ask(
              gradients,
              damping,
              (fisher, in) -> fisher.without(in.get(0), in.get(1)),
              weights,
              NdArray.scalar(q));
      assertThat(found[q]).isZero();
      for (int i = 0; i < d; i++) {
        assertThat(found[i]).as(q + " without " + i).isCloseTo(wanted[i], within(1e-10));
      }
      assertThat(saliencies[q]).isCloseTo(costs[q], within(1e-10));
      cheapest = costs[q] < costs[cheapest] ? q : cheapest;
      chosen = saliencies[q] < saliencies[chosen] ? q : chosen;
    }
    assertThat(chosen).isEqualTo(cheapest);
  }

  @Test
  void withoutDampingItIsRefused() {
    assertThatThrownBy(
            () -> ask(Dense.random(7, 2, 2), 0, (fisher, in) -> fisher.inverseDiagonal()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a damping of more than 0");
  }
}
