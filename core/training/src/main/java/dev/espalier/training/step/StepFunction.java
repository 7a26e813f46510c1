package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.NextBatch;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.RunGuard;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mathematics of a training step, as functions of tensors. {@link TrainingStep} calls each once
 * and records it, so that everything in {@link #step} (forward, backward and every update) becomes
 * one graph. {@link OptimizerStep} is the ordinary one: a model, a loss and an optimizer. One with
 * several objectives and several optimizers is another.
 *
 * <p>Whatever is remembered from step to step is in the two trees of {@link Held}, and whatever is
 * random comes from the key: then a run is the same on every backend, and resumes exactly.
 */
public interface StepFunction {
  /**
   * What goes from step to step.
   *
   * @param parameters what is trained
   * @param state what else is remembered, such as an optimizer's means
   */
  record Held(Tree<Tensor> parameters, Tree<Tensor> state) {}

  /**
   * What a step gives.
   *
   * @param held what the next step begins with: the same paths and types as before
   * @param loss the loss of the batch before the update, a scalar
   * @param gradientNorm the gradient's L2 norm, a scalar; 0 where there is none
   * @param learningRate the learning rate, a scalar; 0 where there is none
   * @param report further scalars for the log, by name
   * @param next what is asked of the next batch; in every step or in none
   */
  record Update(
      Held held,
      Tensor loss,
      Tensor gradientNorm,
      Tensor learningRate,
      Tree<Tensor> report,
      Optional<NextBatch> next) {
    /** One that asks for nothing. */
    public Update(
        Held held, Tensor loss, Tensor gradientNorm, Tensor learningRate, Tree<Tensor> report) {
      this(held, loss, gradientNorm, learningRate, report, Optional.empty());
    }
  }

  /** What the first step begins with. */
  Held init(Key key);

  /**
   * One step. A run stops where loss or gradient norm is not finite, but for a loss that a guard
   * withholds.
   *
   * @param held as {@link #init} or the last step left it
   * @param inputs a batch of inputs, [batch, ...]
   * @param targets the batch's targets, [batch, ...]
   * @param number the number of steps already done, an I64 scalar
   * @param key fresh in each step
   */
  Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key);

  /**
   * One step that may hold several batches, and a padded one. This is what is called; as it stands
   * here it takes the step's own batch alone.
   *
   * @param held as {@link #init} or the last step left it
   * @param batches what {@link #batches} names, and the own one
   * @param number the number of steps already done, an I64 scalar
   * @param key fresh in each step
   * @throws EspalierException MISSING_NEED where the batch is padded, of which this knows nothing
   */
  default Update step(Held held, Batches batches, Tensor number, Key key) {
    if (batches.own().present().isPresent()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "a step that knows of batches of varying size",
          getClass().getSimpleName() + " takes inputs and targets alone",
          "implement step(Held, Batches, Tensor, Key), or draw batches of one size");
    }
    return step(held, batches.own().inputs(), batches.own().targets(), number, key);
  }

  /** The batches that it asks about beside its own. */
  default Set<Objective.Batch> batches() {
    return Set.of();
  }

  /** How many examples the first step is to have, where it asks. */
  default Optional<Long> firstBatch() {
    return Optional.empty();
  }

  /** What it wants drawn outside the trace; it is in {@link Batches#drawn}. */
  default Optional<HostDraws> hostDraws() {
    return Optional.empty();
  }

  /** How its examples have to be drawn. */
  default ExampleSampling sampling() {
    return ExampleSampling.ANY;
  }

  /** What watches over a run of it. */
  default List<RunGuard> guards() {
    return List.of();
  }

  /** The hyperparameters of a run file's estimator that may be others when a run goes on. */
  default Set<String> changeable() {
    return Set.of();
  }

  /** The names of what {@link #evaluate} gives, in order; {@code loss} is among them. */
  default List<String> metrics() {
    return List.of("loss");
  }

  /**
   * What is measured of each example; the means over the held-out examples are reported.
   *
   * @param held what is measured
   * @param inputs a batch of inputs
   * @param targets the batch's targets
   * @return [batch] for each name of {@link #metrics}
   */
  Tree<Tensor> evaluate(Held held, Tensor inputs, Tensor targets);

  /**
   * The predictions, as they are in use.
   *
   * @param held what predicts
   * @param inputs a batch of inputs
   * @return [batch, ...]
   */
  Tensor predict(Held held, Tensor inputs);
}
