package dev.espalier.training.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static final int TIME = 5;
  private static final int WIDTH = 6;
  private final CausalSelfAttention attention =
      new CausalSelfAttention(2, Parts.normal(0.7), Parts.normal(0.7));
  private final Tree<NdArray> parameters =
      Run.init(attention, TensorType.of(DType.F64, TIME, WIDTH));

  @Test
  void parametersLieUnderQkvAndProjection() {
    assertThat(parameters.paths())
        .containsExactly("qkv/weight", "qkv/bias", "projection/weight", "projection/bias");
  }

  @Test
  void itIsTheSumOverEarlierPositionsWeightedBySoftmaxInEachHead() {
    NdArray x = Run.normal(DType.F64, 2, TIME, WIDTH);
    double[] y = Run.apply(attention, parameters, x).toDoubles();
    double[] expected = naive(x.toDoubles());
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isCloseTo(expected[i], within(1e-12));
    }
  }

  @Test
  void changingTheFutureChangesNothingBeforeItAndSomethingFromItOn() {
    NdArray x = Run.normal(DType.F64, 1, TIME, WIDTH);
    double[] before = Run.apply(attention, parameters, x).toDoubles();
    for (int changed = 0; changed < TIME; changed++) {
      double[] values = x.toDoubles();
      values[changed * WIDTH + 1] += 3;
      double[] after =
          Run.apply(attention, parameters, NdArray.of(values, 1, TIME, WIDTH)).toDoubles();
      int at = changed * WIDTH;
      assertThat(Arrays.copyOf(after, at)).isEqualTo(Arrays.copyOf(before, at));
      for (int time = changed; time < TIME; time++) {
        int from = time * WIDTH;
        assertThat(Arrays.copyOfRange(after, from, from + WIDTH))
            .isNotEqualTo(Arrays.copyOfRange(before, from, from + WIDTH));
      }
    }
  }

  @Test
  void theCoreIsOneCompositeThatABackendCanKnowByName() {
    TensorType type = TensorType.of(DType.F32, 2, 3, 4, 8);
    Graph graph =
        Graph.trace(
            "core",
            List.of(type, type, type),
            in -> List.of(CausalAttention.apply(in.get(0), in.get(1), in.get(2)).output()));
    assertThat(graph.verify().nodes()).hasSize(1);
    assertThat(((Composite) graph.nodes().getFirst().op()).name()).isEqualTo("causal_attention");
    assertThat(graph.outputTypes()).containsExactly(type);
  }

  private double[] naive(double[] x) {
    double[] y = new double[x.length];
    for (int example = 0; example < 2; example++) {
      double[][] qkv = new double[TIME][];
      for (int t = 0; t < TIME; t++) {
        qkv[t] = dense("qkv", Arrays.copyOfRange(x, row(example, t), row(example, t + 1)));
      }
      for (int t = 0; t < TIME; t++) {
        double[] joined = new double[WIDTH];
        for (int head = 0; head < 2; head++) {
          attend(qkv, t, head, joined);
        }
        System.arraycopy(dense("projection", joined), 0, y, row(example, t), WIDTH);
      }
    }
    return y;
  }

  private static int row(int example, int time) {
    return (example * TIME + time) * WIDTH;
  }

  private static void attend(double[][] qkv, int t, int head, double[] to) {
    int d = WIDTH / 2;
    double[] weights = new double[t + 1];
    for (int s = 0; s <= t; s++) {
      double score = 0;
      for (int i = 0; i < d; i++) {
        score += qkv[t][head * d + i] * qkv[s][WIDTH + head * d + i];
      }
      weights[s] = Math.exp(score / Math.sqrt(d));
    }
    double total = Arrays.stream(weights).sum();
    for (int s = 0; s <= t; s++) {
      for (int i = 0; i < d; i++) {
        to[head * d + i] += weights[s] / total * qkv[s][2 * WIDTH + head * d + i];
      }
    }
  }

  private double[] dense(String name, double[] x) {
    NdArray weight = parameters.get(name + "/weight");
    NdArray bias = parameters.get(name + "/bias");
    int out = bias.type().shape().size();
    return IntStream.range(0, out)
        .mapToDouble(o ->
            bias.getDouble(o)
                + IntStream.range(0, x.length)
                    .mapToDouble(i -> x[i] * weight.getDouble(i * out + o))
                    .sum())
        .toArray();
  }
}
