package dev.espalier.engine;

import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.ControlFlow.Scanned;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Vectorise.Batched;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Vectorisation of operations that run graphs. */
final class VectoriseLoops {
  private VectoriseLoops() {}

  private static boolean[] flags(List<Batched> x) {
    boolean[] flags = new boolean[x.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = x.get(i).mapped();
    }
    return flags;
  }

  private static List<Batched> batched(List<Tensor> tensors, boolean[] mapped) {
    List<Batched> all = new ArrayList<>();
    for (int i = 0; i < mapped.length; i++) {
      all.add(new Batched(tensors.get(i), mapped[i]));
    }
    return all;
  }

  /** The tensors with the mapped axis where flags are set. */
  private static List<Tensor> liftWhere(List<Batched> x, boolean[] flags, int size) {
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < flags.length; i++) {
      all.add(flags[i] ? x.get(i).lift(size) : x.get(i).tensor());
    }
    return all;
  }

  /**
   * The carries that become mapped over the iterations of a body (constants, carries, xs) to
   * carries.
   */
  private static boolean[] mappedCarries(
      Graph body, boolean[] constants, boolean[] carries, boolean[] xs) {
    boolean[] mapped = carries.clone();
    boolean changed = true;
    while (changed) {
      boolean[] outputs = Vectorise.mappedOutputs(body, Flags.join(constants, mapped, xs));
      changed = false;
      for (int i = 0; i < mapped.length; i++) {
        if (outputs[i] && !mapped[i]) {
          mapped[i] = true;
          changed = true;
        }
      }
    }
    return mapped;
  }

  static List<Batched> push(Scan op, Tensor anchor, int size, List<Batched> x) {
    int constants = op.constants();
    int end = constants + op.carries();
    boolean[] flags = flags(x);
    boolean[] xFlags = Arrays.copyOfRange(flags, end, x.size());
    boolean[] carryFlags =
        mappedCarries(
            op.body(),
            Arrays.copyOfRange(flags, 0, constants),
            Arrays.copyOfRange(flags, constants, end),
            xFlags);
    boolean[] outputs =
        Vectorise.mappedOutputs(
            op.body(), Flags.join(Arrays.copyOfRange(flags, 0, constants), carryFlags, xFlags));
    boolean[] yFlags = Arrays.copyOfRange(outputs, op.carries(), outputs.length);
    List<Tensor> xs = new ArrayList<>();
    for (Batched operand : x.subList(end, x.size())) {
      xs.add(operand.mapped() ? operand.tensor().swapAxes(0, 1) : operand.tensor());
    }
    Scanned scanned =
        ControlFlow.scan(
            liftWhere(x.subList(constants, end), carryFlags, size),
            xs,
            op.length(),
            op.reverse(),
            (carry, in) -> {
              List<Batched> arguments = new ArrayList<>(x.subList(0, constants));
              arguments.addAll(batched(carry, carryFlags));
              arguments.addAll(batched(in, xFlags));
              List<Batched> results = Vectorise.push(op.body(), anchor, size, arguments);
              return new Scanned(
                  liftWhere(results.subList(0, op.carries()), carryFlags, size),
                  liftWhere(results.subList(op.carries(), results.size()), yFlags, size));
            });
    List<Batched> results = batched(scanned.carries(), carryFlags);
    for (int i = 0; i < scanned.ys().size(); i++) {
      boolean mapped = yFlags[i];
      Tensor y = scanned.ys().get(i);
      results.add(new Batched(mapped ? y.swapAxes(0, 1) : y, mapped));
    }
    return results;
  }

  static List<Batched> push(While op, Tensor anchor, int size, List<Batched> x) {
    int constants = op.constants();
    boolean[] flags = flags(x);
    boolean[] constantFlags = Arrays.copyOfRange(flags, 0, constants);
    boolean[] mapped =
        mappedCarries(
            op.body(),
            constantFlags,
            Arrays.copyOfRange(flags, constants, x.size()),
            new boolean[0]);
    boolean each = Vectorise.mappedOutputs(op.condition(), Flags.join(constantFlags, mapped))[0];
    if (each) {
      Arrays.fill(mapped, true);
    }
    List<Batched> fixed = x.subList(0, constants);
    List<Tensor> results =
        ControlFlow.whileLoop(
            liftWhere(x.subList(constants, x.size()), mapped, size),
            carry -> {
              Batched goes = condition(op, anchor, size, fixed, batched(carry, mapped));
              return each ? goes.lift(size).any() : goes.tensor();
            },
            carry -> {
              List<Batched> before = batched(carry, mapped);
              List<Batched> arguments = new ArrayList<>(fixed);
              arguments.addAll(before);
              List<Tensor> next =
                  liftWhere(Vectorise.push(op.body(), anchor, size, arguments), mapped, size);
              return each
                  ? keepFinished(condition(op, anchor, size, fixed, before).lift(size), next, carry)
                  : next;
            });
    return batched(results, mapped);
  }

  private static Batched condition(
      While op, Tensor anchor, int size, List<Batched> fixed, List<Batched> carry) {
    List<Batched> arguments = new ArrayList<>(fixed);
    arguments.addAll(carry);
    return Vectorise.push(op.condition(), anchor, size, arguments).getFirst();
  }

  /** Slices whose loop has ended stay as they are. */
  private static List<Tensor> keepFinished(Tensor goes, List<Tensor> next, List<Tensor> carry) {
    List<Tensor> kept = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      kept.add(choose(goes, next.get(i), carry.get(i)));
    }
    return kept;
  }

  private static Tensor choose(Tensor condition, Tensor x, Tensor y) {
    return condition.broadcast(x.shape(), 0).select(x, y);
  }

  static List<Batched> push(Cond op, Tensor anchor, int size, List<Batched> x) {
    Batched predicate = x.getFirst();
    List<Batched> arguments = x.subList(1, x.size());
    if (predicate.mapped()) {
      List<Tensor> first =
          VectoriseRules.lift(Vectorise.push(op.whenTrue(), anchor, size, arguments), size);
      List<Tensor> second =
          VectoriseRules.lift(Vectorise.push(op.whenFalse(), anchor, size, arguments), size);
      List<Tensor> chosen = new ArrayList<>();
      for (int i = 0; i < first.size(); i++) {
        chosen.add(choose(predicate.tensor(), first.get(i), second.get(i)));
      }
      return Vectorise.each(chosen);
    }
    boolean[] flags = flags(arguments);
    List<Tensor> results =
        ControlFlow.cond(
            predicate.tensor(),
            arguments.stream().map(Batched::tensor).toList(),
            in ->
                VectoriseRules.lift(
                    Vectorise.push(op.whenTrue(), anchor, size, batched(in, flags)), size),
            in ->
                VectoriseRules.lift(
                    Vectorise.push(op.whenFalse(), anchor, size, batched(in, flags)), size));
    return Vectorise.each(results);
  }

  static List<Batched> push(Composite op, Tensor anchor, int size, List<Batched> x) {
    boolean ofBody =
        op.rule() instanceof Composite.OfBody || op.rule() instanceof Composite.VjpOfBody;
    if (ofBody && elements(x, false) * size > elements(x, true)) {
      // In the body what is shared needs no copies.
      return Vectorise.push(op.body(), anchor, size, x);
    }
    Composite vectorised =
        new Composite(
            op.name() + Composite.VECTORISED,
            vectorised(op.body(), size),
            switch (op.rule()) {
              case Composite.OfBody rule -> rule;
              case Composite.Jvp(Graph graph) -> new Composite.Jvp(vectorised(graph, size));
              case Composite.Vjp(Graph graph) -> new Composite.Vjp(vectorised(graph, size));
              case Composite.VjpOnDemand(Composites.ReverseRule one) ->
                  new Composite.VjpOnDemand(new VectorisedRule(one));
              case Composite.VjpOfBody(Graph graph) ->
                  new Composite.VjpOfBody(vectorised(graph, size));
            });
    return Vectorise.each(anchor.apply(vectorised, VectoriseRules.lift(x, size)));
  }

  /** The elements of the operands that are mapped, or of those that are not. */
  private static long elements(List<Batched> x, boolean mapped) {
    return x.stream()
        .filter(operand -> operand.mapped() == mapped)
        .mapToLong(operand -> operand.tensor().shape().size())
        .sum();
  }

  private static Graph vectorised(Graph graph, int size) {
    List<TensorType> types =
        graph.inputTypes().stream()
            .map(type -> type.withShape(type.shape().insert(0, size)))
            .toList();
    return Graph.trace(
        graph.name(),
        types,
        in ->
            VectoriseRules.lift(
                Vectorise.push(graph, in.getFirst(), size, Vectorise.each(in)), size));
  }
}
