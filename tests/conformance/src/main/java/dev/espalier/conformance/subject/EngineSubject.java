package dev.espalier.conformance.subject;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.rule.Subject;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Simplify;
import java.util.List;
import java.util.function.Function;

/**
 * The transformations of the engine. Those of Espalier are {@link #standard()}; a test of the kit
 * passes wrong ones.
 *
 * @param name what they are called
 * @param jvp forward derivatives
 * @param vjp reverse derivatives
 * @param directional directional derivatives of any order
 * @param vmap vectorisation
 * @param simplify simplification
 * @param verify the verifier
 */
public record EngineSubject(
    String name,
    Jvp jvp,
    Vjp vjp,
    Directional directional,
    Vmap vmap,
    Rewrite simplify,
    Verify verify)
    implements Subject {
  /** See {@link Derivatives#jvp}. */
  @FunctionalInterface
  public interface Jvp {
    /** Values and tangents. */
    Derivatives.Pushed apply(
        Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> tangents);
  }

  /** See {@link Derivatives#vjp}. */
  @FunctionalInterface
  public interface Vjp {
    /** Values and cotangents. */
    Derivatives.Pulled apply(
        Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> cotangents);
  }

  /** See {@link Derivatives#directionalDerivative}. */
  @FunctionalInterface
  public interface Directional {
    /** The derivative of an order along a direction. */
    Tensor apply(
        Function<Tree<Tensor>, Tensor> function,
        Tree<Tensor> at,
        Tree<Tensor> direction,
        int order);
  }

  /** See {@link Derivatives#vmap}. */
  @FunctionalInterface
  public interface Vmap {
    /** The results, each with the mapped axis. */
    List<Tensor> apply(
        Function<List<Tensor>, List<Tensor>> function,
        List<Tensor> arguments,
        List<Boolean> mapped);
  }

  /** See {@link Simplify#simplify}. */
  @FunctionalInterface
  public interface Rewrite {
    /** A graph with the same bits. */
    Graph apply(Graph graph);
  }

  /** See {@link Graph#verify}. */
  @FunctionalInterface
  public interface Verify {
    /** Throws INVALID_GRAPH where a rule of the representation is broken. */
    void check(Graph graph);
  }

  /** Those of Espalier. */
  public static EngineSubject standard() {
    return new EngineSubject(
        "engine",
        Derivatives::jvp,
        Derivatives::vjp,
        Derivatives::directionalDerivative,
        Derivatives::vmap,
        Simplify::simplify,
        Graph::verify);
  }

  /** The gradient of a scalar function, by this reverse mode. */
  public List<Tensor> gradient(Function<List<Tensor>, Tensor> function, List<Tensor> at) {
    // The value's type is not known before the function is called.
    Tensor one = function.apply(at).onesLike();
    return vjp.apply(in -> List.of(function.apply(in)), at, List.of(one)).cotangents();
  }
}
