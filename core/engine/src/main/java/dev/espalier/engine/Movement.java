package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;

/** Chains of operations whose transposes keep norms. */
final class Movement {
  private Movement() {}

  /** Whether a value is another one's elements, each at most once, in other places. */
  static boolean leads(Graph graph, int from, int to) {
    int at = to;
    for (Node node : graph.nodes().reversed()) {
      if (node.results().getFirst().id() == at) {
        boolean keeps =
            node.op() instanceof Reshape
                || node.op() instanceof Transpose
                || node.op() instanceof Slice;
        if (!keeps) {
          return false;
        }
        at = node.operands().getFirst().id();
      }
    }
    return at == from;
  }
}
