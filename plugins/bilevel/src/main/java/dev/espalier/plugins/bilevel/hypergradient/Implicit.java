package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.linear.FlatTree;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.linear.LinearSystem;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.plugins.bilevel.linear.DenseSolve;
import java.util.Optional;
import java.util.Set;

/**
 * The hypergradient by the implicit function theorem, at the y that the inner level reached:
 *
 * <pre>
 * H v = df/dy    with H = d2g/dy2
 * dF/dx = df/dx - (d2g/dxdy) v
 * </pre>
 *
 * <p>Only products of H with vectors are taken, and one of the mixed block. Reports: {@code
 * linear_residual}, the norm of {@code df/dy - H v}; {@code linear_iterations}; {@code
 * inner_gradient_norm}; and with constants of the problem {@code error_bound}, see {@link
 * Smoothness}.
 *
 * <p>Source: F. Pedregosa, "Hyperparameter optimization with approximate gradient",
 * arXiv:1602.02355; the Neumann series: J. Lorraine, P. Vicol and D. Duvenaud, "Optimizing Millions
 * of Hyperparameters by Implicit Differentiation", arXiv:1911.02590. The tolerances of the first
 * are a schedule, here one number.
 *
 * @param solver solves the linear system
 * @param smoothness constants of the problem, where they are known
 */
public record Implicit(LinearSolver solver, Optional<Smoothness> smoothness)
    implements Hypergradient {
  /** By a factorisation of the inner Hessian itself, for small inner levels. */
  public static Implicit exact() {
    return by(new DenseSolve());
  }

  /** By conjugate gradients. */
  public static Implicit conjugateGradient(double tolerance, int iterations) {
    return by(new ConjugateGradient(tolerance, iterations));
  }

  /** By any method. */
  public static Implicit by(LinearSolver solver) {
    return new Implicit(solver, Optional.empty());
  }

  /** With a bound of the error. */
  public Implicit bounded(Smoothness constants) {
    return new Implicit(solver, Optional.of(constants));
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    InnerLevel.Held reached =
        lower.run(problem.lower(outer), new InnerLevel.Held(inner, state), context);
    Tree<Tensor> y = reached.parameters();
    BilevelProblem.Gradients f = problem.outerAt(outer, y);
    FlatTree flat = FlatTree.like(y);
    LinearMap hessian =
        LinearMap.symmetric(v -> flat.flatten(problem.along(outer, y, flat.unflatten(v)).inner()));
    Tensor right = flat.flatten(f.inInner());
    LinearSolver.Solution solution = LinearSystem.solve(solver, hessian, right);
    Tensor v = solution.x();
    BilevelProblem.SecondOrder along = problem.along(outer, y, flat.unflatten(v));
    Tensor residual = norm(right.sub(flat.flatten(along.inner())));
    Tensor slope = norm(flat.flatten(problem.innerAt(outer, y).inInner()));
    Tree<Tensor> report =
        Tree.of("linear_residual", residual)
            .and("linear_iterations", solution.iterations().to(DType.F32))
            .and("inner_gradient_norm", slope);
    Tree<Tensor> bound =
        smoothness
            .map(constants -> Tree.of("error_bound", constants.bound(slope, norm(v), residual)))
            .orElse(Tree.empty());
    return new Estimate(
        f.value(),
        f.inOuter().zip(along.mixed(), Tensor::sub),
        y,
        reached.state(),
        report.and(bound));
  }

  private static Tensor norm(Tensor vector) {
    return vector.square().sum().sqrt();
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, Objective.Need.HESSIAN_VECTOR);
  }
}
