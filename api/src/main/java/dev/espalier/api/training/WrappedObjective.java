package dev.espalier.api.training;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.Optional;
import java.util.Set;

/**
 * An objective that answers as another one does, but for what it overrides. Other batches, parts of
 * the batch and held parameters it does not hand through: their answers would not be changed.
 */
public interface WrappedObjective extends Objective {
  /** Who answers. */
  Objective inner();

  @Override
  default Set<Need> offers() {
    return inner().offers();
  }

  @Override
  default int rows() {
    return inner().rows();
  }

  @Override
  default Optional<Tensor> present() {
    return inner().present();
  }

  @Override
  default Tensor examples(Tensor like) {
    return inner().examples(like);
  }

  @Override
  default Tensor value(Tree<Tensor> parameters) {
    return inner().value(parameters);
  }

  @Override
  default ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return inner().valueAndGradient(parameters);
  }

  @Override
  default Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return inner().hessianVector(parameters, vector);
  }

  @Override
  default Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return inner().gaussNewtonVector(parameters, vector);
  }

  @Override
  default Tensor perExampleValues(Tree<Tensor> parameters) {
    return inner().perExampleValues(parameters);
  }

  @Override
  default Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return inner().perExampleGradients(parameters);
  }

  @Override
  default ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    return inner().clippedSum(parameters, clipping);
  }

  @Override
  default Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    return inner().layerStatistics(parameters, sampled);
  }

  @Override
  default Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    return inner().sampledGradient(parameters, key);
  }

  @Override
  default Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return inner().directionalDerivative(parameters, direction, order);
  }
}
