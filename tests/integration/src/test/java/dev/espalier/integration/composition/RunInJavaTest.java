package dev.espalier.integration.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Engine;
import dev.espalier.host.BackendSelection;
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
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.Session;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is given in Java, and the backends of an injector. */
final class RunInJavaTest {
  private static final BackendSettings CPU =
      new BackendSettings(Optional.of("cpu"), Map.of("threads", "1"));

  private static final Injector INJECTOR =
      Guice.createInjector(
          new EspalierModule(),
          binder ->
              OptionalBinder.newOptionalBinder(binder, BackendSettings.class)
                  .setBinding()
                  .toInstance(CPU));

  private static final TrainingListener SILENT = TrainingListener.silent();

  /** What the run file says, in Java. */
  private static Run run(Path folder) {
    Extensions extensions = INJECTOR.getInstance(Extensions.class);
    CsvTable table = CsvTable.read(folder.resolve("points.csv"), CsvFormat.classification("side"));
    ArrayDataset all = new ArrayDataset(table.inputs(), table.targets());
    ArrayDataset training = all.slice(0, 150);
    OptimizerStep step =
        new OptimizerStep(
            new TrainingStep.Settings(
                Models.create(
                    "mlp",
                    Params.of(Map.of("hidden", List.of(8), "activation", "tanh", "dropout", 0.1)),
                    TensorType.of(DType.F32, 2),
                    2,
                    extensions),
                extensions.create(ExtensionPoint.LOSS, "softmax-cross-entropy", Map.of()),
                extensions.create(ExtensionPoint.OPTIMIZER, "adamw", Map.of()),
                new LearningRate(
                    extensions.create(ExtensionPoint.SCHEDULE, "constant", Map.of()),
                    0.01,
                    PointsRun.STEPS),
                Gradients.exact(),
                StepInputs.of(training.inputType(16), training.targetType(16))));
    return Run.of("points", step, training, all.slice(150, 200), 16, PointsRun.STEPS)
        .withSeed(7)
        .evaluatedEvery(8)
        .checkpointedEvery(8, 3);
  }

  private static Checkpoint last(Path run) {
    return CheckpointStore.latest(run).required(run);
  }

  @Test
  void itHasTheBitsOfTheSameRunFromAFile(@TempDir Path folder) {
    RunRequest request = PointsRun.writeTo(folder);
    Trainer trainer = INJECTOR.getInstance(Trainer.class);
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      trainer.train(request, backend, SILENT);
      trainer.train(run(folder), folder.resolve("java"), backend, SILENT);
      assertThat(backend.liveBytes()).isZero();
    }

    Checkpoint one = last(folder.resolve("run"));
    Checkpoint other = last(folder.resolve("java"));
    assertThat(other.tensors()).isEqualTo(one.tensors());
    assertThat(other.manifest().metrics()).isEqualTo(one.manifest().metrics());
  }

  @Test
  void whatItLearnedCanBeOpenedAndAnotherRunCannotGoOnInItsFolder(@TempDir Path folder) {
    PointsRun.writeTo(folder);
    Run run = run(folder);
    Path java = folder.resolve("java");
    Trainer trainer = INJECTOR.getInstance(Trainer.class);
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      trainer.train(run, java, backend, SILENT);
      TensorType two = TensorType.of(DType.F32, 2, 2);
      try (Session session = trainer.open(run, java, backend);
          Session.Program predict = session.compile(session.step().predictGraph(two))) {
        NdArray predicted = predict.run(NdArray.of(new float[] {1, 1, -1, 1}, 2, 2)).getFirst();
        assertThat(predicted.type()).isEqualTo(two);
        assertThat(predicted.getDouble(0)).isNotEqualTo(predicted.getDouble(2));
      }
      assertThat(backend.liveBytes()).isZero();
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> trainer.train(run.withSeed(8), java, backend, SILENT))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_MISMATCH))
          .withMessageContaining("seed 8");
    }
  }

  @Test
  void eachBackendIsItsReceiversToClose() {
    try (Backend one = INJECTOR.getInstance(Backend.class);
        Backend other = INJECTOR.getInstance(Backend.class)) {
      assertThat(one).isNotSameAs(other);
    }
  }

  @Test
  void theTrainerClosesTheBackendThatItOpens(@TempDir Path folder) {
    List<Backend> opened = new ArrayList<>();
    Injector injector =
        Guice.createInjector(
            new EspalierModule(),
            binder -> {
              var selection = binder.getProvider(BackendSelection.class);
              OptionalBinder.newOptionalBinder(binder, Backends.class)
                  .setBinding()
                  .toInstance((name, options) -> {
                    Backend backend = selection.get().open(name, options);
                    opened.add(backend);
                    return backend;
                  });
            });
    injector.getInstance(Trainer.class).train(PointsRun.writeTo(folder));

    assertThat(opened).hasSize(1);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> opened.getFirst().openScope())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.USE_AFTER_CLOSE));
  }

  @Test
  void theEngineRunsOnABackendWhatItInterprets() {
    Engine engine = INJECTOR.getInstance(Engine.class);
    var graph =
        engine.gradient(
            engine.trace(
                "f",
                List.of(TensorType.of(DType.F32, 3)),
                in -> List.of(in.getFirst().square().sum())));
    NdArray x = NdArray.of(new float[] {1, -2, 3}, 3);
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      assertThat(engine.run(graph, backend, List.of(x)))
          .isEqualTo(engine.interpret(graph, List.of(x)));
      assertThat(backend.liveBytes()).isZero();
    }
  }
}
