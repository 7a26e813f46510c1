package dev.espalier.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.RunGuard;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.reference.ReferenceBackendProvider;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.data.Batching;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.LearningRate;
import dev.espalier.training.step.OptimizerStep;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Host-drawn values, Poisson batches and guards in whole runs. */
class GuardedRunTest {
  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();
  private final List<StepReport> reports = new ArrayList<>();
  private final TrainingListener listener =
      new TrainingListener() {
        @Override
        public void note(String message) {
          notes.add(message);
        }

        @Override
        public void stepped(StepReport report) {
          reports.add(report);
        }
      };

  /** Lets so many steps of a run's whole life begin. */
  private record Budget(int steps) implements RunGuard {
    @Override
    public String name() {
      return "budget";
    }

    @Override
    public Watch open(Facts run, Journal journal) {
      int[] spent = {journal.before().size()};
      return new Watch() {
        @Override
        public Optional<String> before(long step) {
          if (spent[0] == steps) {
            return Optional.of(steps + " steps are all that may be");
          }
          journal.append("step " + step + " of " + run);
          spent[0]++;
          return Optional.empty();
        }

        @Override
        public Map<String, Double> report() {
          return Map.of("spent", (double) spent[0]);
        }

        @Override
        public List<String> notes() {
          return List.of("this is guarded");
        }
      };
    }

    @Override
    public Set<String> withheld() {
      return Set.of("loss");
    }
  }

