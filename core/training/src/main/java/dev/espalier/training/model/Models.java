package dev.espalier.training.model;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.Extensions;
import dev.espalier.training.Suggestions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes models by kind. */
public final class Models {
  private Models() {}

  /** The kinds of model. */
  public static List<String> kinds() {
    return List.of("mlp", "cnn", "gpt");
  }

  /**
   * The hyperparameters of a kind, with defaults and domains.
   *
   * @throws EspalierException UNKNOWN_NAME where there is no such kind
   */
  public static List<Params.Entry> schema(String kind) {
    Params params = Params.defaults();
    switch (kind) {
      case "mlp" -> MlpSettings.read(params);
      case "cnn" -> CnnSettings.read(params);
      case "gpt" -> GptSettings.read(params);
      default -> throw unknown(kind);
    }
    return params.schema();
  }

  /**
   * The model of a kind.
   *
   * @param kind one of {@link #kinds()}
   * @param params its hyperparameters, see {@link #schema}; the kind is not among them
   * @param input the type of an input without the batch axis
   * @param outputs the extent of the output's last axis: classes, tokens or values
   * @param extensions where activations and initializers come from
   * @throws EspalierException UNKNOWN_NAME for the kind or an extension, UNKNOWN_KEY or BAD_VALUE
   *     for a hyperparameter, TYPE_MISMATCH where inputs of this type do not fit
   */
  public static Model create(
      String kind, Params params, TensorType input, int outputs, Extensions extensions) {
    requireKnownKeys(kind, params);
    if (outputs < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a model has at least 1 output",
          outputs + " for " + kind,
          "check the number of classes of the data");
    }
    return switch (kind) {
      case "mlp" -> MlpSettings.read(params).model(input, outputs, extensions);
      case "cnn" -> CnnSettings.read(params).model(input, outputs, extensions);
      case "gpt" -> GptSettings.read(params).model(input, outputs, extensions);
      default -> throw unknown(kind);
    };
  }

  private static void requireKnownKeys(String kind, Params params) {
    Set<String> known = schema(kind).stream().map(Params.Entry::name).collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>(params.given());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_KEY,
          "model " + kind + " has the keys " + String.join(", ", new TreeSet<>(known)),
          String.join(", ", unknown),
          Suggestions.didYouMean(
              unknown.iterator().next(), known, "remove the key or correct its spelling"));
    }
  }

  private static EspalierException unknown(String kind) {
    return new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        "a model is one of " + String.join(", ", kinds()),
        kind,
        "name one of these");
  }
}
