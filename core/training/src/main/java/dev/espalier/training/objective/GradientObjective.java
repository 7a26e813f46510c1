package dev.espalier.training.objective;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.WrappedObjective;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An objective whose gradients are changed, and whose other answers are those of the inner one, on
 * other batches and parts too.
 *
 * @param inner who answers
 * @param change from the parameters and the inner answer to this one's
 */
record GradientObjective(
    Objective inner, BiFunction<Tree<Tensor>, ValueAndGradient, ValueAndGradient> change)
    implements WrappedObjective {
  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return change.apply(parameters, inner.valueAndGradient(parameters));
  }

  @Override
  public Set<Batch> batches() {
    return inner.batches();
  }

  @Override
  public Objective on(Batch batch) {
    return new GradientObjective(inner.on(batch), change);
  }

  @Override
  public Objective part(int from, int to) {
    return new GradientObjective(inner.part(from, to), change);
  }
}
