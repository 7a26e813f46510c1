package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Node;
import java.util.BitSet;
import java.util.List;

/** Nodes that become one step: elementwise ones in one loop, or a single other one. */
final class Cluster {
  private final int count;
  private final boolean fused;
  private final BitSet members = new BitSet();

  /** The clusters that must run before, all of them, by index. */
  private final BitSet ancestors = new BitSet();

  Cluster(int node, int count, boolean fused) {
    this.count = count;
    this.fused = fused;
    members.set(node);
  }

  /** The number of elements of its loop. */
  int count() {
    return count;
  }

  /** Whether this is a loop over elements. */
  boolean fused() {
    return fused;
  }

  /** The indices of its nodes. */
  BitSet members() {
    return members;
  }

  BitSet ancestors() {
    return ancestors;
  }

  /** Its nodes in order. */
  List<Node> nodes(List<Node> all) {
    return members.stream().mapToObj(all::get).toList();
  }
}
