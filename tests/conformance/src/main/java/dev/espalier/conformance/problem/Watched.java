package dev.espalier.conformance.problem;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.WrappedObjective;
import java.util.Optional;
import java.util.Set;

/**
 * An objective that notes what it is asked. A value that comes with a gradient counts as the
 * gradient.
 *
 * @param inner answers
 * @param asked takes the questions
 */
public record Watched(Objective inner, Set<Need> asked) implements WrappedObjective {
  @Override
  public Tensor value(Tree<Tensor> parameters) {
    asked.add(Need.VALUE);
    return inner.value(parameters);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    asked.add(Need.GRADIENT);
    return inner.valueAndGradient(parameters);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    asked.add(Need.HESSIAN_VECTOR);
    return inner.hessianVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    asked.add(Need.GAUSS_NEWTON_VECTOR);
    return inner.gaussNewtonVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    asked.add(Need.PER_EXAMPLE_GRADIENTS);
    return inner.perExampleGradients(parameters);
  }

  @Override
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    asked.add(Need.PER_EXAMPLE_VALUES);
    return inner.perExampleValues(parameters);
  }

  @Override
  public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    asked.add(Need.CLIPPED_SUM);
    return inner.clippedSum(parameters, clipping);
  }

  @Override
  public Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    asked.add(Need.LAYER_STATISTICS);
    sampled.ifPresent(key -> asked.add(Need.SAMPLED_GRADIENT));
    return inner.layerStatistics(parameters, sampled);
  }

  @Override
  public Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    asked.add(Need.SAMPLED_GRADIENT);
    return inner.sampledGradient(parameters, key);
  }

  @Override
  public Set<Batch> batches() {
    return inner.batches();
  }

  @Override
  public Objective on(Batch batch) {
    return new Watched(inner.on(batch), asked);
  }

  @Override
  public Objective part(int from, int to) {
    return new Watched(inner.part(from, to), asked);
  }

  @Override
  public Objective holding(Tree<Tensor> fixed) {
    return new Watched(inner.holding(fixed), asked);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    asked.add(Need.DIRECTIONAL_DERIVATIVE);
    return inner.directionalDerivative(parameters, direction, order);
  }
}
