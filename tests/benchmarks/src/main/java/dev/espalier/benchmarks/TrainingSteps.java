package dev.espalier.benchmarks;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;
import dev.espalier.training.Extensions;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Conv2d;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.GlobalMeanPool;
import dev.espalier.training.layer.Padding;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.LearningRate;
import dev.espalier.training.step.Precision;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import java.util.List;
import java.util.Map;

/**
 * The training steps that are compared with those of peers, which {@code peers/peers.py} has in the
 * same shapes. All in f32, softmax cross-entropy over random targets, learning rate 1e-3:
 *
 * <ul>
 *   <li>{@code mlp}: 784-512-512-10 with ReLU, batch 128, Adam;
 *   <li>{@code gpt}: 4 layers, width 128, 4 heads, context 128, 96 tokens, batch 16, AdamW;
 *   <li>{@code gpt-medium}: 6 layers, width 384, 6 heads, context 256, 96 tokens, batch 8, AdamW;
 *   <li>{@code cnn}: convolutions 3x3 of 32, 64 and 128 channels with strides 1, 2 and 2 and ReLU,
 *       the mean over the image, 10 classes; images 3x32x32, batch 64, Adam.
 * </ul>
 */
public final class TrainingSteps {
  private static final int LABELS = 10;
  private static final int VOCABULARY = 96;
  private static final List<String> NAMES = List.of("mlp", "gpt", "gpt-medium", "cnn");

  private final Extensions extensions;

  /** The steps, from these extensions. */
  public TrainingSteps(Extensions extensions) {
    this.extensions = extensions;
  }

  /** The names of the steps. */
  public static List<String> names() {
    return NAMES;
  }

  /** The number of classes of a step: targets, and inputs where they are integers, are below it. */
  public static int classes(String name) {
    return name.startsWith("gpt") ? VOCABULARY : LABELS;
  }

  /**
   * The training step of a name in F32.
   *
   * @throws EspalierException UNKNOWN_NAME
   */
  public TrainingStep build(String name) {
    return build(name, Precision.F32);
  }

  /**
   * The training step of a name.
   *
   * @param precision what its products take
   * @throws EspalierException UNKNOWN_NAME
   */
  public TrainingStep build(String name, Precision precision) {
    TrainingStep.Settings settings = settings(name).with(Gradients.exact().in(precision));
    return TrainingStep.build(settings);
  }

  /**
   * What the training step of a name is made of, in F32.
   *
   * @throws EspalierException UNKNOWN_NAME
   */
  public TrainingStep.Settings settings(String name) {
    return switch (name) {
      case "mlp" -> perceptron();
      case "gpt" -> transformer(4, 128, 4, 128, 16);
      case "gpt-medium" -> transformer(6, 384, 6, 256, 8);
      case "cnn" -> convolutional();
      default ->
          throw new EspalierException(
              ErrorCode.UNKNOWN_NAME,
              "a training step is one of " + String.join(", ", NAMES),
              name,
              "choose one of them");
    };
  }

  private TrainingStep.Settings perceptron() {
    TensorType image = TensorType.of(DType.F32, 784);
    Model model =
        Models.create(
            "mlp",
            Params.of(Map.of("hidden", List.of(512, 512), "activation", "relu")),
            image,
            LABELS,
            extensions);
    return step(model, "adam", Map.of(), image, 128, TensorType.of(DType.I32, 128));
  }

  private TrainingStep.Settings transformer(
      int layers, int width, int heads, int context, int batch) {
    TensorType tokens = TensorType.of(DType.I32, context);
    Model model =
        Models.create(
            "gpt",
            Params.of(
                Map.of("layers", (long) layers, "width", (long) width, "heads", (long) heads)),
            tokens,
            VOCABULARY,
            extensions);
    return step(model, "adamw", Map.of(), tokens, batch, TensorType.of(DType.I32, batch, context));
  }

  private TrainingStep.Settings convolutional() {
    TensorType image = TensorType.of(DType.F32, 3, 32, 32);
    Initializer weights =
        extensions.create(ExtensionPoint.INITIALIZER, "kaiming-uniform", Map.of());
    Sequential layers =
        Sequential.empty()
            .then("conv0", convolution(32, 1, weights))
            .then("act0", activation())
            .then("conv1", convolution(64, 2, weights))
            .then("act1", activation())
            .then("conv2", convolution(128, 2, weights))
            .then("act2", activation())
            .then("mean", new GlobalMeanPool())
            .then("output", new Dense(LABELS, weights));
    return step(
        new LayerModel(layers, image), "adam", Map.of(), image, 64, TensorType.of(DType.I32, 64));
  }

  private ActivationLayer activation() {
    return new ActivationLayer(extensions.create(ExtensionPoint.ACTIVATION, "relu", Map.of()));
  }

  private static Conv2d convolution(int channels, int stride, Initializer weights) {
    return new Conv2d(channels, 3, stride, Padding.same(), 1, 1, true, weights);
  }

  private TrainingStep.Settings step(
      Model model,
      String optimizer,
      Map<String, ?> parameters,
      TensorType input,
      int batch,
      TensorType targets) {
    return new TrainingStep.Settings(
        model,
        extensions.create(ExtensionPoint.LOSS, "softmax-cross-entropy", Map.of()),
        extensions.create(ExtensionPoint.OPTIMIZER, optimizer, parameters),
        new LearningRate(
            extensions.create(ExtensionPoint.SCHEDULE, "constant", Map.of()), 1e-3, 1000),
        Gradients.exact(),
        StepInputs.of(input.withShape(input.shape().insert(0, batch)), targets));
  }
}
