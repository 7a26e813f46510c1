package dev.espalier.engine;

import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.ControlFlow.Scanned;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reverse rules of loops and branches. A scan keeps the carries that enter each iteration and runs
 * each iteration again on the way back, so memory grows with the carries and not with the body.
 */
final class LoopBackward {
  private LoopBackward() {}

  static Pullback record(Scan op, Tensor anchor, List<Tensor> x, boolean[] active) {
    int constants = op.constants();
    int carries = op.carries();
    int end = constants + carries;
    Graph keeping =
        Graph.trace(
            op.body().name() + "_keeping_carries",
            op.body().inputTypes(),
            in -> Tensors.join(op.body().apply(in), in.subList(constants, end)));
    List<Tensor> all =
        anchor.apply(new Scan(keeping, op.length(), op.reverse(), constants, carries), x);
    int results = op.body().outputs().size();
    List<Tensor> kept = all.subList(results, all.size());
    return new Pullback(
        all.subList(0, results), bars -> pull(op, x, active, all.subList(0, results), kept, bars));
  }

  private static List<@Nullable Tensor> pull(
      Scan op,
      List<Tensor> x,
      boolean[] active,
      List<Tensor> results,
      List<Tensor> kept,
      List<@Nullable Tensor> bars) {
    int constants = op.constants();
    int carries = op.carries();
    int end = constants + carries;
    boolean[] activeConstants = Arrays.copyOfRange(active, 0, constants);
    boolean[] activeXs = Arrays.copyOfRange(active, end, x.size());
    boolean[] activeCarries =
        Activity.ofCarries(
            op.body(), activeConstants, Arrays.copyOfRange(active, constants, end), activeXs);
    boolean[] inputs = Flags.join(activeConstants, activeCarries, activeXs);
    boolean[] outputs = Activity.ofOutputs(op.body(), inputs);
    boolean[] activeYs = Arrays.copyOfRange(outputs, carries, outputs.length);
    List<Tensor> constantsIn = x.subList(0, constants);
    List<Tensor> xs = x.subList(end, x.size());
    int carryBars = Flags.count(activeCarries);

    List<Tensor> startBars =
        Tensors.instantiate(bars.subList(0, carries), results.subList(0, carries), activeCarries);
    List<Tensor> startSums = new ArrayList<>();
    Tensors.where(constantsIn, activeConstants)
        .forEach(c -> startSums.add(c.to(wide(c)).zerosLike()));
    List<Tensor> yBars =
        Tensors.instantiate(
            bars.subList(carries, bars.size()), results.subList(carries, results.size()), activeYs);

    Scanned scanned =
        ControlFlow.scan(
            Tensors.join(startBars, startSums),
            Tensors.join(kept, xs, yBars),
            op.length(),
            !op.reverse(),
            (carry, in) -> {
              List<Tensor> values =
                  Tensors.join(
                      constantsIn,
                      in.subList(0, carries),
                      in.subList(carries, carries + xs.size()));
              Tensor anchor = carry.isEmpty() ? in.getFirst() : carry.getFirst();
              Pullback step = Backward.record(op.body(), anchor, values, inputs);
              List<@Nullable Tensor> stepBars =
                  new ArrayList<>(Tensors.scatter(carry.subList(0, carryBars), activeCarries));
              stepBars.addAll(
                  Tensors.scatter(in.subList(carries + xs.size(), in.size()), activeYs));
              List<@Nullable Tensor> pulled = step.pull().apply(stepBars);
              List<Tensor> next =
                  Tensors.instantiate(
                      pulled.subList(constants, end), in.subList(0, carries), activeCarries);
              List<Tensor> sums = new ArrayList<>();
              int at = carryBars;
              for (int i = 0; i < constants; i++) {
                if (activeConstants[i]) {
                  Tensor sum = carry.get(at++);
                  Tensor bar = pulled.get(i);
                  sums.add(bar == null ? sum : sum.add(bar.to(sum.dtype())));
                }
              }
              List<Tensor> xBars =
                  Tensors.instantiate(
                      pulled.subList(end, pulled.size()),
                      in.subList(carries, carries + xs.size()),
                      activeXs);
              return new Scanned(Tensors.join(next, sums), xBars);
            });

    List<@Nullable Tensor> pulled = new ArrayList<>();
    List<Tensor> sums = new ArrayList<>();
    List<Tensor> summed = Tensors.where(constantsIn, activeConstants);
    for (int i = 0; i < summed.size(); i++) {
      sums.add(scanned.carries().get(carryBars + i).to(summed.get(i).dtype()));
    }
    pulled.addAll(Tensors.scatter(sums, activeConstants));
    pulled.addAll(Tensors.scatter(scanned.carries().subList(0, carryBars), activeCarries));
    pulled.addAll(Tensors.scatter(scanned.ys(), activeXs));
    return pulled;
  }

  /** Many small terms are summed in a type that keeps them. */
  private static DType wide(Tensor x) {
    return x.dtype() == DType.F64 ? DType.F64 : DType.F32;
  }

  static Pullback record(Cond op, List<Tensor> x, boolean[] active) {
    Tensor predicate = x.getFirst();
    List<Tensor> arguments = x.subList(1, x.size());
    boolean[] wanted = Arrays.copyOfRange(active, 1, active.length);
    List<Tensor> results = predicate.apply(op, x);
    return new Pullback(
        results,
        bars -> {
          boolean[] present = Flags.present(bars);
          int count = arguments.size();
          List<Tensor> pulled =
              ControlFlow.cond(
                  predicate,
                  Tensors.join(arguments, Tensors.instantiate(bars, results, present)),
                  in -> branch(op.whenTrue(), in, count, wanted, present),
                  in -> branch(op.whenFalse(), in, count, wanted, present));
          List<@Nullable Tensor> all = new ArrayList<>();
          all.add(null);
          all.addAll(Tensors.scatter(pulled, wanted));
          return all;
        });
  }

  private static List<Tensor> branch(
      Graph graph, List<Tensor> in, int count, boolean[] wanted, boolean[] present) {
    List<Tensor> arguments = in.subList(0, count);
    Pullback recorded = Backward.record(graph, in.getFirst(), arguments, wanted);
    List<@Nullable Tensor> pulled =
        recorded.pull().apply(Tensors.scatter(in.subList(count, in.size()), present));
    return Tensors.instantiate(pulled, arguments, wanted);
  }
}
