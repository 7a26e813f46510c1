package dev.espalier.integration.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.data.CsvFormat;
import dev.espalier.training.data.CsvTable;
import dev.espalier.training.model.Models;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.LearningRate;
import dev.espalier.training.step.OptimizerStep;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Backends;
import dev.espalier.training.trainer.Parts;
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An estimator that somebody wrote against the API, with the AdamW of a plugin, in whole runs. */
final class EstimatedRunTest {
  private static final BackendSettings CPU =
      new BackendSettings(Optional.of("cpu"), Map.of("threads", "1"));

  private static final Injector INJECTOR =
      Guice.createInjector(
          new EspalierModule(),
          binder ->
              OptionalBinder.newOptionalBinder(binder, BackendSettings.class)
                  .setBinding()
                  .toInstance(CPU));

  @TempDir private Path folder;

  @BeforeEach
  void writePoints() {
    PointsRun.writeTo(folder);
  }

  private Run run(Optimizer optimizer, Gradients gradients) {
    Extensions extensions = INJECTOR.getInstance(Extensions.class);
    CsvTable table = CsvTable.read(folder.resolve("points.csv"), CsvFormat.classification("side"));
    ArrayDataset all = new ArrayDataset(table.inputs(), table.targets());
    ArrayDataset training = all.slice(0, 150);
    OptimizerStep step =
        new OptimizerStep(
            new TrainingStep.Settings(
                Models.create(
                    "mlp",
                    Params.of(Map.of("hidden", List.of(8), "activation", "tanh")),
                    TensorType.of(DType.F32, 2),
                    2,
                    extensions),
                extensions.create(ExtensionPoint.LOSS, "softmax-cross-entropy", Map.of()),
                optimizer,
                new LearningRate(
                    extensions.create(ExtensionPoint.SCHEDULE, "constant", Map.of()), 0.01, 20),
                gradients,
                StepInputs.of(training.inputType(16), training.targetType(16))));
    return Run.of("points", step, training, all.slice(150, 200), 16, 20)
        .withSeed(7)
        .checkpointedEvery(8, 3);
  }

  private static Optimizer adam() {
    return INJECTOR
        .getInstance(Extensions.class)
        .create(ExtensionPoint.OPTIMIZER, "adamw", Map.of());
  }

  private static Gradients noisy(double bound, double noise) {
    return Gradients.exact().by(new NoisyClipping(bound, noise));
  }

  private Map<String, NdArray> trained(Run run, String name, TrainingListener listener) {
    Path into = folder.resolve(name);
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      INJECTOR.getInstance(Trainer.class).train(run, into, backend, listener);
      assertThat(backend.liveBytes()).isZero();
    }
    return CheckpointStore.latest(into).required(into).tensors();
  }

  private Map<String, NdArray> trained(Run run, String name) {
    return trained(run, name, TrainingListener.silent());
  }

  @Test
  void withoutClippingAndNoiseItIsThePlainRun() {
    Map<String, NdArray> plain = trained(run(adam(), Gradients.exact()), "plain");
    Map<String, NdArray> found = trained(run(adam(), noisy(1e9, 0)), "found");
    assertThat(found.keySet()).isEqualTo(plain.keySet());
    plain.forEach((name, values) ->
        assertThat(Tree.of(found).get(name).toDoubles())
            .as(name)
            .containsExactly(values.toDoubles(), within(1e-4)));
  }

  @Test
  void noiseFollowsFromTheSeedAndAStoppedRunGoesOnAlike() {
    List<Double> norms = new ArrayList<>();
    TrainingListener watching =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            norms.add(report.report().get("largest norm"));
          }
        };
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            if (report.step() == 12) {
              throw new IllegalStateException("stopped");
            }
          }
        };
    Run run = run(adam(), noisy(0.5, 1.1));
    Map<String, NdArray> whole = trained(run, "whole", watching);
    assertThatThrownBy(() -> trained(run, "stopped", stopping)).hasMessage("stopped");
    assertThat(trained(run, "stopped")).isEqualTo(whole);
    assertThat(trained(run.withSeed(8), "other")).isNotEqualTo(whole);
    assertThat(trained(run(adam(), noisy(0.5, 0)), "silent")).isNotEqualTo(whole);
    assertThat(norms).hasSize(20).allMatch(norm -> norm > 0);
  }

  /** What is installed, and the estimator. */
  private record With(Extensions installed) implements Extensions {
    @Override
    public <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params) {
      if (!name.equals("noisy-clipping")) {
        return installed.create(point, name, params);
      }
      Params given = Params.of(params);
      return point
          .type()
          .cast(
              new NoisyClipping(
                  given.real("bound", 1, "").positive(), given.real("noise", 1, "").positive()));
    }

    @Override
    public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
      return name.equals("noisy-clipping")
          ? new PluginInfo("com.example.noisy", "1", PluginInfo.API_VERSION)
          : installed.pluginOf(point, name);
    }
  }

  @Test
  void aRunFileNamesItAndFreezesAndGroupsParameters() {
    Extensions extensions = new With(INJECTOR.getInstance(Extensions.class));
    Trainer trainer =
        new Trainer(extensions, INJECTOR.getInstance(Backends.class), Parts.ordinary());
    RunRequest request =
        PointsRun.writeTo(folder)
            .with("estimator", "{kind: noisy-clipping, bound: 0.5, noise: 0.1}")
            .with("frozen", "[hidden/**]")
            .with("groups", "[{match: '**/bias', rate: 0}]")
            .with("checkpoint.keep", "9");
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      trainer.train(request, backend, TrainingListener.silent());
      trainer.evaluate(folder.resolve("run"), Optional.empty(), backend, TrainingListener.silent());
    }
    Path run = folder.resolve("run");
    Checkpoint last = CheckpointStore.latest(run).required(run);
    Map<String, NdArray> before =
        Checkpoint.read(run.resolve("checkpoints").resolve("step-00000000")).tensors();
    last.tensors()
        .forEach((name, values) -> {
          boolean moves =
              !name.startsWith("parameters/") || name.equals("parameters/output/weight");
          assertThat(values.equals(Tree.of(before).get(name))).as(name).isEqualTo(!moves);
        });
    assertThat(last.tensors().keySet())
        .filteredOn(name -> name.startsWith("state/"))
        .isNotEmpty()
        .noneMatch(name -> name.contains("hidden"));
    assertThat(last.manifest().plugins()).anyMatch(use -> use.id().equals("com.example.noisy"));
  }

  /** Asks for the value, as for a line search. */
  private record Searching() implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return new Step(parameters, state, objective.value(parameters), Tree.empty());
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.VALUE, Objective.Need.GRADIENT);
    }
  }

  @Test
  void anOptimizerThatAsksMoreThanItGivesIsRefusedBeforeTheFirstStep() {
    assertThatThrownBy(() -> trained(run(new Searching(), noisy(1, 1)), "refused"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Searching needs VALUE")
        .hasMessageContaining("NoisyClipping offers GRADIENT");
  }
}
