package dev.espalier.integration.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Guice;
import com.google.inject.Module;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.host.EspalierModule;
import dev.espalier.host.ExtensionPoints;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.checkpoint.Checkpointing;
import dev.espalier.training.checkpoint.Checkpoints;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.data.Batching;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.metrics.MetricsLog;
import dev.espalier.training.step.OptimizerStep;
import dev.espalier.training.step.StepBuilder;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Reporting;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.RunStart;
import dev.espalier.training.trainer.Session;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each part of the trainer is replaced once by a binding, and seen to be used. */
final class ReplacedPartsTest {
  @TempDir Path folder;
  private RunRequest request = RunRequest.of(Path.of(""));

  @BeforeEach
  void writeRun() {
    request = PointsRun.writeTo(folder);
  }

  private static <T> Module setting(Class<T> type, T instance) {
    return binder ->
        OptionalBinder.newOptionalBinder(binder, type).setBinding().toInstance(instance);
  }

  private static Trainer trainer(Module... modules) {
    List<Module> all = new ArrayList<>(List.of(modules));
    all.add(new EspalierModule());
    return Guice.createInjector(all).getInstance(Trainer.class);
  }

  private Path run() {
    return folder.resolve("run");
  }

  private List<MetricsLog.Entry> metrics() {
    return MetricsLog.read(run().resolve("metrics.jsonl"));
  }

  private Checkpoint last() {
    return CheckpointStore.latest(run()).required(run());
  }

  @Test
  void batching() {
    List<Long> filled = new ArrayList<>();
    Batching first16 =
        (training, batch, random) ->
            new BatchSource() {
              @Override
              public Batch allocate() {
                return training.allocate(batch);
              }

              @Override
              public void fill(long step, Batch into) {
                filled.add(step);
                training.fill(LongStream.range(0, batch).mapToInt(i -> (int) i).toArray(), into);
              }

              @Override
              public double epoch(long step) {
                return 100 + step;
              }
            };
    trainer(setting(Batching.class, first16)).train(request);

    assertThat(filled).containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
    assertThat(metrics().getFirst().values()).containsEntry("epoch", 101.0);
  }

