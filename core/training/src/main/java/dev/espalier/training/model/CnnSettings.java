package dev.espalier.training.model;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.Initializer;
import dev.espalier.training.Extensions;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.AvgPool2d;
import dev.espalier.training.layer.Conv2d;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Dropout;
import dev.espalier.training.layer.Flatten;
import dev.espalier.training.layer.MaxPool2d;
import dev.espalier.training.layer.Padding;
import dev.espalier.training.layer.Reshape;
import dev.espalier.training.layer.Sequential;
import java.util.List;
import java.util.Map;

/**
 * The convolutional network: for each entry of channels convolution with padding {@code same},
 * activation and pooling by 2; then flattened, dense, activation, dropout, dense. Images are
 * [channels, height, width], or [height, width] of one channel.
 */
record CnnSettings(
    List<Integer> channels,
    int kernel,
    String pooling,
    int hidden,
    String activation,
    double dropout,
    String initializer) {
  static CnnSettings read(Params params) {
    return new CnnSettings(
        params.integers("channels", List.of(32, 64), 1, 1 << 16, "channels of each convolution"),
        (int) params.integer("kernel", 3, "height and width of the kernels").in(1, 63),
        params.choice("pooling", "max", List.of("max", "mean", "none"), "how windows of 2 shrink"),
        (int) params.integer("hidden", 128, "units of the dense layer").in(1, 1 << 20),
        params.text("activation", "relu", "the function after each layer"),
        params.real("dropout", 0, "probability of dropout after the dense layer").inHalfOpen(0, 1),
        params.text("initializer", "kaiming-uniform", "the first values of weights"));
  }

  Model model(TensorType input, int outputs, Extensions extensions) {
    Activation function = extensions.create(ExtensionPoint.ACTIVATION, activation, Map.of());
    Initializer weights = extensions.create(ExtensionPoint.INITIALIZER, initializer, Map.of());
    Sequential layers = Sequential.empty();
    if (input.shape().rank() == 2) {
      Shape image = input.shape().insert(0, 1);
      layers = layers.then("image", new Reshape(image));
    }
    for (int i = 0; i < channels.size(); i++) {
      layers = layers.then("stages/" + i, stage(channels.get(i), function, weights));
    }
    layers =
        layers
            .then("flatten", new Flatten())
            .then("hidden", new Dense(hidden, weights))
            .then("activation", new ActivationLayer(function))
            .then("dropout", new Dropout(dropout))
            .then("output", new Dense(outputs, weights));
    return new LayerModel(layers, input);
  }

  private Sequential stage(int count, Activation function, Initializer weights) {
    Sequential stage =
        Sequential.empty()
            .then("conv", new Conv2d(count, kernel, Padding.same(), weights))
            .then("activation", new ActivationLayer(function));
    return switch (pooling) {
      case "max" -> stage.then("pool", new MaxPool2d(2));
      case "mean" -> stage.then("pool", new AvgPool2d(2));
      default -> stage;
    };
  }
}
