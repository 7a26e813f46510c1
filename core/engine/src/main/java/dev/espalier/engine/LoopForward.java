package dev.espalier.engine;

import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.ControlFlow.Scanned;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Forward.Dual;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forward rules of loops and branches: tangents travel beside values. */
final class LoopForward {
  private LoopForward() {}

  static Dual push(Scan op, Tensor anchor, List<Tensor> x, List<@Nullable Tensor> t) {
    int constants = op.constants();
    int end = constants + op.carries();
    boolean[] present = Flags.present(t);
    boolean[] activeConstants = Arrays.copyOfRange(present, 0, constants);
    boolean[] activeXs = Arrays.copyOfRange(present, end, x.size());
    boolean[] activeCarries =
        Activity.ofCarries(
            op.body(), activeConstants, Arrays.copyOfRange(present, constants, end), activeXs);
    boolean[] outputs =
        Activity.ofOutputs(op.body(), Flags.join(activeConstants, activeCarries, activeXs));
    boolean[] activeYs = Arrays.copyOfRange(outputs, op.carries(), outputs.length);
    List<Tensor> carries = x.subList(constants, end);
    List<Tensor> xs = x.subList(end, x.size());
    int ys = activeYs.length;
    Scanned scanned =
        ControlFlow.scan(
            Tensors.join(
                carries, Tensors.instantiate(t.subList(constants, end), carries, activeCarries)),
            Tensors.join(xs, Tensors.instantiate(t.subList(end, x.size()), xs, activeXs)),
            op.length(),
            op.reverse(),
            (carry, in) -> {
              List<Tensor> values =
                  Tensors.join(
                      x.subList(0, constants),
                      carry.subList(0, op.carries()),
                      in.subList(0, xs.size()));
              List<@Nullable Tensor> dots = new ArrayList<>(t.subList(0, constants));
              dots.addAll(
                  Tensors.scatter(carry.subList(op.carries(), carry.size()), activeCarries));
              dots.addAll(Tensors.scatter(in.subList(xs.size(), in.size()), activeXs));
              Dual dual = Forward.push(op.body(), anchor, values, dots);
              List<Tensor> next = dual.values().subList(0, op.carries());
              List<Tensor> kept = dual.values().subList(op.carries(), op.carries() + ys);
              List<@Nullable Tensor> tangents = dual.tangents();
              return new Scanned(
                  Tensors.join(
                      next,
                      Tensors.instantiate(tangents.subList(0, op.carries()), next, activeCarries)),
                  Tensors.join(
                      kept,
                      Tensors.instantiate(
                          tangents.subList(op.carries(), tangents.size()), kept, activeYs)));
            });
    List<Tensor> values =
        Tensors.join(scanned.carries().subList(0, op.carries()), scanned.ys().subList(0, ys));
    List<@Nullable Tensor> tangents =
        new ArrayList<>(
            Tensors.scatter(
                scanned.carries().subList(op.carries(), scanned.carries().size()), activeCarries));
    tangents.addAll(Tensors.scatter(scanned.ys().subList(ys, scanned.ys().size()), activeYs));
    return new Dual(values, tangents);
  }

  static Dual push(While op, Tensor anchor, List<Tensor> x, List<@Nullable Tensor> t) {
    int constants = op.constants();
    int count = x.size() - constants;
    boolean[] present = Flags.present(t);
    boolean[] active =
        Activity.ofCarries(
            op.body(),
            Arrays.copyOfRange(present, 0, constants),
            Arrays.copyOfRange(present, constants, x.size()),
            new boolean[0]);
    List<Tensor> carries = x.subList(constants, x.size());
    List<Tensor> results =
        ControlFlow.whileLoop(
            Tensors.join(
                carries, Tensors.instantiate(t.subList(constants, t.size()), carries, active)),
            carry ->
                Inline.apply(
                        op.condition(),
                        anchor,
                        Tensors.join(x.subList(0, constants), carry.subList(0, count)))
                    .getFirst(),
            carry -> {
              List<@Nullable Tensor> dots = new ArrayList<>(t.subList(0, constants));
              dots.addAll(Tensors.scatter(carry.subList(count, carry.size()), active));
              Dual dual =
                  Forward.push(
                      op.body(),
                      anchor,
                      Tensors.join(x.subList(0, constants), carry.subList(0, count)),
                      dots);
              return Tensors.join(
                  dual.values(), Tensors.instantiate(dual.tangents(), dual.values(), active));
            });
    return new Dual(
        results.subList(0, count), Tensors.scatter(results.subList(count, results.size()), active));
  }

  static Dual push(Cond op, List<Tensor> x, List<@Nullable Tensor> t) {
    List<Tensor> arguments = x.subList(1, x.size());
    List<@Nullable Tensor> tangents = t.subList(1, t.size());
    boolean[] present = Flags.present(tangents);
    boolean[] first = Activity.ofOutputs(op.whenTrue(), present);
    boolean[] second = Activity.ofOutputs(op.whenFalse(), present);
    boolean[] active = new boolean[first.length];
    for (int i = 0; i < active.length; i++) {
      active[i] = first[i] || second[i];
    }
    int count = arguments.size();
    Tensor anchor = x.getFirst();
    java.util.function.BiFunction<dev.espalier.api.ir.Graph, List<Tensor>, List<Tensor>> branch =
        (graph, in) -> {
          Dual dual =
              Forward.push(
                  graph,
                  anchor,
                  in.subList(0, count),
                  Tensors.scatter(in.subList(count, in.size()), present));
          return Tensors.join(
              dual.values(), Tensors.instantiate(dual.tangents(), dual.values(), active));
        };
    List<Tensor> results =
        ControlFlow.cond(
            x.getFirst(),
            Tensors.join(arguments, Tensors.instantiate(tangents, arguments, present)),
            in -> branch.apply(op.whenTrue(), in),
            in -> branch.apply(op.whenFalse(), in));
    return new Dual(
        results.subList(0, active.length),
        Tensors.scatter(results.subList(active.length, results.size()), active));
  }
}
