package dev.espalier.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
  private static final TensorType IMAGE = TensorType.of(DType.F32, 28, 28);

  private static Model model(String kind, Map<String, ?> params, TensorType input, int outputs) {
    return Models.create(kind, Params.of(params), input, outputs, Parts.extensions());
  }

  private static NdArray predict(Model model, Tree<NdArray> parameters, NdArray input) {
    List<NdArray> inputs = new ArrayList<>(parameters.leaves());
    inputs.add(input);
    inputs.add(NdArray.scalar(3));
    int count = parameters.size();
    return Run.of(
            inputs,
            in ->
                List.of(
                    model.apply(
                        parameters.withLeaves(in.subList(0, count)),
                        in.get(count),
                        new Key(in.get(count + 1)),
                        false)))
        .getFirst();
  }

  private static int count(Tree<NdArray> parameters) {
    return parameters.leaves().stream().mapToInt(leaf -> leaf.type().shape().size()).sum();
  }

  @Test
  void anMlpHasTheParametersOfItsDenseLayers() {
    Model model = model("mlp", Map.of("hidden", List.of(30, 20)), IMAGE, 10);
    Tree<NdArray> parameters = Run.tree(1, model::init);
    assertThat(parameters.paths())
        .containsExactly(
            "hidden/0/dense/weight", "hidden/0/dense/bias",
            "hidden/1/dense/weight", "hidden/1/dense/bias",
            "output/weight", "output/bias");
    assertThat(count(parameters)).isEqualTo(784 * 30 + 30 + 30 * 20 + 20 + 20 * 10 + 10);
    assertThat(model.outputType()).isEqualTo(TensorType.of(DType.F32, 10));
    assertThat(predict(model, parameters, Run.normal(DType.F32, 3, 28, 28)).type())
        .isEqualTo(TensorType.of(DType.F32, 3, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"max", "mean", "none"})
  void aCnnShrinksImagesByTwoInEachStageThatPools(String pooling) {
    TensorType image = TensorType.of(DType.F32, 1, 12, 12);
    Model model =
        model("cnn", Map.of("channels", List.of(3, 5), "pooling", pooling, "hidden", 7), image, 4);
    Tree<NdArray> parameters = Run.tree(1, model::init);
    int side = pooling.equals("none") ? 12 : 3;
    assertThat(count(parameters))
        .isEqualTo(3 * 9 + 3 + 5 * 3 * 9 + 5 + side * side * 5 * 7 + 7 + 7 * 4 + 4);
    assertThat(parameters.paths()).contains("stages/1/conv/weight", "hidden/bias");
    assertThat(predict(model, parameters, Run.normal(DType.F32, 2, 1, 12, 12)).type())
        .isEqualTo(TensorType.of(DType.F32, 2, 4));
  }

  @Test
  void aCnnTakesImagesWithoutAChannelAxisAsOneChannel() {
    Model with = model("cnn", Map.of(), TensorType.of(DType.F32, 1, 28, 28), 10);
    Model without = model("cnn", Map.of(), IMAGE, 10);
    assertThat(Run.tree(1, without::init).map(NdArray::type))
        .isEqualTo(Run.tree(1, with::init).map(NdArray::type));
    assertThat(count(Run.tree(1, with::init)))
        .isEqualTo(320 + 64 * 32 * 9 + 64 + 7 * 7 * 64 * 128 + 128 + 1290);
  }

  private static Model gpt(boolean tied) {
    Map<String, Object> params = Map.of("layers", 2, "width", 16, "heads", 2, "tied", tied);
    return model("gpt", params, TensorType.of(DType.I32, 6), 11);
  }

  @Test
  void aGptHasTheParametersOfItsBlocksAndTyingTakesTheHeadAway() {
    Tree<NdArray> untied = Run.tree(1, gpt(false)::init);
    int block = (16 * 48 + 48) + (16 * 16 + 16) + (16 * 64 + 64) + (64 * 16 + 16) + 4 * 16;
    int trunk = 11 * 16 + 6 * 16 + 2 * block + 2 * 16;
    assertThat(count(untied)).isEqualTo(trunk + 16 * 11);
    assertThat(count(Run.tree(1, gpt(true)::init))).isEqualTo(trunk);
    assertThat(untied.paths())
        .contains(
            "token/weight",
            "position/weight",
            "blocks/0/attention/qkv/weight",
            "blocks/1/mlp/down/bias",
            "blocks/1/mlp_norm/weight",
            "norm/bias",
            "head/weight");
  }

  @Test
  void weightsOfAGptAreSmallAndThoseAddedToTheResidualStreamSmaller() {
    Model model = model("gpt", Map.of("layers", 2), TensorType.of(DType.I32, 32), 65);
    Tree<NdArray> first = Run.tree(1, model::init);
    assertThat(deviation(first.get("blocks/0/attention/qkv/weight"))).isCloseTo(0.02, within(5e-4));
    assertThat(deviation(first.get("blocks/1/mlp/down/weight"))).isCloseTo(0.01, within(2.5e-4));
    assertThat(deviation(first.get("blocks/1/attention/projection/weight")))
        .isCloseTo(0.01, within(2.5e-4));
    assertThat(first.get("blocks/0/mlp_norm/weight").toDoubles()).containsOnly(1);
    assertThat(first.get("blocks/0/mlp/up/bias").toDoubles()).containsOnly(0);
  }

  private static double deviation(NdArray values) {
    return Math.sqrt(Arrays.stream(values.toDoubles()).map(v -> v * v).average().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGptPredictsEachTokenFromThoseBeforeItOnly(boolean tied) {
    Model model = gpt(tied);
    Tree<NdArray> parameters = Run.tree(1, model::init);
    double[] before = predict(model, parameters, tokens(1, 2, 3, 4, 5, 6)).toDoubles();
    double[] after = predict(model, parameters, tokens(1, 2, 3, 9, 5, 6)).toDoubles();
    assertThat(Arrays.copyOf(after, 33)).isEqualTo(Arrays.copyOf(before, 33));
    for (int time = 3; time < 6; time++) {
      assertThat(Arrays.copyOfRange(after, time * 11, time * 11 + 11))
          .isNotEqualTo(Arrays.copyOfRange(before, time * 11, time * 11 + 11));
    }
    double[] shorter = predict(model, parameters, tokens(1, 2, 3)).toDoubles();
    for (int i = 0; i < 33; i++) {
      assertThat(shorter[i]).isCloseTo(before[i], within(1e-6));
    }
  }

  private static NdArray tokens(int... tokens) {
    return NdArray.of(tokens, 1, tokens.length);
  }

  @Test
  void moreTokensThanTheContextAreRefusedByTheLayerThatHasOne() {
    Model model = gpt(false);
    Tree<NdArray> parameters = Run.tree(1, model::init);
    assertThatThrownBy(() -> predict(model, parameters, tokens(1, 2, 3, 4, 5, 6, 7)))
        .hasMessageContaining("layer position: positional embedding")
        .hasMessageContaining("time at most 6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "gpt"})
  void everyKindShowsItsHyperparameters(String kind) {
    assertThat(Models.schema(kind)).extracting(Params.Entry::name).contains("activation");
    assertThat(Models.kinds()).contains(kind);
  }

  @Test
  void whatIsNotKnownIsRefused() {
    assertRefused("mpl", Map.of(), IMAGE, ErrorCode.UNKNOWN_NAME, "mlp, cnn, gpt");
    assertRefused("mlp", Map.of("hiden", 3), IMAGE, ErrorCode.UNKNOWN_KEY, "hiden");
    assertRefused("mlp", Map.of("activation", "x"), IMAGE, ErrorCode.UNKNOWN_NAME, "x");
    assertRefused("mlp", Map.of("dropout", 1.0), IMAGE, ErrorCode.BAD_VALUE, "dropout");
    assertRefused("gpt", Map.of(), IMAGE, ErrorCode.TYPE_MISMATCH, "gpt takes integer tokens");
    TensorType tokens = TensorType.of(DType.I32, 8);
    assertRefused("gpt", Map.of("heads", 3), tokens, ErrorCode.TYPE_MISMATCH, "blocks/0/attention");
    TensorType tiny = TensorType.of(DType.F32, 2, 2);
    assertRefused("cnn", Map.of(), tiny, ErrorCode.TYPE_MISMATCH, "layer stages/1/pool");
  }

  private static void assertRefused(
      String kind, Map<String, ?> params, TensorType input, ErrorCode code, String text) {
    assertThatThrownBy(() -> model(kind, params, input, 10))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(text)
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(code);
  }
}
