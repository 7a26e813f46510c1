package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import java.util.Set;

/**
 * F2SA with momentum (F3SA), in a single loop: each of its gradients is the recursive estimate
 *
 * <pre>
 * h_k = G(point_k) + (1 - e) (h_(k-1) - G(point_(k-1)))        e = (1 + k)^-decay
 * </pre>
 *
 * <p>with both G on the step's batch, so that what is random in them cancels. One step of the inner
 * optimizer moves z against h of {@code g_y(x, z)}, one moves y against h of {@code g_y(x, y)} and
 * 1/l of h of {@code f_y(x, y)}; the estimate is made of h of {@code f_x} and {@code g_x} at the y
 * and z after them. The bias is O(1/l), see {@link F2sa}.
 *
 * <p>State: {@code z}, the points of the step before, the five h, and the inner optimizer's.
 * Reports: {@code multiplier}, {@code distance} of y and z.
 *
 * <p>Source: J. Kwon, D. Kwon, S. Wright and R. Nowak, "A Fully First-Order Method for Stochastic
 * Bilevel Optimization", arXiv:2301.10945, algorithm 2. The momentum of x goes through the points
 * (x of the step, y and z after it) there too.
 *
 * @param first l in the first step, greater than 0
 * @param growth the exponent of l, at least 0
 * @param decay the exponent of e, at least 0; 0 is no momentum
 */
public record F3sa(double first, double growth, double decay) implements Hypergradient {
  /** Checks the numbers. */
  public F3sa {
    new Multiplier(first, growth);
    if (!(decay >= 0)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a decay of at least 0",
          Double.toString(decay),
          "correct the number");
    }
  }

  @Override
  public Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    Tree<Tensor> state = lower.begin(inner).state();
    Tree<Tensor> none = inner.map(Tensor::zerosLike);
    Tree<Tensor> nothing = outer.map(Tensor::zerosLike);
    return inner
        .under("z")
        .and(outer.under("before_x"))
        .and(inner.under("before_y"))
        .and(inner.under("before_z"))
        .and(none.under("h_gz"))
        .and(none.under("h_fy"))
        .and(none.under("h_gy"))
        .and(nothing.under("h_fx"))
        .and(nothing.under("h_gx_of_y"))
        .and(nothing.under("h_gx_of_z"))
        .and(state.under("of_y"))
        .and(state.under("of_z"));
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    if (lower.steps() != 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "F3SA takes one inner step in an outer one",
          lower.steps() + " steps",
          "give the inner level 1 step, or use F2SA");
    }
    Tensor multiplier = new Multiplier(first, growth).at(context);
    Recursion h = new Recursion(state, context.step().to(DType.F64).add(1).pow(-decay));
    Tree<Tensor> z = state.subtree("z");
    Tree<Tensor> beforeX = state.subtree("before_x");
    Tree<Tensor> beforeY = state.subtree("before_y");
    Tree<Tensor> beforeZ = state.subtree("before_z");
    BilevelProblem.Gradients gz = problem.innerAt(outer, z);
    Tree<Tensor> ofZ = h.of("h_gz", gz.inInner(), problem.innerAt(beforeX, beforeZ).inInner());
    Tree<Tensor> ofFy =
        h.of(
            "h_fy",
            problem.outerAt(outer, inner).inInner(),
            problem.outerAt(beforeX, beforeY).inInner());
    BilevelProblem.Gradients gy = problem.innerAt(outer, inner);
    Tree<Tensor> ofGy = h.of("h_gy", gy.inInner(), problem.innerAt(beforeX, beforeY).inInner());
    Tree<Tensor> ofY =
        ofGy.zip(
            ofFy, (g, f) -> g.add(f.mul(multiplier.reciprocal().to(f.dtype()).broadcastLike(f))));
    InnerLevel.Held nextZ = move(lower, z, state.subtree("of_z"), gz.value(), ofZ, context.part(0));
    InnerLevel.Held nextY =
        move(lower, inner, state.subtree("of_y"), gy.value(), ofY, context.part(1));
    BilevelProblem.Gradients f = problem.outerAt(outer, nextY.parameters());
    Tree<Tensor> ofFx = h.of("h_fx", f.inOuter(), problem.outerAt(beforeX, inner).inOuter());
    Tree<Tensor> ofGxy =
        h.of(
            "h_gx_of_y",
            problem.innerAt(outer, nextY.parameters()).inOuter(),
            problem.innerAt(beforeX, inner).inOuter());
    Tree<Tensor> ofGxz =
        h.of(
            "h_gx_of_z",
            problem.innerAt(outer, nextZ.parameters()).inOuter(),
            problem.innerAt(beforeX, z).inOuter());
    Tree<Tensor> next =
        nextZ
            .parameters()
            .under("z")
            .and(outer.under("before_x"))
            .and(inner.under("before_y"))
            .and(z.under("before_z"))
            .and(ofZ.under("h_gz"))
            .and(ofFy.under("h_fy"))
            .and(ofGy.under("h_gy"))
            .and(ofFx.under("h_fx"))
            .and(ofGxy.under("h_gx_of_y"))
            .and(ofGxz.under("h_gx_of_z"))
            .and(nextY.state().under("of_y"))
            .and(nextZ.state().under("of_z"));
    return new Estimate(
        f.value(),
        Penalty.gradient(ofFx, ofGxy, ofGxz, multiplier),
        nextY.parameters(),
        next,
        Penalty.report(nextY.parameters(), nextZ.parameters(), multiplier));
  }

  private static InnerLevel.Held move(
      InnerLevel lower,
      Tree<Tensor> at,
      Tree<Tensor> state,
      Tensor value,
      Tree<Tensor> gradient,
      StepContext context) {
    Objective known =
        Objective.at(at, new Objective.ValueAndGradient(value, gradient), "F3SA's momentum");
    return lower.step(known, new InnerLevel.Held(at, state), context, context.step());
  }

  /** The recursive estimates; e is 1 in the first step, when there is nothing before. */
  private record Recursion(Tree<Tensor> state, Tensor e) {
    Tree<Tensor> of(String name, Tree<Tensor> now, Tree<Tensor> before) {
      Tensor kept = e.neg().add(1);
      return now.zip(
          state.subtree(name).zip(before, Tensor::sub),
          (g, rest) -> g.add(rest.mul(kept.to(rest.dtype()).broadcastLike(rest))));
    }
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }
}
