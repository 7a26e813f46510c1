package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Derivatives and vectorisation of functions of tensors, recorded into the trace of their
 * arguments, for plugins that differentiate functions of their own: an outer problem, an optimality
 * condition. All of it nests, and functions may use tensors around them, which count as constants.
 *
 * <p>The engine provides the one that {@link #standard()} finds.
 */
public interface Calculus {
  /**
   * What a function gives and how it moves along a direction.
   *
   * @param values the function's values
   * @param tangents the directional derivative of each; zeros for those that are not floating point
   */
  record Pushed(List<Tensor> values, List<Tensor> tangents) {}

  /**
   * What a function gives and how a covector of its values acts on its arguments.
   *
   * @param values the function's values
   * @param cotangents for each argument; zeros for those that are not floating point
   */
  record Pulled(List<Tensor> values, List<Tensor> cotangents) {}

  /**
   * The engine's.
   *
   * @throws EspalierException INTERNAL where no engine is there
   */
  static Calculus standard() {
    ModuleLayer layer = Calculus.class.getModule().getLayer();
    ServiceLoader<Calculus> found =
        layer == null
            ? ServiceLoader.load(Calculus.class, Calculus.class.getClassLoader())
            : ServiceLoader.load(layer, Calculus.class);
    return found
        .findFirst()
        .orElseThrow(() ->
            new EspalierException(
                ErrorCode.INTERNAL,
                "an engine that differentiates",
                "none beside the API",
                "put dev.espalier.engine on the module or class path"));
  }

  /** Jacobian-vector product at the arguments along tangents of their types. */
  Pushed jvp(Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> tangents);

  /** Vector-Jacobian product at the arguments for cotangents of the results' types. */
  Pulled vjp(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> cotangents);

  /**
   * A function of slices along the leading axis of its mapped arguments, for all at once.
   *
   * @param mapped which arguments have the mapped leading axis; the others are the same for all
   */
  List<Tensor> vmap(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> arguments, List<Boolean> mapped);

  /** The derivative of an order of {@code t -> function(at + t * direction)} at 0. */
  Tensor directionalDerivative(
      Function<Tree<Tensor>, Tensor> function, Tree<Tensor> at, Tree<Tensor> direction, int order);
}
