package dev.espalier.plugins.bilevel;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How the inner level moves within a step of the outer one: so many steps of any optimizer, in one
 * loop of the trace.
 *
 * @param optimizer moves the inner parameters
 * @param rate its learning rate, finite; as every rate in a step it is rounded to F32
 * @param steps how many steps, at least 1
 * @param projection onto the set that the inner parameters are held in; the identity where there is
 *     none
 */
public record InnerLevel(
    Optimizer optimizer, double rate, int steps, UnaryOperator<Tree<Tensor>> projection) {
  /** Checks the numbers. */
  public InnerLevel {
    if (!Double.isFinite(rate) || steps < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an inner level has a finite rate and at least 1 step",
          "rate " + rate + ", " + steps + " steps",
          "correct the number");
    }
  }

  /** Without a set. */
  public InnerLevel(Optimizer optimizer, double rate, int steps) {
    this(optimizer, rate, steps, UnaryOperator.identity());
  }

  /** Held in another set. */
  public InnerLevel within(UnaryOperator<Tree<Tensor>> set) {
    return new InnerLevel(optimizer, rate, steps, set);
  }

  /** At another rate. */
  public InnerLevel atRate(double other) {
    return new InnerLevel(optimizer, other, steps, projection);
  }

  /**
   * Inner parameters and the optimizer's state.
   *
   * @param parameters y
   * @param state what the optimizer remembers
   */
  public record Held(Tree<Tensor> parameters, Tree<Tensor> state) {
    List<Tensor> leaves() {
      List<Tensor> all = new ArrayList<>(parameters.leaves());
      all.addAll(state.leaves());
      return all;
    }

    Held withLeaves(List<Tensor> leaves) {
      int count = parameters.size();
      return new Held(
          parameters.withLeaves(leaves.subList(0, count)),
          state.withLeaves(leaves.subList(count, count + state.size())));
    }
  }

  /** What is held before the first step. */
  public Held begin(Tree<Tensor> inner) {
    return new Held(inner, optimizer.init(inner));
  }

  /** All steps. */
  public Held run(Objective objective, Held from, StepContext outer) {
    return run(objective, from, outer, outer.step().constant(DType.I64, 0L), steps);
  }

  /**
   * Some of the steps.
   *
   * @param objective of the inner parameters
   * @param from what the first of these begins with
   * @param outer what is known of the step of the outer level
   * @param first the number of the first of these within the outer step, from 0, an I64 scalar
   * @param count how many
   */
  public Held run(Objective objective, Held from, StepContext outer, Tensor first, int count) {
    Tensor before = outer.step().mul(steps).add(first);
    List<Tensor> carries = new ArrayList<>(from.leaves());
    carries.add(before);
    List<Tensor> end =
        ControlFlow.scan(
                carries,
                List.of(),
                count,
                false,
                (carry, none) -> {
                  int last = carry.size() - 1;
                  List<Tensor> next =
                      new ArrayList<>(
                          step(
                                  objective,
                                  from.withLeaves(carry.subList(0, last)),
                                  outer,
                                  carry.get(last))
                              .leaves());
                  next.add(carry.get(last).add(1));
                  return new ControlFlow.Scanned(next, List.of());
                })
            .carries();
    return from.withLeaves(end.subList(0, end.size() - 1));
  }

  /**
   * One step.
   *
   * @param number of the step within the run, an I64 scalar
   */
  public Held step(Objective objective, Held from, StepContext outer, Tensor number) {
    StepContext context =
        new StepContext(number, number.constant(DType.F32, rate), outer.key().fold(0).fold(number));
    Optimizer.Step done = optimizer.step(objective, from.parameters(), from.state(), context);
    return new Held(
        from.parameters().zip(projection.apply(done.parameters()), (old, now) -> now),
        from.state().zip(done.state(), (old, now) -> now));
  }
}
