package dev.espalier.training.step;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;

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
   */
  record Update(
      Held held, Tensor loss, Tensor gradientNorm, Tensor learningRate, Tree<Tensor> report) {}

  /** What the first step begins with. */
  Held init(Key key);

  /**
   * One step. A run stops where loss or gradient norm is not finite.
   *
   * @param held as {@link #init} or the last step left it
   * @param inputs a batch of inputs, [batch, ...]
   * @param targets the batch's targets, [batch, ...]
   * @param number the number of steps already done, an I64 scalar
   * @param key fresh in each step
   */
  Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key);

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
