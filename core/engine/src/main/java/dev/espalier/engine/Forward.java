package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forward mode: a graph's values and tangents, recorded into the trace of its arguments. A null
 * tangent is zero.
 */
final class Forward {
  private Forward() {}

  record Dual(List<Tensor> values, List<@Nullable Tensor> tangents) {}

  static Dual push(
      Graph graph, Tensor anchor, List<Tensor> arguments, List<@Nullable Tensor> tangents) {
    Tensor[] values = new Tensor[graph.valueCount()];
    @Nullable Tensor[] dots = new @Nullable Tensor[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i);
      dots[i] = tangents.get(i);
    }
    for (Node node : graph.nodes()) {
      List<Tensor> operands = new ArrayList<>();
      List<@Nullable Tensor> operandDots = new ArrayList<>();
      for (Value operand : node.operands()) {
        operands.add(values[operand.id()]);
        operandDots.add(dots[operand.id()]);
      }
      Dual dual =
          Flags.any(Flags.present(operandDots))
              ? ForwardRules.push(node.op(), anchor, operands, operandDots)
              : constant(anchor.apply(node.op(), operands));
      for (int i = 0; i < node.results().size(); i++) {
        int id = node.results().get(i).id();
        values[id] = dual.values().get(i);
        dots[id] = dual.tangents().get(i);
      }
    }
    List<Tensor> results = new ArrayList<>();
    List<@Nullable Tensor> resultDots = new ArrayList<>();
    for (Value output : graph.outputs()) {
      results.add(values[output.id()]);
      resultDots.add(dots[output.id()]);
    }
    return new Dual(results, resultDots);
  }

  static Dual constant(List<Tensor> values) {
    List<@Nullable Tensor> none = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      none.add(null);
    }
    return new Dual(values, none);
  }
}
