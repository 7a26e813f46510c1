package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A pure function as a list of nodes in an order in which they can run. Immutable. Its text form
 * prints every node with its types; {@link #verify()} checks the rules of the representation.
 */
public final class Graph {
  private final String name;
  private final List<Value> inputs;
  private final List<Node> nodes;
  private final List<Value> outputs;
  private final int valueCount;

  /**
   * A graph of these parts, not yet verified.
   *
   * @param name what the function is called, for people
   * @param inputs the inputs, numbered 0, 1, ...
   * @param nodes the nodes in order
   * @param outputs the outputs, any values of the graph
   */
  public Graph(String name, List<Value> inputs, List<Node> nodes, List<Value> outputs) {
    this.name = Objects.requireNonNull(name);
    this.inputs = List.copyOf(inputs);
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    int count = inputs.size();
    for (Node node : nodes) {
      count += node.results().size();
    }
    this.valueCount = count;
  }

  /**
   * The graph of a function, found by calling it once with symbolic tensors.
   *
   * @param name what the function is called
   * @param inputs the types of its inputs, at least one
   * @param body the function
   * @throws EspalierException FOREIGN_TENSOR where the function uses a tensor of another trace
   */
  public static Graph trace(
      String name, List<TensorType> inputs, Function<List<Tensor>, List<Tensor>> body) {
    return Trace.root(name, inputs, body);
  }

  /** What the function is called. */
  public String name() {
    return name;
  }

  /** The inputs. */
  public List<Value> inputs() {
    return inputs;
  }

  /** The nodes, each after those whose results it uses. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The outputs. */
  public List<Value> outputs() {
    return outputs;
  }

  /** The number of values; every id is less. */
  public int valueCount() {
    return valueCount;
  }

  /** The types of the inputs. */
  public List<TensorType> inputTypes() {
    return inputs.stream().map(Value::type).toList();
  }

  /** The types of the outputs. */
  public List<TensorType> outputTypes() {
    return outputs.stream().map(Value::type).toList();
  }

  /**
   * Applies the function inside a trace: its nodes are recorded there one by one.
   *
   * @param arguments a tensor for each input
   * @return a tensor for each output
   * @throws EspalierException TYPE_MISMATCH where the arguments' types are not the inputs'
   */
  public List<Tensor> apply(List<Tensor> arguments) {
    List<TensorType> types = arguments.stream().map(Tensor::type).toList();
    if (arguments.isEmpty() || !types.equals(inputTypes())) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "graph " + name + " takes " + TypeRules.text(inputTypes()),
          TypeRules.text(types),
          "pass arguments of these types");
    }
    Tensor[] values = new Tensor[valueCount];
    for (int i = 0; i < inputs.size(); i++) {
      values[inputs.get(i).id()] = arguments.get(i);
    }
    for (Node node : nodes) {
      List<Tensor> operands = node.operands().stream().map(v -> values[v.id()]).toList();
      List<Tensor> results = arguments.getFirst().apply(node.op(), operands);
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return outputs.stream().map(v -> values[v.id()]).toList();
  }

  /**
   * Checks the rules of the representation, in this graph and in those inside it; see {@link
   * GraphRule}.
   *
   * @return this graph
   * @throws EspalierException INVALID_GRAPH naming the rule and the place
   */
  public Graph verify() {
    GraphRule.check(this);
    return this;
  }

  /** Equality of structure: names do not count. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Graph graph
        && inputs.equals(graph.inputs)
        && nodes.equals(graph.nodes)
        && outputs.equals(graph.outputs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(inputs, nodes, outputs);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    print(text, "");
    return text.toString();
  }

  private void print(StringBuilder text, String indent) {
    text.append(indent).append(name).append('(').append(join(inputs)).append(") {\n");
    for (Node node : nodes) {
      text.append(indent).append("  ").append(join(node.results())).append(" = ");
      text.append(node.op().name()).append('(');
      text.append(
          node.operands().stream().map(v -> "%" + v.id()).collect(Collectors.joining(", ")));
      text.append(')');
      if (!node.op().attributes().isEmpty()) {
        text.append(" {").append(node.op().attributes()).append('}');
      }
      text.append('\n');
      for (Graph inner : node.op().graphs()) {
        inner.print(text, indent + "    ");
      }
    }
    text.append(indent).append("  return ");
    List<String> ids = new ArrayList<>();
    outputs.forEach(v -> ids.add("%" + v.id()));
    text.append(String.join(", ", ids)).append('\n').append(indent).append("}\n");
  }

  private static String join(List<Value> values) {
    return values.stream().map(Value::toString).collect(Collectors.joining(", "));
  }
}
