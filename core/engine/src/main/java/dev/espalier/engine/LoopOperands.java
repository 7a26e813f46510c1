package dev.espalier.engine;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes from loops the constants and slices that their graphs do not read, so that what makes them
 * is dead code. A derivative traces more in a loop than its result needs.
 */
final class LoopOperands {
  /** An operation and what it is applied to. */
  record Applied(Op op, List<Tensor> operands) {}

  private LoopOperands() {}

  /** The same loop of what is read; other operations as they are. */
  static Applied read(Op op, List<Tensor> operands) {
    return switch (op) {
      case Scan(Graph body, int length, boolean reverse, int constants, int carries) -> {
        boolean[] kept = kept(List.of(body), constants, carries);
        Op loop = new Scan(without(body, kept), length, reverse, count(kept, constants), carries);
        yield new Applied(loop, some(operands, kept));
      }
      case While(Graph condition, Graph body, int constants) -> {
        int carries = operands.size() - constants;
        boolean[] kept = kept(List.of(condition, body), constants, carries);
        Op loop = new While(without(condition, kept), without(body, kept), count(kept, constants));
        yield new Applied(loop, some(operands, kept));
      }
      default -> new Applied(op, operands);
    };
  }

  /** The inputs that a graph reads, and the carries. A loop has one operand at least. */
  private static boolean[] kept(List<Graph> graphs, int constants, int carries) {
    int size = graphs.getFirst().inputs().size();
    boolean[] kept = new boolean[size];
    for (Graph graph : graphs) {
      boolean[] used = new boolean[graph.valueCount()];
      graph.outputs().forEach(v -> used[v.id()] = true);
      graph.nodes().forEach(node -> node.operands().forEach(v -> used[v.id()] = true));
      for (int i = 0; i < size; i++) {
        kept[i] |= used[graph.inputs().get(i).id()];
      }
    }
    for (int i = constants; i < constants + carries; i++) {
      kept[i] = true;
    }
    if (count(kept, size) == 0 && size > 0) {
      kept[0] = true;
    }
    return kept;
  }

  private static int count(boolean[] kept, int to) {
    int count = 0;
    for (int i = 0; i < to; i++) {
      count += kept[i] ? 1 : 0;
    }
    return count;
  }

  private static <T> List<T> some(List<T> all, boolean[] kept) {
    List<T> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (kept[i]) {
        some.add(all.get(i));
      }
    }
    return some;
  }

  private static Graph without(Graph graph, boolean[] kept) {
    if (count(kept, kept.length) == kept.length) {
      return graph;
    }
    return Graph.trace(
        graph.name(),
        some(graph.inputTypes(), kept),
        inputs -> {
          List<Tensor> arguments = new ArrayList<>();
          int next = 0;
          for (boolean isKept : kept) {
            // Any tensor may stand for an input that is not read.
            arguments.add(isKept ? inputs.get(next++) : inputs.getFirst());
          }
          return Inline.apply(graph, inputs.getFirst(), arguments);
        });
  }
}
