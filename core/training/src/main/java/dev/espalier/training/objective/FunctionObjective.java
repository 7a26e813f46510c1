package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Derivatives;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Any traced scalar function of a tree as an objective, for an optimizer to make small: one player
 * of a game, an outer problem, a regularised loss. It knows of no examples, so it offers neither
 * per-example gradients nor a Gauss-Newton product. What is asked twice at the same tensors is
 * traced once.
 */
public final class FunctionObjective implements Objective {
  private static final Set<Need> OFFERED =
      Set.copyOf(
          EnumSet.of(Need.VALUE, Need.GRADIENT, Need.HESSIAN_VECTOR, Need.DIRECTIONAL_DERIVATIVE));

  private final Function<Tree<Tensor>, Tensor> function;
  private final SameTensors<Tensor> values = new SameTensors<>();
  private final SameTensors<ValueAndGradient> gradients = new SameTensors<>();

  /**
   * The objective of a function.
   *
   * @param function from what is moved to a floating-point scalar; tensors around it are constants
   */
  public FunctionObjective(Function<Tree<Tensor>, Tensor> function) {
    this.function = function;
  }

  @Override
  public Set<Need> offers() {
    return OFFERED;
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return gradients
        .find(parameters)
        .map(ValueAndGradient::value)
        .or(() -> values.find(parameters))
        .orElseGet(() -> values.keep(parameters, function.apply(parameters)));
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return gradients
        .find(parameters)
        .orElseGet(
            () -> gradients.keep(parameters, Derivatives.valueAndGradient(function, parameters)));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return Derivatives.hessianVector(function, parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw notOffered(Need.GAUSS_NEWTON_VECTOR);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    throw notOffered(Need.PER_EXAMPLE_GRADIENTS);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return Derivatives.directionalDerivative(
        function, parameters, parameters.zip(direction, (p, d) -> d), order);
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

  private static EspalierException notOffered(Need need) {
    return new EspalierException(
        ErrorCode.MISSING_NEED,
        "an objective that offers " + need,
        "a function's objective, which knows of no examples",
        "use an optimizer that does not ask for it");
  }
}
