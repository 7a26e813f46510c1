package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Calculus;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hypergradient by reverse differentiation of the inner optimizer's own steps, {@code y_(t+1) =
 * U(x, y_t)}, whatever optimizer that is:
 *
 * <pre>
 * a_T = df/dy(x, y_T)     a_t = (dU/dy at t)^T a_(t+1)
 * estimate = df/dx + sum over t of (dU/dx at t)^T a_(t+1)
 * </pre>
 *
 * <p>It is the exact derivative of {@code f(x, y_T(x))} where all steps are differentiated. With
 * the last K alone the rest of the sum is left out: for gradient descent of rate r on an m-strongly
 * convex, L-smooth inner objective, {@code r <= 1/L}, that is at most {@code (1 - r m)^K / (r m)
 * |df/dy| max |dU/dx|}. The y and the optimizer's state that the steps begin with count as
 * constants.
 *
 * <p>Memory: the steps are taken in segments. What is kept is the state at the begin of each
 * differentiated segment, and of one segment at a time all that its derivative needs, for which it
 * is run again. One segment of all steps keeps everything and runs nothing again; segments of the
 * root of the number of steps keep least.
 *
 * <p>Source: D. Maclaurin, D. Duvenaud and R. Adams, "Gradient-based Hyperparameter Optimization
 * through Reversible Learning", arXiv:1502.03492; truncation: A. Shaban, C. Cheng, N. Hatch and B.
 * Boots, "Truncated Back-propagation for Bilevel Optimization", arXiv:1810.10667, proposition 3.1;
 * segments: A. Griewank and A. Walther, "Evaluating Derivatives", 2008, chapter 12.
 *
 * @param differentiated how many of the last steps are differentiated; empty for all
 * @param segment steps of a segment, which divides the differentiated ones; empty for one segment
 */
public record Unrolled(OptionalInt differentiated, OptionalInt segment) implements Hypergradient {
  /** Checks the numbers. */
  public Unrolled {
    if (differentiated.orElse(1) < 1 || segment.orElse(1) < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "at least 1 step is differentiated, and a segment has at least 1",
          differentiated + " differentiated, segments of " + segment,
          "correct the number");
    }
  }

  /** All steps, and everything kept. */
  public static Unrolled full() {
    return new Unrolled(OptionalInt.empty(), OptionalInt.empty());
  }

  /** The last steps alone. */
  public static Unrolled truncated(int steps) {
    return new Unrolled(OptionalInt.of(steps), OptionalInt.empty());
  }

  /** In segments of so many steps, which are run again. */
  public Unrolled inSegmentsOf(int steps) {
    return new Unrolled(differentiated, OptionalInt.of(steps));
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    int last = differentiated.orElse(lower.steps());
    int length = segment.orElse(last);
    if (last > lower.steps() || last % length != 0) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "no more steps are differentiated than taken, and segments divide them",
          last + " differentiated of " + lower.steps() + ", segments of " + length,
          "correct the number");
    }
    Tensor zero = context.step().constant(DType.I64, 0L);
    int before = lower.steps() - last;
    InnerLevel.Held from = new InnerLevel.Held(inner, state);
    InnerLevel.Held begun =
        before == 0 ? from : lower.run(problem.lower(outer), from, context, zero, before);
    Segments segments = new Segments(problem, lower, outer, begun, context, length, last / length);
    Segments.Taken taken = segments.take(zero.add(before));
    InnerLevel.Held reached = taken.end();
    BilevelProblem.Gradients f = problem.outerAt(outer, reached.parameters());
    Tree<Tensor> through = segments.pull(taken, f.inInner());
    return new Estimate(
        f.value(),
        f.inOuter().zip(through, Tensor::add),
        reached.parameters(),
        reached.state(),
        Tree.empty());
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }

  /** The differentiated steps, a segment at a time. */
  private record Segments(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      InnerLevel.Held begun,
      StepContext context,
      int length,
      int count) {
    /**
     * What the way there leaves.
     *
     * @param end after the last step
     * @param starts the numbers of the segments' first steps, then each leaf of what they begin
     *     with, all stacked along a leading axis
     */
    record Taken(InnerLevel.Held end, List<Tensor> starts) {}

    private List<Tensor> leaves(InnerLevel.Held held) {
      return Stream.concat(held.parameters().leaves().stream(), held.state().leaves().stream())
          .toList();
    }

    private InnerLevel.Held held(List<Tensor> leaves) {
      int count = begun.parameters().size();
      return new InnerLevel.Held(
          begun.parameters().withLeaves(leaves.subList(0, count)),
          begun.state().withLeaves(leaves.subList(count, leaves.size())));
    }

    /** One segment as a function of x and of what it begins with. */
    private List<Tensor> run(List<Tensor> x, List<Tensor> from, Tensor first) {
      return leaves(
          lower.run(problem.lower(outer.withLeaves(x)), held(from), context, first, length));
    }

    Taken take(Tensor first) {
      List<Tensor> carries = new ArrayList<>(List.of(first));
      carries.addAll(leaves(begun));
      ControlFlow.Scanned scanned =
          ControlFlow.scan(
              carries,
              List.of(),
              count,
              false,
              (at, none) -> {
                List<Tensor> next = new ArrayList<>(List.of(at.getFirst().add(length)));
                next.addAll(run(outer.leaves(), at.subList(1, at.size()), at.getFirst()));
                return new ControlFlow.Scanned(next, at);
              });
      return new Taken(held(scanned.carries().subList(1, scanned.carries().size())), scanned.ys());
    }

    /** What the steps hand from a covector of the last y to x. */
    Tree<Tensor> pull(Taken taken, Tree<Tensor> covector) {
      List<Tensor> bars = new ArrayList<>(outer.map(Tensor::zerosLike).leaves());
      int unknowns = bars.size();
      bars.addAll(covector.leaves());
      bars.addAll(begun.state().map(Tensor::zerosLike).leaves());
      List<Tensor> end =
          ControlFlow.scan(
                  bars,
                  taken.starts(),
                  count,
                  true,
                  (bar, start) -> {
                    List<Tensor> at = new ArrayList<>(outer.leaves());
                    at.addAll(start.subList(1, start.size()));
                    List<Tensor> pulled =
                        Calculus.standard()
                            .vjp(
                                in ->
                                    run(
                                        in.subList(0, unknowns),
                                        in.subList(unknowns, in.size()),
                                        start.getFirst()),
                                at,
                                bar.subList(unknowns, bar.size()))
                            .cotangents();
                    List<Tensor> next = new ArrayList<>();
                    for (int i = 0; i < unknowns; i++) {
                      next.add(bar.get(i).add(pulled.get(i)));
                    }
                    next.addAll(pulled.subList(unknowns, pulled.size()));
                    return new ControlFlow.Scanned(next, List.of());
                  })
              .carries();
      return outer.withLeaves(end.subList(0, unknowns));
    }
  }
}
