package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * BO-REP's estimate, for outer objectives whose smoothness is not bounded: y moves rarely, and the
 * linear system of the implicit function theorem by one step at a time, from 0:
 *
 * <pre>
 * estimate = f_x - (d2g/dxdy) z                z -= rate (H z - f_y)        at (x, y) of the step
 * y: in step 0 refined, in epochs of twice the steps, half the rate and a ball of 1/sqrt(2) the radius
 *    in every other step k with k mod period = 0 the steps of the inner level, in the ball around y
 *    else as it is
 * </pre>
 *
 * <p>Each loop ends in the mean of its iterates. One Hessian-vector product in a step gives both
 * blocks. With the outer optimizer {@link NormalizedMomentum} it is the paper's method. There every
 * step of a loop draws examples of its own; here a step has one batch. Its inner level is gradient
 * descent, here any optimizer, begun anew in each loop.
 *
 * <p>State: {@code system}, which is z. Report: {@code linear_residual}, of z before its step.
 *
 * <p>Source: J. Hao, X. Gong and M. Liu, "Bilevel Optimization under Unbounded Smoothness: A New
 * Algorithm and Convergence Analysis", arXiv:2401.09587, algorithms 1 to 3. The authors' code has
 * neither the refinement nor the balls, ends loops in their last iterate, and takes z after its
 * step; its period is 2 or 3, its steps are 3 or 10, its rate of the system is 0.01 and beta 0.9.
 *
 * @param period I, at least 1
 * @param rate of the linear system, greater than 0, at most 1 over the greatest curvature of g
 * @param radius of the balls, greater than 0
 * @param epochs of the refinement, at least 0; the first has the steps of the inner level
 */
public record BoRep(int period, double rate, double radius, int epochs) implements Hypergradient {
  /** Checks the numbers. */
  public BoRep {
    if (period < 1 || !(rate > 0) || !(radius > 0) || epochs < 0 || epochs > 20) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "BO-REP has a period of at least 1, a rate and a radius of more than 0, 0 to 20 epochs",
          "period %d, rate %s, radius %s, epochs %d".formatted(period, rate, radius, epochs),
          "correct the number");
    }
  }

  @Override
  public Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    return inner.map(Tensor::zerosLike).under("system");
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    Objective g = problem.lower(outer);
    Tensor begins = context.step().eq(0);
    Tensor due = context.step().rem(period).eq(0);
    List<Tensor> moved =
        ControlFlow.cond(
            due,
            inner.leaves(),
            at ->
                ControlFlow.cond(
                    begins,
                    at,
                    from -> refined(g, lower, inner.withLeaves(from), context).leaves(),
                    from ->
                        around(g, lower, inner.withLeaves(from), radius, lower.steps(), context)
                            .leaves()),
            at -> at);
    Tree<Tensor> y = inner.withLeaves(moved);
    Tree<Tensor> z = state.subtree("system");
    BilevelProblem.Gradients f = problem.outerAt(outer, y);
    BilevelProblem.SecondOrder along = problem.along(outer, y, z);
    Tree<Tensor> residual = along.inner().zip(f.inInner(), Tensor::sub);
    Tensor squares =
        residual.map(r -> r.square().sum().to(DType.F64)).leaves().stream()
            .reduce(Tensor::add)
            .orElseThrow();
    return new Estimate(
        f.value(),
        f.inOuter().zip(along.mixed(), Tensor::sub),
        y,
        z.zip(residual, (at, r) -> at.sub(r.mul(rate))).under("system"),
        Tree.of("linear_residual", squares.sqrt()));
  }

  /** Epochs of the inner level, each in a smaller ball around where the last one ended. */
  private Tree<Tensor> refined(
      Objective g, InnerLevel lower, Tree<Tensor> inner, StepContext context) {
    Tree<Tensor> y = inner;
    for (int epoch = 0; epoch < epochs; epoch++) {
      y =
          around(
              g,
              lower.atRate(lower.rate() / (1 << epoch)),
              y,
              radius * Math.pow(2, -epoch / 2.0),
              lower.steps() << epoch,
              context.part(epoch));
    }
    return y;
  }

  /** The mean of so many steps of the inner level in a ball around where they begin. */
  private static Tree<Tensor> around(
      Objective g,
      InnerLevel lower,
      Tree<Tensor> center,
      double radius,
      int steps,
      StepContext context) {
    InnerLevel held = lower.within(y -> ball(lower.projection().apply(y), center, radius));
    InnerLevel.Held first = held.begin(center);
    List<Tensor> carries = new ArrayList<>(center.leaves());
    carries.addAll(first.state().leaves());
    carries.addAll(center.map(Tensor::zerosLike).leaves());
    carries.add(context.step().constant(DType.I64, 0L));
    int size = center.size();
    int means = size + first.state().size();
    List<Tensor> end =
        ControlFlow.scan(
                carries,
                List.of(),
                steps,
                false,
                (at, none) -> {
                  InnerLevel.Held now =
                      new InnerLevel.Held(
                          center.withLeaves(at.subList(0, size)),
                          first.state().withLeaves(at.subList(size, means)));
                  InnerLevel.Held next = held.step(g, now, context, at.getLast());
                  List<Tensor> all = new ArrayList<>(next.parameters().leaves());
                  all.addAll(next.state().leaves());
                  for (int i = 0; i < size; i++) {
                    all.add(at.get(means + i).add(all.get(i)));
                  }
                  all.add(at.getLast().add(1));
                  return new ControlFlow.Scanned(all, List.of());
                })
            .carries();
    return center.withLeaves(end.subList(means, means + size)).map(sum -> sum.div((double) steps));
  }

  /** The nearest tree at most a radius from the center. */
  private static Tree<Tensor> ball(Tree<Tensor> y, Tree<Tensor> center, double radius) {
    Tree<Tensor> from = y.zip(center, Tensor::sub);
    Tensor length =
        from.map(d -> d.square().sum().to(DType.F64)).leaves().stream()
            .reduce(Tensor::add)
            .orElseThrow()
            .sqrt();
    Tensor scale = length.max(radius).reciprocal().mul(radius);
    return center.zip(from, (c, d) -> c.add(d.mul(scale.to(d.dtype()).broadcastLike(d))));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, Objective.Need.HESSIAN_VECTOR);
  }
}
