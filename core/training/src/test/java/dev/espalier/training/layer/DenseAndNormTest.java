package dev.espalier.training.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import org.junit.jupiter.api.Test;

class DenseAndNormTest {
  @Test
  void denseIsTheMatrixProductAndTheBiasOnTheLastAxis() {
    Tree<NdArray> parameters =
        Tree.of("weight", NdArray.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3))
            .and("bias", NdArray.of(new double[] {10, 20, 30}, 3));
    NdArray x = NdArray.of(new double[] {1, 1, 2, -1}, 1, 2, 2);
    NdArray y = Run.apply(new Dense(3, Parts.normal(1)), parameters, x);
    assertThat(y).isEqualTo(NdArray.of(new double[] {15, 27, 39, 8, 19, 30}, 1, 2, 3));
  }

  @Test
  void denseBeginsWithDrawnWeightsAndZeroBias() {
    Tree<NdArray> first = Run.init(new Dense(50, Parts.normal(0.5)), TensorType.of(DType.F32, 200));
    assertThat(first.paths()).containsExactly("weight", "bias");
    assertThat(first.get("bias").toDoubles()).hasSize(50).containsOnly(0);
    double[] weight = first.get("weight").toDoubles();
    double sum = 0;
    double squares = 0;
    for (double w : weight) {
      sum += w;
      squares += w * w;
    }
    assertThat(weight).hasSize(10_000);
    assertThat(sum / weight.length).isCloseTo(0, within(0.02));
    assertThat(Math.sqrt(squares / weight.length)).isCloseTo(0.5, within(0.02));
  }

  @Test
  void theInitializerIsToldHowManyInputsAndOutputsAUnitHas() {
    Dense dense = new Dense(3, false, (key, type, in, out) -> filled(key, type, in * 100 + out));
    assertThat(Run.init(dense, TensorType.of(DType.F64, 4, 5)).get("weight").toDoubles())
        .containsOnly(503);
    Conv2d conv =
        new Conv2d(
            6,
            3,
            1,
            Padding.same(),
            1,
            2,
            false,
            (key, type, in, out) -> filled(key, type, in * 100 + out));
    NdArray weight = Run.init(conv, TensorType.of(DType.F64, 4, 8, 8)).get("weight");
    assertThat(weight.type()).isEqualTo(TensorType.of(DType.F64, 6, 2, 3, 3));
    assertThat(weight.toDoubles()).containsOnly(1827);
  }

  private static Tensor filled(Key key, TensorType type, double value) {
    return key.bits().constant(type.dtype(), value).broadcast(type.shape());
  }

  @Test
  void layerNormGivesMeanZeroAndVarianceOneAtFirst() {
    LayerNorm norm = new LayerNorm();
    NdArray x = Run.normal(DType.F64, 2, 3, 17);
    NdArray y = Run.apply(norm, Run.init(norm, TensorType.of(DType.F64, 3, 17)), x);
    double[] in = x.toDoubles();
    double[] out = y.toDoubles();
    for (int row = 0; row < 6; row++) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < 17; i++) {
        mean += in[row * 17 + i] / 17;
      }
      for (int i = 0; i < 17; i++) {
        variance += Math.pow(in[row * 17 + i] - mean, 2) / 17;
      }
      for (int i = 0; i < 17; i++) {
        double expected = (in[row * 17 + i] - mean) / Math.sqrt(variance + 1e-5);
        assertThat(out[row * 17 + i]).isCloseTo(expected, within(1e-12));
      }
    }
  }

  @Test
  void layerNormScalesAndMovesEachFeature() {
    Tree<NdArray> parameters =
        Tree.of("weight", NdArray.of(new double[] {2, 3}, 2))
            .and("bias", NdArray.of(new double[] {10, 20}, 2));
    NdArray x = NdArray.of(new double[] {-1e6, 1e6}, 1, 2);
    double[] y = Run.apply(new LayerNorm(), parameters, x).toDoubles();
    assertThat(y[0]).isCloseTo(8, within(1e-9));
    assertThat(y[1]).isCloseTo(23, within(1e-9));
  }

  @Test
  void flattenAndReshapeKeepTheOrderOfElements() {
    NdArray x = Run.normal(DType.F32, 2, 3, 4);
    assertThat(Run.apply(new Flatten(), Tree.empty(), x)).isEqualTo(x.reshape(2, 12));
    assertThat(Run.apply(new Reshape(Shape.of(4, 3)), Tree.empty(), x))
        .isEqualTo(x.reshape(2, 4, 3));
  }
}
