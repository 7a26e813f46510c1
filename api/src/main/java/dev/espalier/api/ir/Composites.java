package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Makes and applies composites from lambdas. */
public final class Composites {
  private Composites() {}

  /**
   * Applies a composite that is differentiated through its body. The body may use tensors around
   * it.
   *
   * @param name the composite's name
   * @param operands what it is applied to, at least one
   * @param body what it means
   */
  public static List<Tensor> apply(
      String name, List<Tensor> operands, Function<List<Tensor>, List<Tensor>> body) {
    Tensor anchor = operands.getFirst();
    Closure closure = anchor.close(name, types(operands), body);
    List<Tensor> all = new ArrayList<>(operands);
    all.addAll(closure.captures());
    return anchor.apply(new Composite(name, closure.graph(), new Composite.OfBody()), all);
  }

  /**
   * Applies a composite with a forward rule of its own.
   *
   * @param name the composite's name
   * @param operands what it is applied to, at least one
   * @param body what it means; it uses only its arguments
   * @param rule from (inputs, tangents of the float inputs) to tangents of the float outputs,
   *     linear in the tangents
   */
  public static List<Tensor> applyWithJvp(
      String name,
      List<Tensor> operands,
      Function<List<Tensor>, List<Tensor>> body,
      BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> rule) {
    Graph graph = Graph.trace(name, types(operands), body);
    Graph jvp =
        ruleGraph(name + "_jvp", graph.inputTypes(), graph.inputTypes(), graph.outputTypes(), rule);
    return operands.getFirst().apply(new Composite(name, graph, new Composite.Jvp(jvp)), operands);
  }

  /**
   * Applies a composite with a reverse rule of its own.
   *
   * @param name the composite's name
   * @param operands what it is applied to, at least one
   * @param body what it means; it uses only its arguments
   * @param rule from (inputs, cotangents of the float outputs) to cotangents of the float inputs,
   *     linear in the cotangents
   */
  public static List<Tensor> applyWithVjp(
      String name,
      List<Tensor> operands,
      Function<List<Tensor>, List<Tensor>> body,
      BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> rule) {
    Graph graph = Graph.trace(name, types(operands), body);
    Graph vjp =
        ruleGraph(name + "_vjp", graph.inputTypes(), graph.outputTypes(), graph.inputTypes(), rule);
    return operands.getFirst().apply(new Composite(name, graph, new Composite.Vjp(vjp)), operands);
  }

  /** From inputs, outputs and cotangents of the float outputs to cotangents of the float inputs. */
  @FunctionalInterface
  public interface ReverseRule {
    /** The cotangents of the float inputs; linear in those of the outputs. */
    List<Tensor> apply(List<Tensor> inputs, List<Tensor> outputs, List<Tensor> cotangents);
  }

  /**
   * Applies a composite that has the derivative of its body, for which reverse mode has a rule that
   * costs less; see {@link Composite.VjpOfBody}.
   *
   * @param name the composite's name
   * @param operands what it is applied to, at least one
   * @param body what it means; it uses only its arguments
   * @param rule the body's reverse derivative
   */
  public static List<Tensor> applyWithVjpOfBody(
      String name,
      List<Tensor> operands,
      Function<List<Tensor>, List<Tensor>> body,
      ReverseRule rule) {
    Graph graph = Graph.trace(name, types(operands), body);
    List<TensorType> primals = new ArrayList<>(graph.inputTypes());
    primals.addAll(graph.outputTypes());
    int inputs = operands.size();
    Graph vjp =
        ruleGraph(
            name + "_vjp",
            primals,
            graph.outputTypes(),
            graph.inputTypes(),
            (all, bars) ->
                rule.apply(all.subList(0, inputs), all.subList(inputs, all.size()), bars));
    return operands
        .getFirst()
        .apply(new Composite(name, graph, new Composite.VjpOfBody(vjp)), operands);
  }

  /**
   * Applies a composite whose reverse rule is traced wherever a derivative is taken; see {@link
   * Composite.VjpOnDemand}.
   *
   * @param name the composite's name
   * @param operands what it is applied to, at least one
   * @param body what it means; it uses only its arguments
   * @param rule the reverse rule; it uses only its arguments
   */
  public static List<Tensor> applyWithVjpOnDemand(
      String name,
      List<Tensor> operands,
      Function<List<Tensor>, List<Tensor>> body,
      ReverseRule rule) {
    Graph graph = Graph.trace(name, types(operands), body);
    return operands
        .getFirst()
        .apply(new Composite(name, graph, new Composite.VjpOnDemand(rule)), operands);
  }

  private static Graph ruleGraph(
      String name,
      List<TensorType> inputs,
      List<TensorType> directed,
      List<TensorType> answered,
      BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> rule) {
    List<TensorType> types = new ArrayList<>(inputs);
    directed.stream().filter(type -> type.dtype().isFloat()).forEach(types::add);
    int count = inputs.size();
    Graph graph =
        Graph.trace(
            name, types, all -> rule.apply(all.subList(0, count), all.subList(count, all.size())));
    List<TensorType> wanted = answered.stream().filter(type -> type.dtype().isFloat()).toList();
    if (!graph.outputTypes().equals(wanted)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "the derivative rule " + name + " returns " + TypeRules.text(wanted),
          TypeRules.text(graph.outputTypes()),
          "return one tensor for each, in this order");
    }
    return graph;
  }

  private static List<TensorType> types(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::type).toList();
  }
}
