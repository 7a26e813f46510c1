package dev.espalier.plugins.optimizers;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * SANIA PCG: Newton's direction by preconditioned conjugate gradients, as long as Polyak's model of
 * the loss says:
 *
 * <pre>
 * s about H^-1 g,  v = 2 * (f - least) / (g^T s)
 * p -= rate * (v &lt;= 1 ? 1 - sqrt(1 - v) : 1) * s
 * </pre>
 *
 * <p>H is the Hessian of the batch's loss, known by one product an iteration. The iterations end
 * where {@code r^T B^-1 r <= tolerance^2 g^T B^-1 g}, after the most of them, or at a direction d
 * along which the loss does not bend upwards, {@code d^T H d <= 0}; then
 *
 * <pre>
 * s = mix * x + (1 - mix) * sign(d^T g) * d                   x as far as the iterations came
 * p -= rate * min(|(f - least) / (s^T H s)|, longest) * s
 * </pre>
 *
 * <p>They end too, and x is the solution, where {@code d^T H d / d^T B d} is but rounding beside
 * the largest of a direction before: then r is what rounding left of it, and says nothing of the
 * loss.
 *
 * <p>The rate is a factor, 1 in the paper. Solved to the end, no linear change of the parameters
 * changes the loss on the way.
 *
 * <p>State: that of the preconditioner.
 *
 * <p>Source: F. Abdukhakimov, C. Xiang, D. Kamzolov, R. Gower, M. Takac, "SANIA: Polyak-type
 * Optimization Framework Leads to Scale Invariant Stochastic Algorithms", arXiv:2312.17369, D = B =
 * H; mix and longest are those of the authors' code. That code ends at {@code r^T B^-1 r < 1e-5},
 * whatever the gradient's size.
 *
 * @param preconditioner B, which changes how fast the iterations converge and not where to
 * @param least the least loss of any batch
 * @param tolerance of the residual, relative to the gradient, at least 0
 * @param iterations the most, at least 1
 * @param mix how much of what was solved stays where the loss does not bend upwards, in [0, 1)
 * @param longest the most length there, greater than 0
 */
