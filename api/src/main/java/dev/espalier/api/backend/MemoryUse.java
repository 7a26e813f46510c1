package dev.espalier.api.backend;

import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import java.util.List;

/**
 * What a run of a compiled graph needs at its peak, known when it is compiled.
 *
 * @param buffers bytes of the buffers of inputs and outputs, one that is donated counted once
 * @param intermediates bytes of what lives between the operations of a run
 * @param constants bytes of the graph's constants
 */
public record MemoryUse(long buffers, long intermediates, long constants) {
  /** All of it. */
  public long total() {
    return buffers + intermediates + constants;
  }

  /** The bytes of the buffers of a run. */
  public static long buffersOf(Graph graph, List<Donation> donations) {
    long bytes = 0;
    for (Value value : graph.inputs()) {
      bytes += value.type().bytes();
    }
    for (Value value : graph.outputs()) {
      bytes += value.type().bytes();
    }
    for (Donation donation : donations) {
      bytes -= graph.inputs().get(donation.input()).type().bytes();
    }
    return bytes;
  }

  /** What a backend needs that keeps every value until the run ends. */
  public static MemoryUse ofEveryValue(Graph graph, List<Donation> donations) {
    long intermediates = 0;
    long constants = 0;
    for (Node node : graph.nodes()) {
      for (Value result : node.results()) {
        if (node.op() instanceof Constant) {
          constants += result.type().bytes();
        } else {
          intermediates += result.type().bytes();
        }
      }
    }
    return new MemoryUse(buffersOf(graph, donations), intermediates, constants);
  }
}