  /** Moves nothing, and says so. */
  private record Frozen() implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tensor loss = objective.valueAndGradient(parameters).value();
      return new Step(parameters, state, loss, Tree.of("moved", loss.zerosLike()));
    }
  }

  @Test
  void theStep() {
    StepBuilder freezing = settings -> new OptimizerStep(settings.with(new Frozen()));
    trainer(setting(StepBuilder.class, freezing)).train(request);
    Map<String, NdArray> trained = last().tensors();
    Map<String, NdArray> begun =
        Checkpoint.read(run().resolve("checkpoints/step-00000008")).tensors();

    assertThat(trained).isEqualTo(begun);
    assertThat(trained.keySet()).allMatch(name -> name.startsWith("parameters/"));
    assertThat(metrics().getFirst().values()).containsEntry("moved", 0.0);
  }

  private static final class Answer implements Evaluation.Evaluator {
    private final List<String> told;

    Answer(List<String> told, Session session, Dataset heldOut, int batch) {
      this.told = told;
      told.add("prepared for " + heldOut.size() + " in batches of " + batch);
      told.add(session.parameters() + " parameters");
    }

    @Override
    public EvaluationReport evaluate(long step) {
      return EvaluationReport.of(step, Map.of("loss", 1.5, "answer", 42.0));
    }

    @Override
    public void close() {
      told.add("closed");
    }
  }

  @Test
  void evaluation() {
    List<String> told = new ArrayList<>();
    Evaluation answering = (session, heldOut, batch) -> new Answer(told, session, heldOut, batch);
    RunResult result = trainer(setting(Evaluation.class, answering)).train(request);

    assertThat(told).containsExactly("prepared for 50 in batches of 16", "42 parameters", "closed");
    assertThat(result.last().loss()).isEqualTo(1.5);
    assertThat(metrics().getLast().values()).containsEntry("validation_answer", 42.0);
    assertThat(last().manifest().metrics()).containsEntry("validation_answer", 42.0);
  }

  private double lossOn(ArrayDataset examples, String run) {
    Evaluation evaluation =
        Evaluation.on(examples)
            .with(trained -> Map.of("tensors", (double) trained.size()))
            .with(trained -> Map.of("twice", 2.0 * trained.size()));
    RunResult result =
        trainer(setting(Evaluation.class, evaluation)).train(request.into(folder.resolve(run)));
    double tensors = result.last().further().getOrDefault("tensors", 0.0);
    assertThat(tensors).isPositive();
    assertThat(result.last().further()).containsEntry("twice", 2 * tensors);
    assertThat(result.last().accuracy()).isPresent();
    return result.last().loss();
  }

  private static ArrayDataset points(int... classes) {
    double[] inputs = new Random(3).doubles(2L * classes.length, -1, 1).toArray();
    return new ArrayDataset(
        NdArray.of(inputs, classes.length, 2).convert(DType.F32),
        NdArray.of(classes, classes.length));
  }

  /** The mean over three examples and over the first of them is not that of the held-out ones. */
  @Test
  void evaluationOnOtherExamplesAndOfWhatIsTrained() {
    double all = lossOn(points(0, 1, 1), "all");
    double first = lossOn(points(0, 1, 1).slice(0, 1), "first");
    double rest = lossOn(points(0, 1, 1).slice(1, 3), "rest");

    assertThat(all).isCloseTo((first + 2 * rest) / 3, within(1e-6));
    assertThat(all).isNotEqualTo(trainer().train(request).last().loss());
  }

  /** The map has no order, and that of another run is another one. */
  @Test
  void furtherMeasuresAreInTheOrderOfTheirNames() {
    Evaluation evaluation =
        Evaluation.onHeldOutExamples()
            .with(trained -> Map.of("z", 26.0))
            .with(trained ->
                Map.of("f", 6.0, "b", 2.0, "g", 7.0, "a", 1.0, "d", 4.0, "e", 5.0, "c", 3.0));
    RunResult result = trainer(setting(Evaluation.class, evaluation)).train(request);
    assertThat(result.last().further().keySet())
        .containsExactly("z", "a", "b", "c", "d", "e", "f", "g");
  }

  @Test
  void twoMeasuresOfOneNameAreRefused() {
    for (String name : List.of("loss", "accuracy", "gap")) {
      Evaluation evaluation =
          Evaluation.onHeldOutExamples()
              .with(trained -> Map.of("gap", 1.0))
              .with(trained -> Map.of(name, 2.0));
      Trainer trainer = trainer(setting(Evaluation.class, evaluation));
      RunRequest into = request.into(folder.resolve(name));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> trainer.train(into))
          .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_VALUE))
          .withMessageContaining("two measures " + name);
    }
  }

  /** Keeps checkpoints in memory, all of them. */
  private static final class InMemory implements Checkpointing, Checkpoints {
    private final List<Checkpoint> kept = new ArrayList<>();
    private int open;

    @Override
    public Checkpoints open(Path runFolder, int keep) {
      open++;
      return this;
    }

    @Override
    public Checkpoint.Latest latest(Path runFolder) {
      return latest();
    }

    @Override
    public Checkpoint.Latest latest() {
      return new Checkpoint.Latest(
          kept.isEmpty() ? Optional.empty() : Optional.of(kept.getLast()), List.of());
    }

    @Override
    public Path save(Map<String, NdArray> tensors, Manifest manifest) {
      kept.add(new Checkpoint(Path.of("memory"), manifest, tensors));
      return Path.of("memory");
    }

    @Override
    public int discardAfter(long step) {
      int before = kept.size();
      kept.removeIf(checkpoint -> checkpoint.manifest().step() > step);
      return before - kept.size();
    }

    @Override
    public void close() {
      open--;
    }
  }

  @Test
  void checkpointing() {
    InMemory memory = new InMemory();
    Reporting nowhere = Reporting.to(TrainingListener.silent());
    Trainer trainer =
        trainer(setting(Checkpointing.class, memory), setting(Reporting.class, nowhere));
    trainer.train(request);

    assertThat(run()).doesNotExist();
    assertThat(memory.open).isZero();
    assertThat(memory.kept)
        .extracting(checkpoint -> checkpoint.manifest().step())
        .containsExactly(0L, 8L, 16L, 20L);

    // What an ordinary trainer keeps on disk is the same.
    trainer().train(request);
    assertThat(memory.kept.getLast().tensors()).isEqualTo(last().tensors());
  }

  private record Heard(List<String> told) implements Reporting.Report {
    @Override
    public void started(RunStart start) {
      told.add("started " + start.name());
    }

    @Override
    public void stepped(StepReport report) {
      told.add("step " + report.step());
    }

    @Override
    public void evaluated(EvaluationReport report) {
      told.add("evaluated " + report.step());
    }

    @Override
    public void checkpointing(long step) {
      told.add("about to keep " + step);
    }

    @Override
    public void checkpointed(long step, Path where) {
      told.add("kept " + step);
    }

    @Override
    public void close() {
      told.add("closed");
    }
  }

  @Test
  void reporting() {
    List<String> told = new ArrayList<>();
    trainer(setting(Reporting.class, (start, listener) -> new Heard(told)))
        .train(request.with("steps", "3"));

    assertThat(told)
        .containsExactly(
            "started points",
            "about to keep 0",
            "kept 0",
            "step 1",
            "step 2",
            "step 3",
            "evaluated 3",
            "about to keep 3",
            "kept 3",
            "closed");
    assertThat(run().resolve("metrics.jsonl")).doesNotExist();
  }

  @Test
  void aReportIsClosedWhereTheRunFails() {
    List<String> told = new ArrayList<>();
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            throw new IllegalStateException("enough");
          }
        };
    Reporting both = ((Reporting) (start, listener) -> new Heard(told)).and(Reporting.to(failing));

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> trainer(setting(Reporting.class, both)).train(request));
    assertThat(told).endsWith("step 1", "closed");
  }

  @Test
  void anActivationThatAModuleBindsIsUsedByItsNameInARunFile() {
    Module bent =
        binder ->
            ExtensionPoints.factories(binder, ExtensionPoint.ACTIVATION)
                .addBinding("bent")
                .toInstance(params -> x -> x.div(x.abs().add(1)));
    trainer(bent).train(request.with("model.activation", "bent"));

    assertThat(last().manifest().plugins())
        .contains(
            new Manifest.PluginUse(
                "bound-by-a-module", "0", Optional.empty(), List.of("activation/bent")));
  }
}
