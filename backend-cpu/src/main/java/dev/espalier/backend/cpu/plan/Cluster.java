package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Node;
import dev.espalier.backend.cpu.run.LoopShape;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes that become one step: those of one loop over [rows, width], or a single other one. */
final class Cluster {
  private final int count;
  private final boolean fused;
  private final BitSet members = new BitSet();
  private final Map<Integer, Role> roles = new HashMap<>();
  private int width;
  private Optional<Cluster> product = Optional.empty();

  /** The clusters that must run before, all of them, by index. */
  private final BitSet ancestors = new BitSet();

  /** How many values a node of a loop makes. */
  enum Role {
    /** One for each element. */
    ELEMENT,
    /** One for each row. */
    ROW,
    /** As many as there are columns, or one: they are known after the loop. */
    TOTAL
  }

  Cluster(int count, boolean fused) {
    this.count = count;
    this.fused = fused;
  }

  /** The number of elements of its loop. */
  int count() {
    return count;
  }

  /** Elements of a row; 0 where no node asks for rows, 1 where one asks for none. */
  int width() {
    return width;
  }

  /** The number of rows, where there are rows. */
  int rows() {
    return width > 1 ? count / width : count;
  }

  /** Whether whole rows are together, so that what there is one of for each row can be computed. */
  boolean hasRows() {
    return width > 1 && width <= LoopShape.MOST_WIDTH;
  }

  /** Whether rows can have a width, which may be 0 for any. */
  boolean admits(int wanted) {
    return width == 0 || wanted == 0 || width == wanted;
  }

  /** Whether this is a loop over elements. */
  boolean fused() {
    return fused;
  }

  void add(int node, Role role, int rowWidth) {
    members.set(node);
    roles.put(node, role);
    width = Math.max(width, rowWidth);
  }

  /** Takes over all that another has. */
  void absorb(Cluster other) {
    members.or(other.members);
    roles.putAll(other.roles);
    width = Math.max(width, other.width);
    other.members.clear();
    other.roles.clear();
  }

  /** The product, or convolution, whose result the loop takes as it is made. */
  Optional<Cluster> product() {
    return product;
  }

  /** Fixes the elements of a row, which {@link #admits} allows. */
  void ask(int rowWidth) {
    width = Math.max(width, rowWidth);
  }

  void follow(Cluster made) {
    product = Optional.of(made);
  }

  /** The indices of its nodes. */
  BitSet members() {
    return members;
  }

  /** What one of its nodes is. */
  Role role(int node) {
    return roles.getOrDefault(node, Role.ELEMENT);
  }

  /** Whether something is made of the elements of a row, or of a column. */
  boolean reduces() {
    return roles.values().stream().anyMatch(role -> role != Role.ELEMENT);
  }

  /** Whether something is known only after the loop. */
  boolean hasTotals() {
    return roles.containsValue(Role.TOTAL);
  }

  BitSet ancestors() {
    return ancestors;
  }

  /** Its nodes in order. */
  List<Node> nodes(List<Node> all) {
    return members.stream().mapToObj(all::get).toList();
  }
}
