package dev.espalier.training.oracle;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Initializer;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.training.Extensions;
import java.util.Map;
import java.util.Optional;

/** Plain extensions for tests. */
public final class Parts {
  private Parts() {}

  /** Normal with a standard deviation. */
  public static Initializer normal(double std) {
    return (key, type, fanIn, fanOut) -> key.normal(type.dtype(), type.shape()).mul(std);
  }

  /** Knows {@code relu}, {@code gelu}, {@code normal} and {@code kaiming-uniform}. */
  public static Extensions extensions() {
    return new Extensions() {
      @Override
      public <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params) {
        Activation relu = Tensor::relu;
        Activation gelu = x -> x.mul(x.div(Math.sqrt(2)).erf().add(1).mul(0.5));
        Object made =
            switch (name) {
              case "relu" -> relu;
              case "gelu" -> gelu;
              case "normal" -> normal(Params.of(params).real("std", 1, "").positive());
              case "kaiming-uniform" ->
                  (Initializer)
                      (key, type, fanIn, fanOut) ->
                          key.uniform(type.dtype(), type.shape())
                              .mul(2)
                              .sub(1)
                              .mul(Math.sqrt(6.0 / fanIn));
              default ->
                  throw new EspalierException(
                      ErrorCode.UNKNOWN_NAME, point.name(), name, "name another");
            };
        return point.type().cast(made);
      }

      @Override
      public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
        return new PluginInfo("test.parts", "1", PluginInfo.API_VERSION);
      }
    };
  }

  /** {@code sum((p - t)^2) / 2} over an example's axes, with or without its output Hessian. */
  public record SquaredError(boolean closedForm) implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      Tensor half = predictions.sub(targets).square().mul(0.5);
      int batch = half.shape().extent(0);
      return half.reshape(batch, half.shape().size() / batch).sum(1);
    }

    @Override
    public Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor v) {
      return closedForm ? Optional.of(v) : Optional.empty();
    }

    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of((p, targets, key) -> key.normal(p.dtype(), p.shape()));
    }
  }

  /** The negative log-probability of the class, the mean over positions. */
  public record CrossEntropy() implements Loss {
    @Override
    public Target target() {
      return Target.CLASSES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      int classes = predictions.shape().extent(-1);
      Tensor one = targets.oneHot(classes, predictions.dtype());
      Tensor loss = predictions.logSoftmax(-1).mul(one).sum(-1).neg();
      int batch = loss.shape().extent(0);
      return loss.reshape(batch, loss.shape().size() / batch).mean(1);
    }

    /** {@code (softmax(x) - onehot(k)) / sqrt(n)}, k drawn from the softmax, n the positions. */
    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of((predictions, targets, key) -> {
        Tensor one =
            key.categorical(predictions)
                .oneHot(predictions.shape().extent(-1), predictions.dtype());
        int positions = targets.shape().size() / targets.shape().extent(0);
        return predictions.softmax(-1).sub(one).div(Math.sqrt(positions));
      });
    }
  }

  /** Plain gradient descent. */
  public static Optimizer descent() {
    return Optimizer.of(
        (GradientTransform)
            (gradient, parameters, state, context) ->
                new GradientTransform.Result(gradient, state));
  }
}
