package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Taylor mode: a graph's truncated power series along a curve of its inputs, recorded into the
 * trace of its arguments. The number of operations is polynomial in the order, where nested forward
 * mode doubles it with each.
 *
 * <p>Source: A. Griewank and A. Walther, "Evaluating Derivatives", 2nd edition, 2008, chapter 13;
 * J. Bettencourt, M. Johnson and D. Duvenaud, "Taylor-Mode Automatic Differentiation for
 * Higher-Order Derivatives in JAX", 2019. Their coefficients are derivatives; these are divided by
 * the factorials, which leaves the binomials out of products.
 */
final class Taylor {
  private Taylor() {}

  static List<Series> push(Graph graph, Tensor anchor, List<Series> arguments, int order) {
    Series[] values = new Series[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i);
    }
    for (Node node : graph.nodes()) {
      List<Series> operands = node.operands().stream().map(v -> values[v.id()]).toList();
      List<Series> results =
          operands.stream().allMatch(Series::isConstant)
              ? constant(anchor.apply(node.op(), values(operands)), order)
              : TaylorRules.push(node.op(), anchor, operands, order);
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    List<Series> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      outputs.add(values[output.id()]);
    }
    return outputs;
  }

  static List<Series> constant(List<Tensor> values, int order) {
    return values.stream().map(value -> Series.constant(value, order)).toList();
  }

  static List<Tensor> values(List<Series> series) {
    return series.stream().map(Series::value).toList();
  }
}
