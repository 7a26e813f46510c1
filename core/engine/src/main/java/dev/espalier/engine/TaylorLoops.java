package dev.espalier.engine;

import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.ControlFlow.Scanned;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Series rules of loops and branches: the higher coefficients travel beside the values. */
final class TaylorLoops {
  private TaylorLoops() {}

  static List<Series> push(Scan op, Tensor anchor, List<Series> x, int order) {
    int constants = op.constants();
    int carries = op.carries();
    int end = constants + carries;
    boolean[] moving = moving(x);
    boolean[] movingConstants = Arrays.copyOfRange(moving, 0, constants);
    boolean[] movingXs = Arrays.copyOfRange(moving, end, x.size());
    boolean[] movingCarries =
        Activity.ofCarries(
            op.body(), movingConstants, Arrays.copyOfRange(moving, constants, end), movingXs);
    boolean[] outputs =
        Activity.ofOutputs(op.body(), Flags.join(movingConstants, movingCarries, movingXs));
    boolean[] movingYs = Arrays.copyOfRange(outputs, carries, outputs.length);
    Scanned scanned =
        ControlFlow.scan(
            flat(x.subList(constants, end), movingCarries),
            flat(x.subList(end, x.size()), movingXs),
            op.length(),
            op.reverse(),
            (carry, in) -> {
              List<Series> arguments = new ArrayList<>(x.subList(0, constants));
              arguments.addAll(series(carry, movingCarries, order));
              arguments.addAll(series(in, movingXs, order));
              List<Series> results = Taylor.push(op.body(), anchor, arguments, order);
              return new Scanned(
                  flat(results.subList(0, carries), movingCarries),
                  flat(results.subList(carries, results.size()), movingYs));
            });
    List<Series> results = new ArrayList<>(series(scanned.carries(), movingCarries, order));
    results.addAll(series(scanned.ys(), movingYs, order));
    return results;
  }

  static List<Series> push(While op, Tensor anchor, List<Series> x, int order) {
    int constants = op.constants();
    boolean[] moving = moving(x);
    boolean[] movingCarries =
        Activity.ofCarries(
            op.body(),
            Arrays.copyOfRange(moving, 0, constants),
            Arrays.copyOfRange(moving, constants, x.size()),
            new boolean[0]);
    Function<List<Tensor>, List<Series>> arguments =
        carry -> {
          List<Series> all = new ArrayList<>(x.subList(0, constants));
          all.addAll(series(carry, movingCarries, order));
          return all;
        };
    List<Tensor> results =
        ControlFlow.whileLoop(
            flat(x.subList(constants, x.size()), movingCarries),
            carry ->
                Inline.apply(op.condition(), anchor, Taylor.values(arguments.apply(carry)))
                    .getFirst(),
            carry ->
                flat(Taylor.push(op.body(), anchor, arguments.apply(carry), order), movingCarries));
    return series(results, movingCarries, order);
  }

  static List<Series> push(Cond op, Tensor anchor, List<Series> x, int order) {
    List<Series> operands = x.subList(1, x.size());
    boolean[] moving = moving(operands);
    boolean[] first = Activity.ofOutputs(op.whenTrue(), moving);
    boolean[] second = Activity.ofOutputs(op.whenFalse(), moving);
    boolean[] outputs = new boolean[first.length];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = first[i] || second[i];
    }
    BiFunction<Graph, List<Tensor>, List<Tensor>> branch =
        (graph, in) -> flat(Taylor.push(graph, anchor, series(in, moving, order), order), outputs);
    List<Tensor> results =
        ControlFlow.cond(
            x.getFirst().value(),
            flat(operands, moving),
            in -> branch.apply(op.whenTrue(), in),
            in -> branch.apply(op.whenFalse(), in));
    return series(results, outputs, order);
  }

  private static boolean[] moving(List<Series> x) {
    boolean[] moving = new boolean[x.size()];
    for (int i = 0; i < moving.length; i++) {
      moving[i] = !x.get(i).isConstant();
    }
    return moving;
  }

  /** The value of each, followed by its higher coefficients where its flag is set. */
  private static List<Tensor> flat(List<Series> series, boolean[] moving) {
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < moving.length; i++) {
      Series one = series.get(i);
      all.add(one.value());
      for (int k = 1; moving[i] && k <= one.order(); k++) {
        all.add(Tensors.orZero(one.at(k), one.value()));
      }
    }
    return all;
  }

  /** What {@link #flat} was made of. */
  private static List<Series> series(List<Tensor> flat, boolean[] moving, int order) {
    List<Series> all = new ArrayList<>();
    int next = 0;
    for (boolean moves : moving) {
      if (moves) {
        List<@Nullable Tensor> coefficients = new ArrayList<>(flat.subList(next, next + order + 1));
        all.add(new Series(coefficients));
        next += order + 1;
      } else {
        all.add(Series.constant(flat.get(next++), order));
      }
    }
    return all;
  }
}
