package dev.espalier.api.training;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * See {@link Objective#holding}: asks about all parameters and leaves out the held ones. Clipped
 * sums are not offered: their norms would be those of all.
 */
record HeldObjective(Objective inner, Tree<Tensor> fixed) implements Objective {
  private Tree<Tensor> all(Tree<Tensor> free) {
    return free.and(fixed);
  }

  private Tree<Tensor> along(Tree<Tensor> free) {
    return free.and(fixed.map(Tensor::zerosLike));
  }

  private <T> Tree<T> free(Tree<T> all) {
    return all.filter(path -> !fixed.contains(path));
  }

  @Override
  public Set<Need> offers() {
    Set<Need> offered = EnumSet.noneOf(Need.class);
    offered.addAll(inner.offers());
    offered.remove(Need.CLIPPED_SUM);
    return offered;
  }

  @Override
  public Set<Batch> batches() {
    return inner.batches();
  }

  @Override
  public int rows() {
    return inner.rows();
  }

  @Override
  public Optional<Tensor> present() {
    return inner.present();
  }

  @Override
  public Tensor examples(Tensor like) {
    return inner.examples(like);
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return inner.value(all(parameters));
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    ValueAndGradient found = inner.valueAndGradient(all(parameters));
    return new ValueAndGradient(found.value(), free(found.gradient()));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return free(inner.hessianVector(all(parameters), along(vector)));
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return free(inner.gaussNewtonVector(all(parameters), along(vector)));
  }

  @Override
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    return inner.perExampleValues(all(parameters));
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return free(inner.perExampleGradients(all(parameters)));
  }

  @Override
  public Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    return free(inner.layerStatistics(all(parameters), sampled));
  }

  @Override
  public Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    return free(inner.sampledGradient(all(parameters), key));
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return inner.directionalDerivative(all(parameters), along(direction), order);
  }

  @Override
  public Objective on(Batch batch) {
    return inner.on(batch).holding(fixed);
  }

  @Override
  public Objective part(int from, int to) {
    return inner.part(from, to).holding(fixed);
  }
}
