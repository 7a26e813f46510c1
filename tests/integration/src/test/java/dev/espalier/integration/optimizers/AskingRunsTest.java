package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.model.Models;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.LearningRate;
import dev.espalier.training.step.OptimizerStep;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole runs, in f32 on the CPU backend, of optimizers that ask for batches or at several points.
 */
final class AskingRunsTest {
  private static final int EXAMPLES = 120;
  private static final int BATCH = 8;

  private static final Injector INJECTOR =
      Guice.createInjector(
          new EspalierModule(),
          binder ->
              OptionalBinder.newOptionalBinder(binder, BackendSettings.class)
                  .setBinding()
                  .toInstance(new BackendSettings(Optional.of("cpu"), Map.of("threads", "1"))));

  @TempDir private Path folder;

  private static ArrayDataset points() {
    Random random = new Random(5);
    double[] inputs = random.doubles(2L * EXAMPLES, -1, 1).toArray();
    double[] sides = new double[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      sides[i] = inputs[2 * i] > inputs[2 * i + 1] ? 1 : 0;
    }
    return new ArrayDataset(
        NdArray.of(inputs, EXAMPLES, 2).convert(DType.F32),
        NdArray.of(sides, EXAMPLES).convert(DType.I32));
  }

  private static Run run(
      String optimizer, Map<String, Object> params, Gradients gradients, double rate, int steps) {
    Extensions extensions = INJECTOR.getInstance(Extensions.class);
    ArrayDataset training = points();
    OptimizerStep step =
        new OptimizerStep(
            new TrainingStep.Settings(
                Models.create(
                    "mlp",
                    Params.of(Map.of("hidden", List.of(6), "activation", "tanh")),
                    TensorType.of(DType.F32, 2),
                    2,
                    extensions),
                extensions.create(ExtensionPoint.LOSS, "softmax-cross-entropy", Map.of()),
                extensions.create(ExtensionPoint.OPTIMIZER, optimizer, params),
                new LearningRate(
                    extensions.create(ExtensionPoint.SCHEDULE, "constant", Map.of()), rate, steps),
                gradients,
                StepInputs.of(training.inputType(BATCH), training.targetType(BATCH))));
    return Run.of("points", step, training, training.slice(0, 40), BATCH, steps)
        .withSeed(7)
        .checkpointedEvery(5, 3);
  }

  private Map<String, NdArray> trained(Run run, String name, TrainingListener listener) {
    Path into = folder.resolve(name);
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      INJECTOR.getInstance(Trainer.class).train(run, into, backend, listener);
    }
    return CheckpointStore.latest(into).required(into).tensors();
  }

  /** Keeps the reports, and stops where it is told to. */
  private static final class Watching implements TrainingListener {
    private final List<StepReport> reports = new ArrayList<>();
    private final long last;

    Watching(long last) {
      this.last = last;
    }

    @Override
    public void stepped(StepReport report) {
      reports.add(report);
      if (report.step() == last) {
        throw new IllegalStateException("stopped");
      }
    }

    /** How many examples each step saw, from the second on. */
    List<Long> batches() {
      List<Long> batches = new ArrayList<>();
      for (int i = 1; i < reports.size(); i++) {
        double share = reports.get(i).epoch() - reports.get(i - 1).epoch();
        batches.add(Math.round(share * EXAMPLES));
      }
      return batches;
    }
  }

  private List<Long> asks(String name, Map<String, Object> params, double rate) {
    Run run = run(name, params, Gradients.exact(), rate, 14);
    Watching whole = new Watching(0);
    Map<String, NdArray> wanted = trained(run, "whole", whole);
    assertThatThrownBy(() -> trained(run, "stopped", new Watching(7))).hasMessage("stopped");
    assertThat(trained(run, "stopped", TrainingListener.silent())).isEqualTo(wanted);
    return whole.batches();
  }

  @Test
  void spiderSeesAllExamplesEveryPeriodAndResumesAlike() {
    assertThat(asks("normalized-spider", Map.of("period", 4), 0.05))
        .containsExactly(8L, 8L, 8L, 120L, 8L, 8L, 8L, 120L, 8L, 8L, 8L, 120L, 8L);
  }

  @Test
  void adaGradsBatchesGrowUntilAllAreInThemAndResumeAlike() {
    List<Long> batches = asks("adadagrad", Map.of("eta", 0.5), 0.3);
    assertThat(batches).isSorted().endsWith((long) EXAMPLES);
    assertThat(batches.getFirst()).isBetween(8L, 119L);
  }

  @ParameterizedTest
  @CsvSource({
    "mars-adamw, 0.02",
    "accelerated-sgd, 0.2",
    "clipped-adam, 0.05",
    "prox-prox, 1",
    "sania-hutchinson, 0.3",
    "sania-pcg, 0.3",
    "sania-cubic, 0.3",
    "mars-shampoo, 0.02",
    "u-dog, 1"
  })
  void eachTrains(String name, double rate) {
    Map<String, Object> params =
        switch (name) {
          case "clipped-adam" -> Map.of("sharpness", true);
          case "mars-adamw", "mars-shampoo" -> Map.of("exact", true);
          case "u-dog" -> Map.of("reach", 0.01);
          default -> Map.of();
        };
    Watching watching = new Watching(0);
    trained(run(name, params, Gradients.exact(), rate, 60), name, watching);
    double before = mean(watching, 0, 10);
    double after = mean(watching, 50, 60);
    assertThat(after).isLessThan(0.5 * before);
  }

  private static double mean(Watching watching, int from, int to) {
    return watching.reports.subList(from, to).stream()
        .mapToDouble(StepReport::loss)
        .average()
        .orElseThrow();
  }

  @Test
  void theEstimatorOfMarsBeforeAdamWIsMarsAdamW() {
    Extensions extensions = INJECTOR.getInstance(Extensions.class);
    Gradients mars =
        Gradients.exact()
            .by(
                extensions.create(
                    ExtensionPoint.GRADIENT_ESTIMATOR, "mars", Map.of("exact", true)));
    Map<String, NdArray> composed =
        trained(
            run("adamw", Map.of("beta1", 0.95, "beta2", 0.99, "weight_decay", 0.0), mars, 0.02, 20),
            "composed",
            TrainingListener.silent());
    Map<String, NdArray> whole =
        trained(
            run("mars-adamw", Map.of("exact", true), Gradients.exact(), 0.02, 20),
            "whole",
            TrainingListener.silent());
    composed.forEach((name, values) -> {
      if (name.startsWith("parameters/")) {
        NdArray other = whole.getOrDefault(name, values);
        assertThat(whole).containsKey(name);
        assertThat(values.toDoubles()).containsExactly(other.toDoubles(), within(1e-5));
      }
    });
  }
}
