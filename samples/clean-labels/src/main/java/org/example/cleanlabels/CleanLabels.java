package org.example.cleanlabels;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.host.EspalierModule;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.training.Extensions;
import dev.espalier.training.data.IdxReader;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trains on digits of which half have a wrong label, and finds them: {@code DATA FOLDER
 * [HYPERGRADIENT]}. DATA holds {@code images-idx3-ubyte.gz} and {@code labels-idx1-ubyte.gz}.
 */
public final class CleanLabels extends AbstractModule {
  private final Labelled data;

  CleanLabels(Labelled data) {
    this.data = data;
  }

  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Evaluation.class)
        .setBinding()
        .toInstance(
            // Neither level has seen these.
            Evaluation.on(data.tested())
                .with(trained -> Map.of("auc", Separation.auc(weights(trained), data.wrong()))));
    OptionalBinder.newOptionalBinder(binder(), BackendSettings.class)
        .setBinding()
        .toInstance(new BackendSettings(Optional.of("cpu"), Map.of()));
  }

  private static double[] weights(Map<String, NdArray> trained) {
    return Objects.requireNonNull(trained.get("parameters/" + CleaningStep.WEIGHT)).toDoubles();
  }

  /** Digits: so many to train on, a fourth of that held out, 1,000 tested on. */
  static Labelled digits(Path folder, int trained) {
    NdArray images = IdxReader.readUnit(folder.resolve("images-idx3-ubyte.gz"));
    NdArray labels = IdxReader.read(folder.resolve("labels-idx1-ubyte.gz"));
    int count = trained + trained / 4 + 1000;
    int features = images.type().shape().size() / images.type().shape().extent(0);
    float[] pixels = new float[count * features];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) images.getDouble(i);
    }
    int[] classes = IntStream.range(0, count).map(i -> (int) labels.getDouble(i)).toArray();
    NdArray inputs = NdArray.wrap(TensorType.of(DType.F32, count, features), pixels);
    return Labelled.of(inputs, classes, 10, trained, trained / 4);
  }

  /**
   * The run. A step has all examples to train on.
   *
   * @param hypergradient the name of an estimator
   * @param learned whether the weights of examples move, or stay equal
   */
  static Run run(
      Extensions extensions, Labelled data, String hypergradient, boolean learned, long steps) {
    Map<String, ?> settings =
        hypergradient.equals("implicit") ? Map.of("iterations", 10, "tolerance", 1e-3) : Map.of();
    BilevelMethod method =
        new BilevelMethod(
            extensions.create(Hypergradient.POINT, hypergradient, settings),
            new InnerLevel(
                extensions.create(ExtensionPoint.OPTIMIZER, "sgd", Map.of("momentum", 0.9)),
                0.1,
                10),
            extensions.create(ExtensionPoint.OPTIMIZER, "adam", Map.of()));
    CleaningStep step = new CleaningStep(data.sizes(), method, learned ? 0.1 : 0, 1e-3);
    return Run.of(
            "clean-labels", step, data.training(), data.heldOut(), data.training().size(), steps)
        .evaluatedEvery(10);
  }

  /** Trains with equal weights, and with learned ones. */
  public static void main(String[] args) {
    Labelled data = digits(Path.of(args[0]), 4000);
    Injector injector = Guice.createInjector(new EspalierModule(), new CleanLabels(data));
    Extensions extensions = injector.getInstance(Extensions.class);
    String name = args.length > 2 ? args[2] : "implicit";
    TrainingListener printing =
        new TrainingListener() {
          @Override
          public void evaluated(EvaluationReport report) {
            System.out.println(report);
          }
        };
    // Whoever is given a backend closes it.
    try (Backend backend = injector.getInstance(Backend.class)) {
      Trainer trainer = injector.getInstance(Trainer.class);
      for (boolean learned : new boolean[] {false, true}) {
        System.out.println(learned ? "weights that are learned" : "equal weights");
        Path folder = Path.of(args[1]).resolve(learned ? "learned" : "equal");
        trainer.train(run(extensions, data, name, learned, 50), folder, backend, printing);
      }
    }
  }
}
