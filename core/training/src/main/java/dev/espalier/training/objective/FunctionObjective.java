package dev.espalier.training.objective;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.WrappedObjective;
import java.util.Set;
import java.util.function.Function;

/**
 * Any traced scalar function of a tree as an objective, for an optimizer to make small: one player
 * of a game, an outer problem, a regularised loss. It knows of no examples, so it offers neither
 * per-example gradients nor a Gauss-Newton product. What is asked twice at the same tensors is
 * traced once.
 */
public final class FunctionObjective implements WrappedObjective {
  private final Objective inner;
  private final SameTensors<Tensor> values = new SameTensors<>();
  private final SameTensors<ValueAndGradient> gradients = new SameTensors<>();

  /**
   * The objective of a function.
   *
   * @param function from what is moved to a floating-point scalar; tensors around it are constants
   */
  public FunctionObjective(Function<Tree<Tensor>, Tensor> function) {
    this.inner = Objective.of(function);
  }

  @Override
  public Objective inner() {
    return inner;
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return gradients
        .find(parameters, ValueAndGradient::value)
        .map(ValueAndGradient::value)
        .or(() -> values.find(parameters, value -> value))
        .orElseGet(() -> values.keep(parameters, inner.value(parameters)));
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return gradients
        .find(parameters, ValueAndGradient::value)
        .orElseGet(() -> gradients.keep(parameters, inner.valueAndGradient(parameters)));
  }

  /**
   * This objective for an optimizer, which is refused what it does not declare.
   *
   * @param optimizer who asks, by name in messages
   * @param needs what it declares
   * @throws EspalierException MISSING_NEED where it declares what is not offered
   */
  public Objective restrictedTo(String optimizer, Set<Need> needs) {
    return new RestrictedObjective(this, "a function's objective", optimizer, needs);
  }
}
