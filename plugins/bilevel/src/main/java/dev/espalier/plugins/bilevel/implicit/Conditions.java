package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Calculus;
import dev.espalier.api.linear.FlatTree;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.linear.LinearSystem;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.plugins.bilevel.Level;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
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

  /**
   * A part of the unknowns with a function of its own.
   *
   * @param prox of (x, theta): {@code argmin over z of |z - x|^2 / 2 + rate h(z, theta)}
   * @param rate greater than 0
   */
  public record Block(BiFunction<Tensor, Tree<Tensor>, Tensor> prox, double rate) {}

  /**
   * The fixed point of block proximal gradient descent, {@code T_j = prox_j(x_j - rate_j df/dx_j,
   * theta)}, for minimisers of {@code f + sum of h_j(x_j)}, each leaf j a block. The solution and
   * its derivative do not depend on the rates.
   *
   * @param f the smooth part
   * @param blocks by path, one for each leaf of the unknowns
   */
  public static Condition blockProximalGradient(Level f, Map<String, Block> blocks) {
    return (x, theta) -> {
      if (!blocks.keySet().equals(Set.copyOf(x.paths()))) {
        throw new EspalierException(
            ErrorCode.TREE_MISMATCH,
            "there is one block for each of the unknowns " + x.paths(),
            "blocks for " + new TreeSet<>(blocks.keySet()),
            "give each path a proximal map and a rate");
      }
      Tree<Tensor> slope = gradient(f, x, theta);
      return x.mapWithPath((path, at) -> {
        Block block = Objects.requireNonNull(blocks.get(path));
        return block.prox().apply(at.sub(slope.get(path).mul(block.rate())), theta);
      });
    };
  }

  /**
   * The fixed point of Newton's method, {@code T = x - rate (dG/dx)^-1 G}, for roots of G. There
   * {@code dT/dx = (1 - rate) I}: the solution and its derivative do not depend on the rate, and
   * the linear system of the derivative is none.
   *
   * @param g whose roots are meant
   * @param solver solves the systems of the method
   * @param rate greater than 0
   */
  public static Condition newton(Condition g, LinearSolver solver, double rate) {
    return (x, theta) -> {
      FlatTree flat = FlatTree.like(x);
      LinearMap slope =
          new LinearMap(
              v ->
                  flat.flatten(
                      x.withLeaves(
                          Calculus.standard()
                              .jvp(
                                  at -> g.residual(x.withLeaves(at), theta).leaves(),
                                  x.leaves(),
                                  flat.unflatten(v).leaves())
                              .tangents())),
              g.symmetric());
      Tensor step = LinearSystem.solve(solver, slope, flat.flatten(g.residual(x, theta))).x();
      return x.zip(flat.unflatten(step), (at, by) -> at.sub(by.mul(rate)));
    };
  }

  /**
   * A cone program {@code min c^T x with A x + s = b, s in a cone K}.
   *
   * @param a A, [m, n]
   * @param b [m]
   * @param c [n]
   */
  public record ConeProgram(Tensor a, Tensor b, Tensor c) {}

  /** The path of the unknowns of {@link #conic} that slack and dual solution are parts of. */
  public static final String CONIC = "conic";

  /**
   * The residual map of a cone program. The unknowns are {@value #PRIMAL}, x, and {@value #CONIC},
   * a vector v of which {@code y = P(v)} is the dual solution and {@code s = P(v) - v} the slack, P
   * being the projection onto the dual cone of K:
   *
   * <pre>
   * F = (A^T P(v) + c,  b - A x - s)
   * </pre>
   *
   * <p>That s is in K, y in its dual and {@code s^T y = 0} holds for every v by Moreau's
   * decomposition. These are two of the three rows of {@code ((Q - I) P + I) z} of the homogeneous
   * embedding at {@code w = 1}; the third, that there is no gap, follows from them, and without w F
   * has a derivative that can be inverted where the solution is unique.
   *
   * <p>Source: E. Busseti, W. Moursi and S. Boyd, "Solution Refinement at Regular Points of Conic
   * Problems", arXiv:1811.02157; A. Agrawal et al., "Differentiating Through a Cone Program",
   * arXiv:1904.09043.
   *
   * @param program of theta
   * @param dual the projection onto the dual cone of K: {@link Tensor#relu} where K is the orthant,
   *     {@link Proximal#secondOrderCone}, the identity where K is 0
   */
  public static Condition conic(
      Function<Tree<Tensor>, ConeProgram> program, UnaryOperator<Tensor> dual) {
    return (x, theta) -> {
      if (!Set.copyOf(x.paths()).equals(Set.of(PRIMAL, CONIC))) {
        throw new EspalierException(
            ErrorCode.TREE_MISMATCH,
            "the unknowns of a cone program are " + PRIMAL + " and " + CONIC,
            "unknowns " + x.paths(),
            "give the solution under these two paths alone");
      }
      ConeProgram at = program.apply(theta);
      Tensor v = x.get(CONIC);
      Tensor y = dual.apply(v);
      Tensor stationary = times(at.a().transpose(), y).add(at.c());
      Tensor feasible = at.b().sub(times(at.a(), x.get(PRIMAL))).sub(y.sub(v));
      // In the order of the unknowns.
      return x.mapWithPath((path, leaf) -> path.equals(PRIMAL) ? stationary : feasible);
    };
  }

  private static Tensor times(Tensor matrix, Tensor vector) {
    return matrix.matmul(vector.expandDims(-1)).squeeze(-1);
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
