package dev.espalier.training.model;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/** What is trained: a function of parameters and a batch of inputs. */
public interface Model {
  /** The type of an input without the batch axis. */
  TensorType inputType();

  /** The type of the output for such an input, without the batch axis. */
  TensorType outputType();

  /** The parameters and their first values, by path. */
  Tree<Tensor> init(Key key);

  /**
   * The predictions.
   *
   * @param parameters as {@link #init} made them or training left them
   * @param input a batch of inputs
   * @param key fresh in each step, for dropout and the like
   * @param training whether this is a training step
   * @return [batch, ...]
   * @throws EspalierException TYPE_MISMATCH where the input does not fit
   */
  Tensor apply(Tree<Tensor> parameters, Tensor input, Key key, boolean training);
}
