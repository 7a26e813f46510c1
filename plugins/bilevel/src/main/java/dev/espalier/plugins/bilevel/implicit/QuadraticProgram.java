package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;

/**
 * A convex quadratic program {@code min z^T Q z / 2 + c^T z with A z = b, G z <= h} as a function
 * of all that it is made of: solved by a primal-dual interior-point method, differentiated by its
 * conditions of Karush, Kuhn and Tucker.
 *
 * <p>Newton steps on the conditions with {@code l s = 0.1 m}, s the slack of the inequalities and m
 * the mean of l s, so far that l and s keep 0.005 of what they have; from z = 0, l = s = 1. It ends
 * where no condition fails by more than the tolerance.
 *
 * <p>Source: S. Boyd and L. Vandenberghe, "Convex Optimization", 2004, section 11.7; the
 * derivative: B. Amos and J. Z. Kolter, "OptNet: Differentiable Optimization as a Layer in Neural
 * Networks", arXiv:1703.00443.
 *
 * @param tolerance greater than 0
 * @param iterations the most Newton steps, at least 1
 * @param linear solves the linear systems of the derivative, which are not symmetric
 */
public record QuadraticProgram(double tolerance, int iterations, LinearSolver linear) {
  /** Checks the numbers. */
  public QuadraticProgram {
    if (!(tolerance > 0) || iterations < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a quadratic program has a tolerance of more than 0 and at least 1 iteration",
          "tolerance " + tolerance + ", " + iterations + " iterations",
          "correct the number");
    }
  }

  /**
   * The solution and its multipliers, at the paths of {@link Conditions#kkt}.
   *
   * @param q [n, n], symmetric positive definite
   * @param c [n]
   * @param a [m, n], of full rank, m at least 1
   * @param b [m]
   * @param g [p, n], p at least 1
   * @param h [p]
   */
  public Tree<Tensor> solve(Tensor q, Tensor c, Tensor a, Tensor b, Tensor g, Tensor h) {
    Tree<Tensor> theta =
        Tree.of("q", q).and("c", c).and("a", a).and("b", b).and("g", g).and("h", h);
    Tree<Tensor> start =
        Tree.of(Conditions.PRIMAL, c.zerosLike())
            .and(Conditions.EQUALITY, b.zerosLike())
            .and(Conditions.INEQUALITY, h.onesLike());
    return ImplicitFunction.root(condition(), this::interior, linear).apply(start, theta);
  }

  private static Condition condition() {
    return Conditions.kkt(
        (t, x) -> {
          Tensor z = x.get(Conditions.PRIMAL);
          return z.mul(times(t.get("q"), z)).sum().mul(0.5).add(z.mul(t.get("c")).sum());
        },
        (t, z) -> times(t.get("a"), z).sub(t.get("b")),
        (t, z) -> times(t.get("g"), z).sub(t.get("h")));
  }

  private Tree<Tensor> interior(Tree<Tensor> start, Tree<Tensor> theta) {
    Tensor l = start.get(Conditions.INEQUALITY);
    List<Tensor> end =
        ControlFlow.whileLoop(
            List.of(
                start.get(Conditions.PRIMAL),
                start.get(Conditions.EQUALITY),
                l,
                l.onesLike(),
                l.constant(DType.I64, 0L),
                l.constant(l.dtype(), Double.POSITIVE_INFINITY)),
            at -> at.get(4).lt(iterations).and(at.get(5).gt(tolerance)),
            at -> step(theta, at));
    return start.withLeaves(end.subList(0, 3));
  }

  private static List<Tensor> step(Tree<Tensor> theta, List<Tensor> at) {
    Tensor q = theta.get("q");
    Tensor a = theta.get("a");
    Tensor g = theta.get("g");
    Tensor z = at.get(0);
    Tensor n = at.get(1);
    Tensor l = at.get(2);
    Tensor s = at.get(3);
    int size = z.shape().extent(0);
    Tensor dual =
        times(q, z).add(theta.get("c")).add(times(a.transpose(), n)).add(times(g.transpose(), l));
    Tensor equal = times(a, z).sub(theta.get("b"));
    Tensor slack = times(g, z).add(s).sub(theta.get("h"));
    Tensor mean = l.mul(s).mean();
    Tensor centered = l.mul(s).sub(mean.mul(0.1).broadcastLike(l));
    // The slacks and their multipliers are eliminated: what is left is of the size of z and n.
    Tensor weight = l.div(s);
    Tensor push = l.mul(slack).sub(centered).div(s);
    Tensor top = q.add(g.transpose().matmul(g.mul(weight.expandDims(-1).broadcastLike(g))));
    Tensor corner = a.matmul(a.transpose()).zerosLike();
    Tensor matrix = top.concat(1, a.transpose()).concat(0, a.concat(1, corner));
    Tensor right = dual.add(times(g.transpose(), push)).concat(0, equal).neg();
    List<Tensor> factors = matrix.qr();
    Tensor moved =
        factors
            .get(1)
            .triangularSolve(factors.get(0).transpose().matmul(right.expandDims(-1)), false, false)
            .squeeze(-1);
    Tensor dz = moved.slice(0, 0, size);
    Tensor dn = moved.slice(0, size, moved.shape().extent(0));
    Tensor dl = push.add(weight.mul(times(g, dz)));
    Tensor ds = slack.add(times(g, dz)).neg();
    Tensor far = room(l, dl).min(room(s, ds)).mul(0.995).min(1);
    Tensor worst =
        dual.abs().reduceMax().max(equal.abs().reduceMax()).max(slack.abs().reduceMax()).max(mean);
    return List.of(
        along(z, far, dz),
        along(n, far, dn),
        along(l, far, dl),
        along(s, far, ds),
        at.get(4).add(1),
        worst);
  }

  /** How far one may go until an element is 0. */
  private static Tensor room(Tensor x, Tensor direction) {
    Tensor falls = direction.lt(0);
    Tensor until = x.neg().div(falls.select(direction, direction.onesLike().neg()));
    return falls.select(until, x.constantLike(1e30)).reduceMin();
  }

  private static Tensor along(Tensor x, Tensor far, Tensor direction) {
    return x.add(direction.mul(far.broadcastLike(direction)));
  }

  private static Tensor times(Tensor matrix, Tensor vector) {
    return matrix.matmul(vector.expandDims(-1)).squeeze(-1);
  }
}
