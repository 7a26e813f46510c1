package org.example.trainer;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Optimizer;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Trains a generator whose samples are to be distributed as a given normal distribution, of which
 * it sees samples only: {@code FOLDER}.
 */
public final class Adversarial extends AbstractModule {
  /** The mean of the distribution. */
  static final double MEAN = 2;

  /** Its standard deviation. */
  static final double DEVIATION = 0.5;

  private static final int EXAMPLES = 4096;
  private static final int NOISE = 2;

  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Evaluation.class)
        .setBinding()
        .toInstance(new Distance(normal(3, EXAMPLES, NOISE, 0, 1)));
    OptionalBinder.newOptionalBinder(binder(), BackendSettings.class)
        .setBinding()
        .toInstance(new BackendSettings(Optional.of("cpu"), Map.of()));
  }

  /** The run: two small perceptrons, two Adams without momentum. */
  static Run run(Extensions extensions, long steps) {
    AdversarialStep step =
        new AdversarialStep(
            perceptron(extensions, NOISE),
            perceptron(extensions, 1),
            adam(extensions),
            adam(extensions),
            0.002,
            3);
    return Run.of("adversarial", step, samples(1), samples(2), 128, steps).evaluatedEvery(250);
  }

  private static Model perceptron(Extensions extensions, int inputs) {
    return Models.create(
        "mlp",
        Params.of(Map.of("hidden", List.of(16, 16), "activation", "tanh")),
        TensorType.of(DType.F32, inputs),
        1,
        extensions);
  }

  private static Optimizer adam(Extensions extensions) {
    return extensions.create(ExtensionPoint.OPTIMIZER, "adam", Map.of("beta1", 0.0, "beta2", 0.99));
  }

  /** Samples of the distribution; there is nothing to predict from them. */
  private static ArrayDataset samples(long seed) {
    return new ArrayDataset(
        normal(seed, EXAMPLES, 1, MEAN, DEVIATION), NdArray.of(new float[EXAMPLES], EXAMPLES));
  }

  private static NdArray normal(long seed, int rows, int columns, double mean, double deviation) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian(mean, deviation);
    }
    return NdArray.of(values, rows, columns);
  }

  /** Trains, and tells how far the samples are. */
  public static void main(String[] args) {
    Injector injector = Guice.createInjector(new EspalierModule(), new Adversarial());
    Run run = run(injector.getInstance(Extensions.class), 1500);
    TrainingListener printing =
        new TrainingListener() {
          @Override
          public void evaluated(EvaluationReport report) {
            System.out.println(report);
          }
        };
    // Whoever is given a backend closes it.
    try (Backend backend = injector.getInstance(Backend.class)) {
      injector.getInstance(Trainer.class).train(run, Path.of(args[0]), backend, printing);
    }
  }
}
