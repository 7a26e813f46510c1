package dev.espalier.training.model;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.Initializer;
import dev.espalier.training.Extensions;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Dropout;
import dev.espalier.training.layer.Embedding;
import dev.espalier.training.layer.LayerNorm;
import dev.espalier.training.layer.PositionalEmbedding;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.layer.TransformerBlock;
import java.util.Map;

/** The hyperparameters of {@link Gpt}. */
record GptSettings(
    int layers,
    int width,
    int heads,
    int mlpRatio,
    String activation,
    double dropout,
    boolean tied,
    double std) {
  static GptSettings read(Params params) {
    return new GptSettings(
        (int) params.integer("layers", 4, "number of blocks").in(1, 1000),
        (int) params.integer("width", 128, "features of a position").in(1, 1 << 16),
        (int) params.integer("heads", 4, "attention heads, dividing the width").in(1, 1 << 12),
        (int) params.integer("mlp_ratio", 4, "hidden features over width").in(1, 64),
        params.text("activation", "gelu", "the function in the multi-layer perceptrons"),
        params.real("dropout", 0, "probability of dropout").inHalfOpen(0, 1),
        params.flag("tied", false, "whether the output head is the token embedding"),
        params.real("init_std", 0.02, "standard deviation of the first weights").positive());
  }

  Model model(TensorType input, int outputs, Extensions extensions) {
    Gpt.requireTokens(input);
    int context = input.shape().extent(0);
    Activation function = extensions.create(ExtensionPoint.ACTIVATION, activation, Map.of());
    Initializer weights = normal(extensions, std);
    Initializer projections = normal(extensions, std / Math.sqrt(2.0 * layers));
    Sequential trunk =
        Sequential.empty()
            .then("token", new Embedding(outputs, width, DType.F32, weights))
            .then("position", new PositionalEmbedding(context, weights))
            .then("dropout", new Dropout(dropout));
    for (int i = 0; i < layers; i++) {
      trunk =
          trunk.then(
              "blocks/" + i,
              new TransformerBlock(
                  width, heads, mlpRatio * width, function, dropout, weights, projections));
    }
    trunk = trunk.then("norm", new LayerNorm());
    if (!tied) {
      trunk = trunk.then("head", new Dense(outputs, false, weights));
    }
    trunk.output(input);
    return new Gpt(trunk, input, outputs, tied);
  }

  private static Initializer normal(Extensions extensions, double std) {
    return extensions.create(ExtensionPoint.INITIALIZER, "normal", Map.of("std", std));
  }
}