  /**
   * The gradient plus what the host drew, which counts up from step to step over all sources, so
   * that nothing is ever drawn twice.
   */
  private record Drawing(ExampleSampling sampling, int budget, AtomicLong last)
      implements GradientEstimator, HostDraws {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Objective.ValueAndGradient found = inner.valueAndGradient(parameters);
      Tensor present =
          inner
              .present()
              .map(p -> p.to(DType.F32).sum())
              .orElse(context.learningRate().zerosLike());
      Tensor any = parameters.leaves().getFirst();
      Tree<Tensor> report =
          Tree.of("drawn", context.drawn().get("number"))
              .and("present", present)
              .and("divisor", inner.examples(any));
      Tensor nan = found.value().mul(Double.NaN);
      return new Estimate(
          Objective.at(
              parameters, new Objective.ValueAndGradient(nan, found.gradient()), "Drawing"),
          state,
          report);
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.GRADIENT);
    }

    @Override
    public Optional<HostDraws> hostDraws() {
      return Optional.of(this);
    }

    @Override
    public Tree<TensorType> types(Tree<TensorType> parameters) {
      return Tree.of("number", TensorType.of(DType.F32));
    }

    @Override
    public Source open() {
      return into -> ((float[]) into.get("number").storage())[0] = last.incrementAndGet();
    }

    @Override
    public List<RunGuard> guards() {
      return List.of(new Budget(budget));
    }
  }

  private static Run run(GradientEstimator estimator) {
    int examples = 30;
    float[] inputs = new float[examples];
    for (int i = 0; i < examples; i++) {
      inputs[i] = i * 0.1f;
    }
    ArrayDataset all =
        new ArrayDataset(NdArray.of(inputs, examples, 1), NdArray.of(inputs, examples, 1));
    TensorType one = TensorType.of(DType.F32, 4, 1);
    TrainingStep.Settings settings =
        new TrainingStep.Settings(
            new LayerModel(
                new Dense(1, dev.espalier.training.oracle.Parts.normal(0.1)),
                TensorType.of(DType.F32, 1)),
            new dev.espalier.training.oracle.Parts.SquaredError(true),
            dev.espalier.training.oracle.Parts.descent(),
            new LearningRate((number, total) -> number.onesLike(), 1e-2, 20),
            Gradients.exact().by(estimator),
            StepInputs.of(one, one));
    return Run.of(
            "guarded", new OptimizerStep(settings), all.slice(0, 24), all.slice(24, 30), 4, 20)
        .checkpointedEvery(5, 9);
  }

  private RunResult train(Run run, Batching batching, TrainingListener with) {
    Parts ordinary = Parts.ordinary();
    Trainer trainer =
        new Trainer(
            dev.espalier.training.oracle.Parts.extensions(),
            (kind, options) -> {
              throw new AssertionError(kind);
            },
            new Parts(
                batching,
                ordinary.step(),
                ordinary.evaluation(),
                ordinary.checkpointing(),
                ordinary.reporting()));
    try (Backend backend = new ReferenceBackendProvider().open(Map.of())) {
      return trainer.train(run, folder.resolve("run"), backend, with);
    }
  }

  private static TrainingListener stoppingAt(long step) {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        if (report.step() == step) {
          throw new IllegalStateException("stopped");
        }
      }
    };
  }

  private double reported(int index, String name) {
    return new HashMap<>(reports.get(index).report()).getOrDefault(name, Double.NaN);
  }

  @Test
  void aGuardEndsARunBeforeTheStepAndWhatItTellsIsEverywhere() throws IOException {
    Drawing estimator = new Drawing(ExampleSampling.ANY, 7, new AtomicLong());
    RunResult result = train(run(estimator), Batching.shuffled(), listener);
    assertThat(result.steps()).isEqualTo(7);
    assertThat(reports).hasSize(7);
    assertThat(notes)
        .contains("this is guarded")
        .anyMatch(note -> note.contains("after step 7 of 20: 7 steps are all that may be"));
    Checkpoint last = CheckpointStore.latest(folder.resolve("run")).required(folder);
    assertThat(last.manifest().step()).isEqualTo(7);
    assertThat(last.manifest().metrics()).containsEntry("spent", 7.0);
    List<String> lines = Files.readAllLines(folder.resolve("run").resolve("metrics.jsonl"));
    assertThat(lines.getFirst()).contains("\"spent\":1").doesNotContain("\"loss\"");
    assertThat(reports).allMatch(report -> Double.isNaN(report.loss()));
    // A run whose budget is spent goes on with nothing.
    assertThat(train(run(estimator), Batching.shuffled(), listener).steps()).isEqualTo(7);
    assertThat(reports).hasSize(7);
  }

  @Test
  void stepsAfterTheLastCheckpointStaySpentAndNothingIsDrawnAgain() {
    Drawing estimator = new Drawing(ExampleSampling.ANY, 12, new AtomicLong());
    Run run = run(estimator);
    assertThatThrownBy(() -> train(run, Batching.shuffled(), stoppingAt(8))).hasMessage("stopped");
    // Eight of twelve are spent, and the run goes on from step 5: four more.
    RunResult result = train(run, Batching.shuffled(), listener);
    assertThat(result.steps()).isEqualTo(9);
    assertThat(reports).extracting(StepReport::step).containsExactly(6L, 7L, 8L, 9L);
    assertThat(reported(0, "drawn")).isEqualTo(9);
    assertThat(reported(3, "drawn")).isEqualTo(12);
    assertThat(reports.getLast().guarded()).containsEntry("spent", 12.0);
  }

  @Test
  void poissonBatchesVaryAndDivideByTheExpectedNumber() {
    Drawing estimator = new Drawing(ExampleSampling.SECRET_POISSON, 20, new AtomicLong());
    train(run(estimator), Batching.secretPoisson(), listener);
    assertThat(reports).hasSize(20);
    List<Double> sizes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      assertThat(reported(i, "divisor")).isEqualTo(4);
      sizes.add(reported(i, "present"));
    }
    assertThat(sizes.stream().distinct().count()).isGreaterThan(2);
  }

  @Test
  void otherSamplingThanIsNeededIsRefusedUnlessItIsAskedFor() {
    Drawing needsPoisson = new Drawing(ExampleSampling.POISSON, 20, new AtomicLong());
    Drawing needsSecret = new Drawing(ExampleSampling.SECRET_POISSON, 20, new AtomicLong());
    assertThatThrownBy(() -> train(run(needsPoisson), Batching.shuffled(), listener))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("shuffled-not-what-the-accountant-assumes");
    assertThatThrownBy(() -> train(run(needsSecret), Batching.poisson(), listener))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("from a secure generator")
        .hasMessageContaining("from the run's seed");
    assertThat(folder.resolve("run")).doesNotExist();
    train(run(needsPoisson), Batching.shuffled().unaccounted(), listener);
    assertThat(notes).anyMatch(note -> note.contains("not drawn as its accountant assumes"));
    assertThat(reported(0, "present")).isZero();
  }
}
