package dev.espalier.training.model;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.Initializer;
import dev.espalier.training.Extensions;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Dropout;
import dev.espalier.training.layer.Flatten;
import dev.espalier.training.layer.Sequential;
import java.util.List;
import java.util.Map;

/**
 * The multi-layer perceptron: the input flattened, then for each hidden layer dense, activation and
 * dropout, then dense.
 */
record MlpSettings(List<Integer> hidden, String activation, double dropout, String initializer) {
  static MlpSettings read(Params params) {
    return new MlpSettings(
        params.integers("hidden", List.of(256, 128), 1, 1 << 20, "units of each hidden layer"),
        params.text("activation", "relu", "the function after each hidden layer"),
        params
            .real("dropout", 0, "probability of dropout after each hidden layer")
            .inHalfOpen(0, 1),
        params.text("initializer", "kaiming-uniform", "the first values of weights"));
  }

  Model model(TensorType input, int outputs, Extensions extensions) {
    Activation function = extensions.create(ExtensionPoint.ACTIVATION, activation, Map.of());
    Initializer weights = extensions.create(ExtensionPoint.INITIALIZER, initializer, Map.of());
    Sequential layers = Sequential.empty().then("flatten", new Flatten());
    for (int i = 0; i < hidden.size(); i++) {
      Sequential layer =
          Sequential.empty()
              .then("dense", new Dense(hidden.get(i), weights))
              .then("activation", new ActivationLayer(function))
              .then("dropout", new Dropout(dropout));
      layers = layers.then("hidden/" + i, layer);
    }
    return new LayerModel(layers.then("output", new Dense(outputs, weights)), input);
  }
}
