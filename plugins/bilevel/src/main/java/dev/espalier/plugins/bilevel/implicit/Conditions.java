package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.plugins.bilevel.Level;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Conditions that solutions of optimization problems satisfy. Objectives are functions of (theta,
 * x), as those of {@link Level} are.
 *
 * <p>Source: M. Blondel et al., "Efficient and Modular Implicit Differentiation", arXiv:2105.15183,
 * table 1.
 */
public final class Conditions {
  private Conditions() {}

  /** Where the gradient is 0: {@code F = df/dx}. */
  public static Condition stationary(Level f) {
    return new Stationary(f);
  }

  private record Stationary(Level f) implements Condition {
    @Override
    public Tree<Tensor> residual(Tree<Tensor> x, Tree<Tensor> theta) {
      return gradient(f, x, theta);
    }

    @Override
    public boolean symmetric() {
      return true;
    }
  }

  private static Tree<Tensor> gradient(Level f, Tree<Tensor> x, Tree<Tensor> theta) {
    return Objective.of(at -> f.value(theta, at)).gradient(x);
  }

  /**
   * The fixed point of projected gradient descent, {@code T = projection(x - rate df/dx)}, for
   * minimisers over a convex set.
   *
   * @param f the objective
   * @param projection onto the set
   * @param rate greater than 0; the solution and its derivative do not depend on it
   */
  public static Condition projectedGradient(
      Level f, UnaryOperator<Tree<Tensor>> projection, double rate) {
    return (x, theta) -> projection.apply(descended(f, x, theta, rate));
  }

  /**
   * The fixed point of proximal gradient descent, {@code T = prox(x - rate df/dx, theta)}, for
   * minimisers of {@code f + h}.
   *
   * @param f the smooth part
   * @param prox of (x, theta): {@code argmin over z of |z - x|^2 / 2 + rate h(z, theta)}
   * @param rate greater than 0; the solution and its derivative do not depend on it
   */
  public static Condition proximalGradient(
      Level f, BiFunction<Tree<Tensor>, Tree<Tensor>, Tree<Tensor>> prox, double rate) {
    return (x, theta) -> prox.apply(descended(f, x, theta, rate), theta);
  }

  private static Tree<Tensor> descended(Level f, Tree<Tensor> x, Tree<Tensor> theta, double rate) {
    return x.zip(gradient(f, x, theta), (at, slope) -> at.sub(slope.mul(rate)));
  }

  /**
   * The fixed point of mirror descent with the entropy, {@code T = softmax(log x - rate df/dx)},
   * for minimisers over the inside of the simplex; each leaf is a point of one.
   *
   * @param f the objective
   * @param rate greater than 0; the solution and its derivative do not depend on it
   */
  public static Condition mirrorDescent(Level f, double rate) {
    return (x, theta) ->
        x.zip(gradient(f, x, theta), (at, slope) -> at.log().sub(slope.mul(rate)).softmax(-1));
  }

  /** The path of the unknowns of {@link #kkt} that are minimised in. */
  public static final String PRIMAL = "primal";

  /** The path of the multipliers of equalities. */
  public static final String EQUALITY = "equality";

  /** The path of the multipliers of inequalities. */
  public static final String INEQUALITY = "inequality";

  /**
   * The conditions of Karush, Kuhn and Tucker for {@code min f(z) with g(z) = 0, h(z) <= 0}. The
   * unknowns are {@value #PRIMAL}, a vector z, and the multipliers n at {@value #EQUALITY} and l at
   * {@value #INEQUALITY}:
   *
   * <pre>
   * F = (d(f + n^T g + l^T h)/dz,  g,  l h)
   * </pre>
   *
   * <p>That z is feasible and l at least 0 the solver sees to. The derivative exists where of each
   * inequality just one of {@code l = 0} and {@code h = 0} holds, and the gradients of what is
   * active are independent.
   *
   * @param f of (theta, unknowns), of which it reads z
   * @param g of (theta, z) to a vector
   * @param h of (theta, z) to a vector
   */
  public static Condition kkt(
      Level f,
      BiFunction<Tree<Tensor>, Tensor, Tensor> g,
      BiFunction<Tree<Tensor>, Tensor, Tensor> h) {
    return (x, theta) -> {
      Tensor n = x.get(EQUALITY);
      Tensor l = x.get(INEQUALITY);
      Tree<Tensor> z = x.filter(PRIMAL::equals);
      Tree<Tensor> slope =
          gradient(
              (t, at) ->
                  f.value(t, at)
                      .add(n.mul(g.apply(t, at.get(PRIMAL))).sum())
                      .add(l.mul(h.apply(t, at.get(PRIMAL))).sum()),
              z,
              theta);
      return slope
          .and(EQUALITY, g.apply(theta, z.get(PRIMAL)))
          .and(INEQUALITY, l.mul(h.apply(theta, z.get(PRIMAL))));
    };
  }
}
