package dev.espalier.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.NextBatch;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Objective.Batch;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.reference.ReferenceBackendProvider;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.LearningRate;
import dev.espalier.training.step.OptimizerStep;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepBatchesTest {
  private static final int EXAMPLES = 23;
  private static final int BATCH = 4;

  /** Example i is i, and its target i + 1/2. */
  private static ArrayDataset numbered(int from, int count) {
    double[] inputs = new double[count];
    double[] targets = new double[count];
    for (int i = 0; i < count; i++) {
      inputs[i] = from + i;
      targets[i] = from + i + 0.5;
    }
    return new ArrayDataset(
        NdArray.of(inputs, count, 1).convert(DType.F32),
        NdArray.of(targets, count, 1).convert(DType.F32));
  }

  /**
   * Descends along the gradients of all its batches, and asks for one example more in each step,
   * for the run's own number in every third, and for the same in every fifth.
   */
  private record Growing(Set<Batch> batches, boolean asking) implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Optional<Long> firstBatch() {
      return asking ? Optional.of(6L) : Optional.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Objective.ValueAndGradient found = objective.valueAndGradient(parameters);
      Tree<Tensor> direction = found.gradient();
      for (Batch batch : batches) {
        direction = direction.zip(objective.on(batch).gradient(parameters), Tensor::add);
      }
      Tree<Tensor> moved =
          parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(p).mul(d)));
      Step plain = new Step(moved, state, found.value(), Tree.empty());
      if (!asking) {
        return plain;
      }
      Tensor done = context.step();
      Tensor own = done.rem(3).eq(0);
      return plain.asking(
          new NextBatch(own.select(done.zerosLike(), done.add(5)), done.rem(5).eq(4)));
    }
  }

  private static Run run(Optimizer optimizer, int heldOut) {
    TensorType one = TensorType.of(DType.F32, BATCH, 1);
    TrainingStep.Settings settings =
        new TrainingStep.Settings(
            new LayerModel(
                new Dense(1, dev.espalier.training.oracle.Parts.normal(0.1)),
                TensorType.of(DType.F32, 1)),
            new dev.espalier.training.oracle.Parts.SquaredError(true),
            optimizer,
            new LearningRate((number, total) -> number.onesLike(), 1e-4, 20),
            Gradients.exact(),
            StepInputs.of(one, one));
    return Run.of(
            "asking",
            new OptimizerStep(settings),
            numbered(0, EXAMPLES),
            numbered(100, heldOut),
            BATCH,
            20)
        .checkpointedEvery(8, 3);
  }

  private static StepBatches batches(Optimizer optimizer) {
    return new StepBatches(Assembly.of(run(optimizer, 9), Parts.ordinary()));
  }

  private static List<double[]> copies(List<NdArray> values) {
    return values.stream().map(v -> v.toDoubles().clone()).toList();
  }

  private static void belongTogether(double[] inputs, double[] targets) {
    for (int i = 0; i < inputs.length; i++) {
      assertThat(targets[i]).isEqualTo(inputs[i] + 0.5);
    }
  }

  @Test
  void whatWasAskedForIsGivenAndPadded() {
    StepBatches of = batches(new Growing(EnumSet.allOf(Batch.class), true));
    List<double[]> first = copies(of.next(0));
    // inputs, targets, present, count; the same of the previous; inputs, targets of three more.
    assertThat(first).hasSize(14);
    assertThat(first.get(2)).containsExactly(1, 1, 1, 1, 1, 1, 0, 0);
    assertThat(first.get(3)).containsExactly(6);
    double[] six = Arrays.copyOf(first.get(0), 6);
    assertThat(six).doesNotHaveDuplicates();
    assertThat(Arrays.copyOfRange(first.get(0), 6, 8)).containsExactly(six[0], six[1]);
    assertThat(first.get(4)).containsExactly(first.get(0));
    assertThat(Arrays.stream(first.get(8)).boxed()).hasSize(BATCH).doesNotHaveDuplicates();
    assertThat(first.get(10)).hasSize(BATCH);
    assertThat(Arrays.stream(first.get(10)).boxed()).allMatch(x -> x >= 100);
    assertThat(first.get(12)).hasSize(EXAMPLES);
    for (int i : new int[] {0, 4, 8, 10, 12}) {
      belongTogether(first.get(i), first.get(i + 1));
    }

    of.asked(0, 0, false);
    List<double[]> own = copies(of.next(1));
    assertThat(own.get(2)).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
    assertThat(own.get(3)).containsExactly(BATCH);
    assertThat(own.get(4)).containsExactly(first.get(0));
    assertThat(own.get(7)).containsExactly(6);
    assertThat(own.get(8)).isNotEqualTo(first.get(8));

    of.asked(1, 11, true);
    List<double[]> again = copies(of.next(2));
    assertThat(again.get(0)).containsExactly(Arrays.copyOf(own.get(0), BATCH));
    assertThat(again.get(4)).containsExactly(again.get(0));

    of.asked(2, NextBatch.ALL, false);
    List<double[]> all = copies(of.next(3));
    assertThat(all.get(0)).hasSize(EXAMPLES).isSorted();
    assertThat(all.get(3)).containsExactly(EXAMPLES);
    assertThat(of.epoch(3)).isCloseTo((6 + 4 + 4) / 20.0, within(1e-12));
  }

  @Test
  void fromWhatIsRememberedItGoesOnAlike() {
    Growing optimizer = new Growing(EnumSet.of(Batch.PREVIOUS, Batch.SECOND), true);
    StepBatches one = batches(optimizer);
    one.next(0);
    one.asked(0, 9, false);
    one.next(1);
    one.asked(1, 7, false);
    StepBatches other = batches(optimizer);
    other.restore(one.state());
    List<double[]> wanted = copies(one.next(2));
    List<double[]> found = copies(other.next(2));
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).containsExactly(wanted.get(i));
    }
    assertThat(other.epoch(2)).isEqualTo(one.epoch(2));
    assertThatThrownBy(() -> batches(optimizer).restore(Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("run/batches");
  }

  @Test
  void whereNobodyAsksThePreviousBatchIsThatOfTheStepBefore() {
    StepBatches of = batches(new Growing(EnumSet.of(Batch.PREVIOUS), false));
    List<double[]> before = copies(of.next(0));
    assertThat(before).hasSize(4);
    assertThat(before.get(2)).containsExactly(before.get(0));
    for (long number = 1; number < 7; number++) {
      List<double[]> now = copies(of.next(number));
      assertThat(now.get(2)).containsExactly(before.get(0));
      assertThat(now.get(3)).containsExactly(before.get(1));
      assertThat(now.get(0)).isNotEqualTo(before.get(0));
      before = now;
    }
    assertThat(of.state()).isEmpty();
  }

  @Test
  void aStepThatNeedsHeldOutExamplesIsRefusedWhereThereAreNone() {
    Run run = run(new Growing(EnumSet.of(Batch.VALIDATION), false), 0);
    assertThatThrownBy(() -> Assembly.of(run, Parts.ordinary()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("held-out");
  }

  private static Map<String, NdArray> last(Path folder) {
    return CheckpointStore.latest(folder).required(folder).tensors();
  }

  @Test
  void aRunThatAsksEndsWithTheSameBitsWhenItWasStopped(@TempDir Path folder) {
    Run run = run(new Growing(EnumSet.of(Batch.PREVIOUS, Batch.FULL), true), 9);
    Trainer trainer =
        new Trainer(
            dev.espalier.training.oracle.Parts.extensions(),
            (kind, options) -> {
              throw new AssertionError(kind);
            },
            Parts.ordinary());
    List<Double> epochs = new ArrayList<>();
    TrainingListener watching =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            epochs.add(report.epoch());
          }
        };
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            if (report.step() == 13) {
              throw new IllegalStateException("stopped");
            }
          }
        };
    try (Backend backend = new ReferenceBackendProvider().open(Map.of())) {
      trainer.train(run, folder.resolve("whole"), backend, watching);
      assertThatThrownBy(() -> trainer.train(run, folder.resolve("stopped"), backend, stopping))
          .hasMessage("stopped");
      trainer.train(run, folder.resolve("stopped"), backend, TrainingListener.silent());
    }
    assertThat(last(folder.resolve("stopped"))).isEqualTo(last(folder.resolve("whole")));
    assertThat(last(folder.resolve("whole"))).containsKey("run/batches");
    assertThat(epochs).hasSize(20).isSorted().doesNotHaveDuplicates();
  }
}