public record SaniaNewton(
    Preconditioner preconditioner,
    double least,
    double tolerance,
    int iterations,
    double mix,
    double longest)
    implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return preconditioner.init(parameters);
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Tree<Tensor> g = WorkingPrecision.of(here.gradient());
    Tree<Tensor> next = preconditioner.next(objective, parameters, g, state, context);
    Newton newton =
        new Newton(objective, parameters, g, preconditioner.diagonal(g, next, context), this);
    Tree<Tensor> direction =
        WorkingPrecision.back(newton.direction(Sania.gap(here.value(), least)), parameters);
    return new Step(
        parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(d).mul(d))),
        next,
        here.value(),
        Tree.empty());
  }

  @Override
  public Set<Objective.Need> needs() {
    Set<Objective.Need> needs = EnumSet.of(Objective.Need.GRADIENT, Objective.Need.HESSIAN_VECTOR);
    needs.addAll(preconditioner.needs());
    return needs;
  }

  /** The iterations of a step. */
  private record Newton(
      Objective objective,
      Tree<Tensor> parameters,
      Tree<Tensor> g,
      Tree<Tensor> b,
      SaniaNewton settings) {
    /**
     * Where the iterations are.
     *
     * @param x the solution so far
     * @param r {@code g - H x}
     * @param d the direction of the next iteration
     * @param square {@code r^T B^-1 r}, an F64 scalar
     * @param count iterations done, an I64 scalar
     * @param steepest the largest {@code d^T H d / d^T B d} so far, an F64 scalar
     * @param convex whether the loss bent upwards along all directions so far
     */
    private record At(
        Tree<Tensor> x,
        Tree<Tensor> r,
        Tree<Tensor> d,
        Tensor square,
        Tensor count,
        Tensor steepest,
        Tensor convex) {
      List<Tensor> leaves() {
        List<Tensor> all = new ArrayList<>(x.leaves());
        all.addAll(r.leaves());
        all.addAll(d.leaves());
        all.addAll(List.of(square, count, steepest, convex));
        return all;
      }
    }

    private At at(List<Tensor> leaves) {
      int n = g.size();
      return new At(
          g.withLeaves(leaves.subList(0, n)),
          g.withLeaves(leaves.subList(n, 2 * n)),
          g.withLeaves(leaves.subList(2 * n, 3 * n)),
          leaves.get(3 * n),
          leaves.get(3 * n + 1),
          leaves.get(3 * n + 2),
          leaves.get(3 * n + 3));
    }

    private Tree<Tensor> preconditioned(Tree<Tensor> r) {
      return r.zip(b, (x, y) -> y.eq(0).select(x.zerosLike(), x.div(y)));
    }

    private Tree<Tensor> hessian(Tree<Tensor> v) {
      return WorkingPrecision.of(
          objective.hessianVector(parameters, WorkingPrecision.back(v, parameters)));
    }

    private At solved() {
      Tree<Tensor> first = preconditioned(g);
      Tensor square = Norm.product(g, first);
      Tensor enough = square.mul(settings.tolerance * settings.tolerance);
      At begin =
          new At(
              g.map(Tensor::zerosLike),
              g,
              first,
              square,
              square.constant(DType.I64, 0L),
              square.zerosLike(),
              square.eq(square));
      return at(
          ControlFlow.whileLoop(
              begin.leaves(),
              leaves -> {
                At now = at(leaves);
                return now.square()
                    .gt(enough)
                    .and(now.count().lt(settings.iterations))
                    .and(now.convex());
              },
              leaves -> iterated(at(leaves)).leaves()));
    }

    private At iterated(At now) {
      Tree<Tensor> image = hessian(now.d());
      Tensor curvature = Norm.product(now.d(), image);
      Tree<Tensor> weighed = now.d().zip(b, Tensor::mul);
      Tensor steepness = Norm.ratio(curvature, Norm.product(now.d(), weighed));
      Tensor flat = now.steepest().gt(0).and(steepness.abs().le(now.steepest().mul(rounding())));
      Tensor convex = curvature.gt(0).or(flat);
      Tensor moves = curvature.gt(0).and(flat.not());
      Tensor length = moves.select(now.square().div(curvature), curvature.zerosLike());
      Tree<Tensor> r = now.r().zip(Norm.scaled(image, length), Tensor::sub);
      Tree<Tensor> z = preconditioned(r);
      Tensor square = Norm.product(r, z);
      Tree<Tensor> onwards = z.zip(Norm.scaled(now.d(), square.div(now.square())), Tensor::add);
      return new At(
          now.x().zip(Norm.scaled(now.d(), length), Tensor::add),
          r,
          onwards.zip(now.d(), (d, before) -> convex.broadcast(d.shape()).select(d, before)),
          // Nothing is left to do.
          flat.select(square.zerosLike(), square),
          now.count().add(1),
          now.steepest().max(steepness),
          convex);
    }

    /** What of a product of Hessian and vector is not known, as a share of it. */
    private double rounding() {
      boolean wide = g.leaves().stream().allMatch(x -> x.dtype() == DType.F64);
      return wide ? 0x1p-46 : 0x1p-20;
    }

    /** What is taken off the parameters at rate 1. */
    Tree<Tensor> direction(Tensor gap) {
      At end = solved();
      Tensor v = Norm.ratio(gap.mul(2), Norm.product(g, end.x()));
      Tree<Tensor> newton = Norm.scaled(end.x(), new PolyakModel.Quadratic().length(v));
      List<Tensor> given = new ArrayList<>(newton.leaves());
      given.addAll(end.x().leaves());
      given.addAll(end.d().leaves());
      int n = g.size();
      return g.withLeaves(
          ControlFlow.cond(
              end.convex(),
              given,
              in -> in.subList(0, n),
              in ->
                  bentDown(
                          g.withLeaves(in.subList(n, 2 * n)),
                          g.withLeaves(in.subList(2 * n, 3 * n)),
                          gap)
                      .leaves()));
    }

    private Tree<Tensor> bentDown(Tree<Tensor> x, Tree<Tensor> d, Tensor gap) {
      Tensor towards = Norm.product(d, g).sign().mul(1 - settings.mix);
      Tree<Tensor> s = x.map(e -> e.mul(settings.mix)).zip(Norm.scaled(d, towards), Tensor::add);
      Tensor bend = Norm.product(s, hessian(s));
      return Norm.scaled(s, Norm.ratio(gap, bend).abs().min(settings.longest));
    }
  }
}
