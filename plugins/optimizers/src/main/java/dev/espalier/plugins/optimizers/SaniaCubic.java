package dev.espalier.plugins.optimizers;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.linear.FlatTree;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Set;

/**
 * SANIA Cubic Newton: the nearest point where the quadratic model of the loss is the least loss,
 *
 * <pre>
 * d = argmin |d|^2 / 2  with  f + g^T d + d^T H d / 2 &lt;= least
 *   = -(1 - k) ((1 - k) H + k s I)^-1 g                       k in [0, 1]
 * s = max |curvature| + |g|^2 / (f - least)                   1 where that is 0 or infinite
 * p += rate * d
 * </pre>
 *
 * <p>with H the Hessian of the batch's loss. As k falls from 1 to 0 the step grows from none to
 * Newton's and the model's loss falls; k is where that is the least loss, found by bisection, or 0
 * where it stays above. Where H has negative eigenvalues, k stays where {@code (1 - k) H + k s I}
 * is positive definite; the model then falls without bound, so that k exists. The points are the
 * same for every s; this one has the unit of a curvature, so that k is as well known whatever the
 * units of the loss and of the parameters are. The rate is a factor, 1 in the paper.
 *
 * <p>H is known by as many products as {@link KrylovSpace} has vectors, and counts as nothing
 * outside of it: exact where there are as many as eigenvalues of H that differ. Parts of the
 * gradient that are rounding of it count as none.
 *
 * <p>State: none.
 *
 * <p>Source: F. Abdukhakimov, C. Xiang, D. Kamzolov, R. Gower, M. Takac, "SANIA: Polyak-type
 * Optimization Framework Leads to Scale Invariant Stochastic Algorithms", arXiv:2312.17369, B = I
 * and D = H, where H is positive semidefinite and a whole matrix. That k is a root of a decreasing
 * function, and what it is where H is indefinite, follows from the Lagrangian of the problem above.
 *
 * @param least the least loss of any batch
 * @param vectors of the Krylov space, at least 1
 */
public record SaniaCubic(double least, int vectors) implements Optimizer {
  private static final int HALVINGS = 60;

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return Tree.empty();
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    DType wide =
        parameters.leaves().stream().anyMatch(p -> p.dtype() == DType.F64) ? DType.F64 : DType.F32;
    Tree<Tensor> g = here.gradient().map(x -> x.to(wide));
    FlatTree flat = FlatTree.like(g);
    Tensor length = Norm.of(g);
    KrylovSpace space =
        KrylovSpace.of(
            v ->
                flat.flatten(
                    objective
                        .hessianVector(
                            parameters, WorkingPrecision.back(flat.unflatten(v), parameters))
                        .map(x -> x.to(wide))),
            flat.flatten(g.map(x -> unit(x, length))),
            vectors);
    List<Tensor> spectrum = space.projected().eigh();
    Tensor parts = spectrum.get(1).at(0, 0);
    double rounding = wide == DType.F64 ? 0x1p-46 : 0x1p-20;
    Tensor held = parts.abs().le(rounding);
    Tensor c = held.select(parts.zerosLike(), parts).mul(length.broadcastLike(parts));
    Tensor curvatures = held.select(parts.zerosLike(), spectrum.get(0));
    Tensor gap = Sania.gap(here.value(), least);
    Path path = Path.of(c, curvatures, gap);
    Tensor along = path.inverse(path.root(c, gap)).mul(c);
    Tensor inSpace = spectrum.get(1).matmul(along.reshape(vectors, 1)).reshape(vectors);
    Tree<Tensor> direction =
        WorkingPrecision.back(flat.unflatten(space.combined(inSpace)), parameters);
    return new Step(
        parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(d).mul(d))),
        state,
        here.value(),
        Tree.empty());
  }

  private static Tensor unit(Tensor x, Tensor length) {
    return Norm.ratio(x.to(DType.F64), length.broadcast(x.shape())).to(x.dtype());
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, Objective.Need.HESSIAN_VECTOR);
  }

  /**
   * The points that the step is one of.
   *
   * @param curvatures eigenvalues of H
   * @param scale s, a scalar
   */
  private record Path(Tensor curvatures, Tensor scale) {
    /** With c the gradient along eigenvectors. */
    static Path of(Tensor c, Tensor curvatures, Tensor gap) {
      Tensor scale = curvatures.abs().reduceMax().add(c.square().sum().div(gap));
      Tensor usable = scale.gt(0).and(scale.lt(Double.POSITIVE_INFINITY));
      return new Path(curvatures, usable.select(scale, scale.onesLike()));
    }

    /** The eigenvalues of {@code (1 - k) ((1 - k) H + k s I)^-1}. */
    Tensor inverse(Tensor k) {
      Tensor rest = k.neg().add(1).broadcastLike(curvatures);
      return rest.div(rest.mul(curvatures).add(k.mul(scale).broadcastLike(curvatures)));
    }

    /** Where the model's loss, c the gradient along eigenvectors, falls by the gap; from above. */
    Tensor root(Tensor c, Tensor gap) {
      Tensor least = curvatures.reduceMin().min(0);
      Tensor definite = least.neg().div(scale.sub(least));
      return ControlFlow.scan(
              List.of(definite, gap.onesLike()),
              List.of(),
              HALVINGS,
              false,
              (at, none) -> {
                Tensor middle = at.get(0).add(at.get(1)).div(2);
                Tensor a = inverse(middle);
                Tensor fallen = c.square().mul(a.sub(a.square().mul(curvatures).div(2))).sum();
                Tensor further = fallen.lt(gap);
                return new ControlFlow.Scanned(
                    List.of(further.select(at.get(0), middle), further.select(middle, at.get(1))),
                    List.of());
              })
          .carries()
          .get(1);
    }
  }
}
