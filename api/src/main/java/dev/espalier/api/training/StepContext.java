package dev.espalier.api.training;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/**
 * What an optimizer may know of the step.
 *
 * @param step the number of steps already done, an I64 scalar: 0 in the first
 * @param learningRate the learning rate that the schedule gives for this step, an F32 scalar
 * @param key fresh in each step
 * @param drawn what the host drew for this step, as {@link HostDraws#types} names it
 */
public record StepContext(Tensor step, Tensor learningRate, Key key, Tree<Tensor> drawn) {
  /** One of a step for which the host draws nothing. */
  public StepContext(Tensor step, Tensor learningRate, Key key) {
    this(step, learningRate, key, Tree.empty());
  }

  /** With what the host drew. */
  public StepContext drawing(Tree<Tensor> values) {
    return new StepContext(step, learningRate, key, values);
  }

  /** The number of this step from 1 on, in the element type of a tensor. */
  public Tensor count(Tensor like) {
    return step.add(1).to(like.dtype());
  }

  /** The learning rate as a tensor of another's type. */
  public Tensor learningRateLike(Tensor like) {
    return learningRate.to(like.dtype()).broadcast(like.shape());
  }

  /** The context of a part, with a key of its own. */
  public StepContext part(long number) {
    return new StepContext(step, learningRate, key.fold(number), drawn);
  }

  /** With the learning rate multiplied. */
  public StepContext atRate(double factor) {
    return factor == 1 ? this : new StepContext(step, learningRate.mul(factor), key, drawn);
  }
}
