package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Loops and branches, written with lambdas that may use any tensor around them. */
public final class ControlFlow {
  private ControlFlow() {}

  /**
   * What a scan gives, or one iteration of it.
   *
   * @param carries what is handed on
   * @param ys what is kept of each iteration
   */
  public record Scanned(List<Tensor> carries, List<Tensor> ys) {
    public Scanned {
      carries = List.copyOf(carries);
      ys = List.copyOf(ys);
    }
  }

  /**
   * A loop over the leading axis of tensors; see {@link Scan}.
   *
   * @param carries the first carries
   * @param xs tensors with a leading axis of {@code length}
   * @param length the number of iterations
   * @param reverse whether the last slice comes first
   * @param body from carries and slices to carries and ys
   */
  public static Scanned scan(
      List<Tensor> carries,
      List<Tensor> xs,
      int length,
      boolean reverse,
      BiFunction<List<Tensor>, List<Tensor>, Scanned> body) {
    Tensor anchor = anchor("scan", carries, xs);
    List<TensorType> inputs = new ArrayList<>(types(carries));
    for (Tensor x : xs) {
      inputs.add(x.type().withShape(x.shape().remove(0)));
    }
    int count = carries.size();
    Closure closure =
        anchor.close(
            "scan_body",
            inputs,
            arguments -> {
              Scanned step =
                  body.apply(
                      arguments.subList(0, count), arguments.subList(count, arguments.size()));
              return join(step.carries(), step.ys());
            });
    // The op takes its constants first; closures put their captures last.
    Graph ordered = capturesFirst(closure, inputs);
    List<Tensor> operands = join(closure.captures(), join(carries, xs));
    List<Tensor> results =
        anchor.apply(
            new Scan(ordered, length, reverse, closure.captures().size(), count), operands);
    return new Scanned(results.subList(0, count), results.subList(count, results.size()));
  }

  /**
   * A loop of unknown length; see {@link While}.
   *
   * @param carries the first carries
   * @param condition whether to go on, a BOOL scalar
   * @param body one iteration
   */
  public static List<Tensor> whileLoop(
      List<Tensor> carries,
      Function<List<Tensor>, Tensor> condition,
      Function<List<Tensor>, List<Tensor>> body) {
    Tensor anchor = anchor("while", carries, List.of());
    List<TensorType> types = types(carries);
    Closure test = anchor.close("while_condition", types, a -> List.of(condition.apply(a)));
    Closure step = anchor.close("while_body", types, body);
    List<Tensor> constants = union(test.captures(), step.captures());
    Graph testGraph = withConstantsFirst(test, types, constants);
    Graph stepGraph = withConstantsFirst(step, types, constants);
    return anchor.apply(
        new While(testGraph, stepGraph, constants.size()), join(constants, carries));
  }

  /**
   * One of two computations; see {@link Cond}.
   *
   * @param predicate a BOOL scalar
   * @param arguments what both take
   * @param whenTrue run where the predicate holds
   * @param whenFalse run otherwise
   */
  public static List<Tensor> cond(
      Tensor predicate,
      List<Tensor> arguments,
      Function<List<Tensor>, List<Tensor>> whenTrue,
      Function<List<Tensor>, List<Tensor>> whenFalse) {
    List<TensorType> types = types(arguments);
    Closure first = Trace.branch(predicate, "cond_true", types, whenTrue);
    Closure second = Trace.branch(predicate, "cond_false", types, whenFalse);
    List<Tensor> constants = union(first.captures(), second.captures());
    Graph firstGraph = withConstantsFirst(first, types, constants);
    Graph secondGraph = withConstantsFirst(second, types, constants);
    return predicate.apply(
        new Cond(firstGraph, secondGraph), join(List.of(predicate), join(constants, arguments)));
  }

  private static Tensor anchor(String name, List<Tensor> carries, List<Tensor> xs) {
    if (!carries.isEmpty()) {
      return carries.getFirst();
    }
    if (!xs.isEmpty()) {
      return xs.getFirst();
    }
    throw new EspalierException(
        ErrorCode.BAD_ATTRIBUTE, name + " needs a carry or an x", "neither", "carry a counter");
  }

  private static Graph capturesFirst(Closure closure, List<TensorType> inputs) {
    return withConstantsFirst(closure, inputs, closure.captures());
  }

  /**
   * The closure's graph as one of (constants..., inputs...), where the constants include its
   * captures.
   */
  private static Graph withConstantsFirst(
      Closure closure, List<TensorType> inputs, List<Tensor> constants) {
    if (constants.isEmpty()) {
      return closure.graph();
    }
    List<TensorType> types = new ArrayList<>(types(constants));
    types.addAll(inputs);
    return Graph.trace(
        closure.graph().name(),
        types,
        arguments -> {
          List<Tensor> call =
              new ArrayList<>(arguments.subList(constants.size(), arguments.size()));
          for (Tensor capture : closure.captures()) {
            call.add(arguments.get(constants.indexOf(capture)));
          }
          return call.isEmpty()
              ? constantOutputs(closure.graph(), arguments.getFirst())
              : closure.graph().apply(call);
        });
  }

  private static List<Tensor> constantOutputs(Graph graph, Tensor anchor) {
    Tensor[] values = new Tensor[graph.valueCount()];
    for (Node node : graph.nodes()) {
      List<Tensor> results =
          anchor.apply(node.op(), node.operands().stream().map(v -> values[v.id()]).toList());
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return graph.outputs().stream().map(v -> values[v.id()]).toList();
  }

  private static List<Tensor> union(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    for (Tensor tensor : second) {
      if (!all.contains(tensor)) {
        all.add(tensor);
      }
    }
    return all;
  }

  private static List<TensorType> types(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::type).toList();
  }

  private static List<Tensor> join(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
