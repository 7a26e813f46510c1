package dev.espalier.training.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompositionTest {
  @Test
  void embeddingsAreTheRowsOfTheTokens() {
    Tree<NdArray> parameters = Tree.of("weight", NdArray.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2));
    Embedding embedding = new Embedding(3, 2, DType.F64, Parts.normal(1));
    NdArray y = Run.apply(embedding, parameters, NdArray.of(new int[] {2, 0, 2}, 1, 3));
    assertThat(y).isEqualTo(NdArray.of(new double[] {5, 6, 1, 2, 5, 6}, 1, 3, 2));
  }

  @Test
  void positionsAreAddedAndShorterInputsTakeTheFirst() {
    Tree<NdArray> parameters =
        Tree.of("weight", NdArray.of(new double[] {10, 20, 30, 40, 50, 60}, 3, 2));
    NdArray x = NdArray.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    NdArray y = Run.apply(new PositionalEmbedding(3, Parts.normal(1)), parameters, x);
    assertThat(y).isEqualTo(NdArray.of(new double[] {11, 22, 33, 44, 15, 26, 37, 48}, 2, 2, 2));
  }

  @Test
  void aResidualAddsItsInput() {
    Residual residual = new Residual(new ActivationLayer(x -> x.mul(2)));
    NdArray x = NdArray.of(new double[] {1, -2}, 1, 2);
    assertThat(Run.apply(residual, Tree.empty(), x))
        .isEqualTo(NdArray.of(new double[] {3, -6}, 1, 2));
  }

  /** {@code a * b} of the two halves, times a parameter that begins with 3. */
  private record Gate() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      int half = x.shape().extent(-1) / 2;
      return x.slice(-1, 0, half).mul(x.slice(-1, half, 2 * half));
    }

    @Override
    public Tensor apply(Tensor x, Context context) {
      Tensor y = apply(x);
      return y.mul(context.parameters().get("scale").broadcast(y.shape()));
    }

    @Override
    public Tree<Tensor> parameters(Tensor anchor, TensorType input) {
      return Tree.of("scale", anchor.constant(input.dtype(), 3.0));
    }

    @Override
    public int outputFeatures(int features) {
      return features / 2;
    }
  }

  @Test
  void anActivationMayHaveParametersAndChangeTheLastAxis() {
    ActivationLayer layer = new ActivationLayer(new Gate());
    TensorType input = TensorType.of(DType.F64, 4);
    assertThat(layer.output(input)).isEqualTo(TensorType.of(DType.F64, 2));
    NdArray x = NdArray.of(new double[] {1, 2, 5, 7}, 1, 4);
    assertThat(Run.apply(layer, Run.init(layer, input), x))
        .isEqualTo(NdArray.of(new double[] {15, 42}, 1, 2));
  }

  @Test
  void partsOfASequenceAreDrawnIndependentlyUnderTheirNames() {
    Sequential two =
        Sequential.empty()
            .then("stack/0", new Dense(4, Parts.normal(1)))
            .then("stack/1", new Dense(4, Parts.normal(1)));
    Tree<NdArray> first = Run.init(two, TensorType.of(DType.F32, 4));
    assertThat(first.paths())
        .containsExactly("stack/0/weight", "stack/0/bias", "stack/1/weight", "stack/1/bias");
    assertThat(first.get("stack/0/weight")).isNotEqualTo(first.get("stack/1/weight"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"output", "init", "apply"})
  void aShapeThatDoesNotFitNamesThePathOfTheLayer(String asked) {
    Sequential inner =
        Sequential.empty().then("conv", new Conv2d(2, 3, Padding.valid(), Parts.normal(1)));
    Sequential outer = Sequential.empty().then("stages/0", inner);
    TensorType input = TensorType.of(DType.F32, 28, 28);
    assertThatThrownBy(
            () -> {
              switch (asked) {
                case "output" -> outer.output(input);
                case "init" -> Run.init(outer, input);
                default -> Run.apply(outer, Tree.empty(), Run.normal(DType.F32, 1, 28, 28));
              }
            })
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("layer stages/0/conv: conv2d takes floats [channels, height, width]")
        .hasMessageContaining("f32[28, 28]")
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(ErrorCode.TYPE_MISMATCH);
  }

  @Test
  void headsThatDoNotDivideTheWidthAreRefused() {
    assertThatThrownBy(() ->
            new CausalSelfAttention(3, Parts.normal(1), Parts.normal(1))
                .output(TensorType.of(DType.F32, 5, 8)))
        .hasMessageContaining("attention with 3 heads")
        .hasMessageContaining("f32[5, 8]");
  }

  @Test
  void aWindowLargerThanTheImageIsRefused() {
    TensorType small = TensorType.of(DType.F32, 1, 2, 2);
    assertThatThrownBy(() -> new MaxPool2d(3).output(small)).hasMessageContaining("max pooling");
    assertThatThrownBy(() -> new Conv2d(1, 3, Padding.valid(), Parts.normal(1)).output(small))
        .hasMessageContaining("window of 3");
  }

  @Test
  void twoPartsOfOneNameAreRefused() {
    assertThatThrownBy(() -> Sequential.empty().then("a", new Flatten()).then("a", new Flatten()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a twice");
  }
}
