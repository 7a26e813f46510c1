package dev.espalier.engine;

import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.Value;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Products in mixed precision: the F32 operands of every {@link Dot} and {@link Convolution} are
 * rounded to BF16 and back, nearest, ties to even. The product of two such numbers has at most 16
 * significant bits, so it is exact in F32: what a backend sums is a product of BF16 inputs with F32
 * accumulation and result (Kalamkar et al. 2019, arXiv:1905.12322). All else stays as it is, and so
 * do operands of other element types.
 *
 * <p>To be used after differentiation, so that the products of the derivative are rounded too and
 * the rounding itself is not differentiated. Bodies of loops and branches are entered. A composite
 * is one operation that backends may know by name, so it keeps its meaning: attention stays in F32.
 */
public final class Bf16Products {
  private final Map<Integer, Value> values = new HashMap<>();
  private final Map<Integer, Value> rounded = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private int next;

  private Bf16Products() {}

  /** The graph with rounded operands of products. */
  public static Graph round(Graph graph) {
    return new Bf16Products().rewrite(graph);
  }

  /**
   * A function with rounded operands of products, applied in the trace of its arguments.
   *
   * @param function from tensors of the arguments' types; it may use tensors around it, and ask for
   *     derivatives
   * @param at the arguments, at least one
   */
  public static List<Tensor> apply(Function<List<Tensor>, List<Tensor>> function, List<Tensor> at) {
    Tensor anchor = at.getFirst();
    Closure closure = anchor.close("bf16_products", Tensors.types(at), function);
    return Inline.apply(round(closure.graph()), anchor, Tensors.join(at, closure.captures()));
  }

  private Graph rewrite(Graph graph) {
    for (Value input : graph.inputs()) {
      values.put(input.id(), input);
    }
    next = graph.inputs().size();
    for (Node node : graph.nodes()) {
      List<Value> operands = new ArrayList<>();
      for (Value operand : node.operands()) {
        operands.add(isProduct(node.op()) ? rounded(operand) : now(operand));
      }
      List<Value> results = apply(withRoundedGraphs(node.op()), operands);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.results().get(i).id(), results.get(i));
      }
    }
    List<Value> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      outputs.add(now(output));
    }
    return new Graph(graph.name(), graph.inputs(), nodes, outputs);
  }

  private static boolean isProduct(Op op) {
    return op instanceof Dot || op instanceof Convolution;
  }

  private static Op withRoundedGraphs(Op op) {
    return switch (op) {
      case Scan(Graph body, int length, boolean reverse, int constants, int carries) ->
          new Scan(round(body), length, reverse, constants, carries);
      case While(Graph condition, Graph body, int constants) ->
          new While(round(condition), round(body), constants);
      case Cond(Graph whenTrue, Graph whenFalse) -> new Cond(round(whenTrue), round(whenFalse));
      default -> op;
    };
  }

  private Value now(Value before) {
    Value value = values.get(before.id());
    if (value == null) {
      throw new AssertionError(before);
    }
    return value;
  }

  /** Each value is rounded once, however many products read it. */
  private Value rounded(Value before) {
    Value value = now(before);
    if (value.type().dtype() != DType.F32) {
      return value;
    }
    return rounded.computeIfAbsent(
        before.id(),
        id ->
            apply(new Convert(DType.F32), apply(new Convert(DType.BF16), List.of(value)))
                .getFirst());
  }

  private List<Value> apply(Op op, List<Value> operands) {
    List<Value> results = new ArrayList<>();
    for (TensorType type : op.infer(operands.stream().map(Value::type).toList())) {
      results.add(new Value(next++, type));
    }
    nodes.add(new Node(op, operands, results));
    return results;
  }
}
