package org.example.learnregularisation;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.host.EspalierModule;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.training.Extensions;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * Learns which features of a classification do not matter: {@code FOLDER [HYPERGRADIENT]}. Of
 * {@value #FEATURES} features the first {@value #RELEVANT} decide the class.
 */
public final class LearnRegularisation extends AbstractModule {
  static final int FEATURES = 40;
  static final int RELEVANT = 5;
  private static final int TRAINED = 100;
  private static final int HELD_OUT = 200;
  private static final int TESTED = 2000;
  private static final double FIRST_RIDGE = -4;

  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Evaluation.class)
        .setBinding()
        .toInstance(
            // The ridges were fitted to the held-out examples.
            Evaluation.on(examples(3, TESTED)).with(LearnRegularisation::ridges));
    OptionalBinder.newOptionalBinder(binder(), BackendSettings.class)
        .setBinding()
        .toInstance(new BackendSettings(Optional.of("cpu"), Map.of()));
  }

  /** The mean logarithm of the ridge of the features that matter, and of the others. */
  private static Map<String, Double> ridges(Map<String, NdArray> trained) {
    double[] all = Objects.requireNonNull(trained.get("parameters/" + RidgeStep.RIDGE)).toDoubles();
    return Map.of(
        "relevant", Arrays.stream(all, 0, RELEVANT).average().orElseThrow(),
        "irrelevant", Arrays.stream(all, RELEVANT, FEATURES).average().orElseThrow());
  }

  /**
   * The run.
   *
   * @param hypergradient the name of an estimator
   * @param learned whether the ridges move, or stay as they began
   * @param innerSteps of the inner level in a step
   */
  static Run run(
      Extensions extensions, String hypergradient, boolean learned, int innerSteps, long steps) {
    Map<String, ?> settings =
        hypergradient.equals("implicit") ? Map.of("iterations", 30, "tolerance", 1e-4) : Map.of();
    BilevelMethod method =
        new BilevelMethod(
            extensions.create(Hypergradient.POINT, hypergradient, settings),
            new InnerLevel(
                extensions.create(ExtensionPoint.OPTIMIZER, "sgd", Map.of("momentum", 0.9)),
                0.1,
                innerSteps),
            extensions.create(ExtensionPoint.OPTIMIZER, "adam", Map.of()));
    RidgeStep step = new RidgeStep(FEATURES, method, learned ? 0.05 : 0, FIRST_RIDGE);
    return Run.of(
            "learn-regularisation",
            step,
            examples(1, TRAINED),
            examples(2, HELD_OUT),
            HELD_OUT / 2,
            steps)
        .evaluatedEvery(50);
  }

  /** Features are normal; the class is drawn with a probability that the first of them decide. */
  static ArrayDataset examples(long seed, int count) {
    Random random = new Random(seed);
    float[] inputs = new float[count * FEATURES];
    float[] targets = new float[count];
    for (int i = 0; i < count; i++) {
      double score = 0;
      for (int j = 0; j < FEATURES; j++) {
        double value = random.nextGaussian();
        inputs[i * FEATURES + j] = (float) value;
        score += j < RELEVANT ? (j % 2 == 0 ? 1.5 : -1.5) * value : 0;
      }
      targets[i] = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    }
    return new ArrayDataset(NdArray.of(inputs, count, FEATURES), NdArray.of(targets, count));
  }

  /** Trains with ridges as they began, and with learned ones. */
  public static void main(String[] args) {
    Injector injector = Guice.createInjector(new EspalierModule(), new LearnRegularisation());
    Extensions extensions = injector.getInstance(Extensions.class);
    String name = args.length > 1 ? args[1] : "implicit";
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
      Path folder = Path.of(args[0]);
      for (boolean learned : new boolean[] {false, true}) {
        System.out.println(learned ? "ridges that are learned" : "one ridge");
        Run run = run(extensions, name, learned, 20, 300);
        trainer.train(run, folder.resolve(learned ? "learned" : "one"), backend, printing);
      }
    }
  }
}
