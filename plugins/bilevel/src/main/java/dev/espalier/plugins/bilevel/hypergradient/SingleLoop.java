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
import java.util.Optional;

/**
 * A penalty method in a single loop: each of its gradients is a recursive estimate, see {@link
 * F3sa}, and with proximal terms, see {@link ProximalMomentum}.
 *
 * @param who asks, for messages
 * @param multiplier of the penalty
 * @param decay the exponent with which the momentum's e falls
 * @param proximal on both inner levels, where there is one
 */
record SingleLoop(
    String who, Multiplier multiplier, double decay, Optional<ProximalTerm> proximal) {
  SingleLoop {
    if (!(decay >= 0)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an exponent of the momentum of at least 0",
          Double.toString(decay),
          "correct the number");
    }
  }

  Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    Tree<Tensor> state = lower.begin(inner).state();
    Tree<Tensor> none = inner.map(Tensor::zerosLike);
    Tree<Tensor> nothing = outer.map(Tensor::zerosLike);
    Tree<Tensor> centers =
        proximal
            .map(term -> inner.under("center_y").and(inner.under("center_z")))
            .orElse(Tree.empty());
    return inner
        .under("z")
        .and(centers)
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

  Hypergradient.Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    if (lower.steps() != 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          who + " takes one inner step in an outer one",
          lower.steps() + " steps",
          "give the inner level 1 step, or use a method with two loops");
    }
    Tensor weight = multiplier.at(context);
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
        ofGy.zip(ofFy, (g, f) -> g.add(f.mul(weight.reciprocal().to(f.dtype()).broadcastLike(f))));
    InnerLevel.Held nextZ =
        move(
            lower,
            z,
            state.subtree("of_z"),
            gz.value(),
            near(ofZ, z, state, "center_z"),
            context.part(0));
    InnerLevel.Held nextY =
        move(
            lower,
            inner,
            state.subtree("of_y"),
            gy.value(),
            near(ofY, inner, state, "center_y"),
            context.part(1));
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
            .and(centers(state, nextY.parameters(), nextZ.parameters()))
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
    return new Hypergradient.Estimate(
        f.value(),
        Penalty.gradient(ofFx, ofGxy, ofGxz, weight),
        nextY.parameters(),
        next,
        Penalty.report(nextY.parameters(), nextZ.parameters(), weight));
  }

  private Tree<Tensor> near(
      Tree<Tensor> gradient, Tree<Tensor> point, Tree<Tensor> state, String center) {
    return proximal
        .map(term -> term.added(gradient, point, state.subtree(center)))
        .orElse(gradient);
  }

  private Tree<Tensor> centers(Tree<Tensor> state, Tree<Tensor> y, Tree<Tensor> z) {
    return proximal
        .map(term ->
            term.followed(state.subtree("center_y"), y)
                .under("center_y")
                .and(term.followed(state.subtree("center_z"), z).under("center_z")))
        .orElse(Tree.empty());
  }

  private InnerLevel.Held move(
      InnerLevel lower,
      Tree<Tensor> at,
      Tree<Tensor> state,
      Tensor value,
      Tree<Tensor> gradient,
      StepContext context) {
    Objective known =
        Objective.at(at, new Objective.ValueAndGradient(value, gradient), who + "'s momentum");
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
}
