package dev.espalier.training.step;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.training.model.Model;

/**
 * A model whose predictions are checked to fit the targets.
 *
 * @param model the model
 * @param loss the loss that compares them
 * @param targets the type of a batch of targets; of other batches only the example is compared
 */
record CheckedModel(Model model, Loss loss, TensorType targets) implements Model {
  @Override
  public TensorType inputType() {
    return model.inputType();
  }

  @Override
  public TensorType outputType() {
    return model.outputType();
  }

  @Override
  public Tree<Tensor> init(Key key) {
    return model.init(key);
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor input, Key key, boolean training) {
    Tensor predictions = model.apply(parameters, input, key, training);
    int batch = predictions.shape().rank() == 0 ? 0 : predictions.shape().extent(0);
    TensorType wanted =
        targets.shape().rank() == 0 ? targets : targets.withShape(targets.shape().with(0, batch));
    Targets.require(loss, predictions.type(), wanted);
    return predictions;
  }
}
