package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the representation; {@link Graph#verify()} checks them and names the one that is
 * broken.
 */
public enum GraphRule {
  /** IR-1: inputs are numbered 0, 1, ... in order. */
  INPUTS_ARE_NUMBERED_IN_ORDER("IR-1"),
  /**
   * IR-2: results are numbered on from the inputs, in the order of the nodes, so that each is
   * defined once.
   */
  RESULTS_ARE_NUMBERED_IN_ORDER("IR-2"),
  /** IR-3: a node's operands are defined before it. */
  OPERANDS_ARE_DEFINED_BEFORE("IR-3"),
  /** IR-4: an operand has the type that its definition has. */
  OPERANDS_HAVE_THEIR_DEFINED_TYPE("IR-4"),
  /** IR-5: the operands obey the operation's type rule. */
  OPERANDS_FIT_THE_OPERATION("IR-5"),
  /** IR-6: the results have the types that the operation infers. */
  RESULTS_HAVE_THE_INFERRED_TYPES("IR-6"),
  /** IR-7: outputs are defined, with their defined types. */
  OUTPUTS_ARE_DEFINED("IR-7"),
  /** IR-8: a derivative rule's graph has the signature that its kind asks for. */
  DERIVATIVE_RULES_HAVE_THEIR_SIGNATURE("IR-8");

  private final String id;

  GraphRule(String id) {
    this.id = id;
  }

  /** The id that messages carry. */
  public String id() {
    return id;
  }

  static void check(Graph graph) {
    @Nullable TensorType[] types = new @Nullable TensorType[graph.valueCount()];
    int next = 0;
    for (Value input : graph.inputs()) {
      INPUTS_ARE_NUMBERED_IN_ORDER.require(input.id() == next, graph, input::toString);
      types[next++] = input.type();
    }
    for (Node node : graph.nodes()) {
      for (Value operand : node.operands()) {
        OPERANDS_ARE_DEFINED_BEFORE.require(
            operand.id() >= 0 && operand.id() < next, graph, () -> operand + " in " + place(node));
        OPERANDS_HAVE_THEIR_DEFINED_TYPE.require(
            operand.type().equals(types[operand.id()]),
            graph,
            () -> operand + " in " + place(node));
      }
      checkInference(graph, node);
      for (Value result : node.results()) {
        RESULTS_ARE_NUMBERED_IN_ORDER.require(result.id() == next, graph, () -> place(node));
        types[next++] = result.type();
      }
      if (node.op() instanceof Composite composite) {
        checkDerivativeRule(graph, composite);
      }
      node.op().graphs().forEach(GraphRule::check);
    }
    for (Value output : graph.outputs()) {
      OUTPUTS_ARE_DEFINED.require(
          output.id() >= 0 && output.id() < next && output.type().equals(types[output.id()]),
          graph,
          output::toString);
    }
  }

  private static String place(Node node) {
    return node.op().name() + " giving " + node.results();
  }

  private static void checkInference(Graph graph, Node node) {
    List<TensorType> inferred;
    try {
      inferred = node.op().infer(node.operands().stream().map(Value::type).toList());
    } catch (EspalierException e) {
      throw OPERANDS_FIT_THE_OPERATION.broken(
          graph, place(node) + ": " + e.asked() + "; " + e.found());
    }
    RESULTS_HAVE_THE_INFERRED_TYPES.require(
        node.results().stream().map(Value::type).toList().equals(inferred),
        graph,
        () -> place(node) + ", inferred " + inferred);
  }

  private static void checkDerivativeRule(Graph graph, Composite composite) {
    List<TensorType> inputs = composite.body().inputTypes();
    List<TensorType> outputs = composite.body().outputTypes();
    List<TensorType> floatInputs = inputs.stream().filter(t -> t.dtype().isFloat()).toList();
    List<TensorType> floatOutputs = outputs.stream().filter(t -> t.dtype().isFloat()).toList();
    switch (composite.rule()) {
      // What is traced on demand is checked when it is.
      case Composite.OfBody _, Composite.VjpOnDemand _ -> {}
      case Composite.Jvp jvp ->
          checkSignature(graph, composite, jvp.graph(), inputs, floatInputs, floatOutputs);
      case Composite.Vjp vjp ->
          checkSignature(graph, composite, vjp.graph(), inputs, floatOutputs, floatInputs);
      case Composite.VjpOfBody vjp -> {
        List<TensorType> primals = new ArrayList<>(inputs);
        primals.addAll(outputs);
        checkSignature(graph, composite, vjp.graph(), primals, floatOutputs, floatInputs);
      }
    }
  }

  private static void checkSignature(
      Graph graph,
      Composite composite,
      Graph rule,
      List<TensorType> primals,
      List<TensorType> directions,
      List<TensorType> results) {
    List<TensorType> wanted = new ArrayList<>(primals);
    wanted.addAll(directions);
    DERIVATIVE_RULES_HAVE_THEIR_SIGNATURE.require(
        rule.inputTypes().equals(wanted) && rule.outputTypes().equals(results),
        graph,
        () ->
            composite.name()
                + " has a rule from "
                + rule.inputTypes()
                + " to "
                + rule.outputTypes());
  }

  /** Most graphs are right, so the place is put into words only where one is not. */
  private void require(boolean holds, Graph graph, Supplier<String> place) {
    if (!holds) {
      throw broken(graph, place.get());
    }
  }

  private EspalierException broken(Graph graph, String place) {
    return new EspalierException(
        ErrorCode.INVALID_GRAPH,
        id + ": " + name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
        place + " in graph " + graph.name(),
        "the transformation that made this graph is wrong; report it with the printed graph");
  }
}
