package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Partitions the nodes of a graph into clusters, greedily in order: an elementwise node joins a
 * cluster of its operands of as many elements, and brings such clusters together, wherever no path
 * leaves the cluster and comes back.
 *
 * <p>Broadcasts, counters and constants are made anew in each loop that uses them; they have a
 * cluster of their own only where something else needs them in memory.
 */
final class Fusion {
  private final List<Node> nodes;
  private final Values values;
  private final Set<Integer> inMemory;
  private final List<Cluster> clusters = new ArrayList<>();
  private final Map<Integer, Integer> clusterOf = new HashMap<>();

  private Fusion(Graph graph, Values values) {
    this.nodes = graph.nodes();
    this.values = values;
    this.inMemory = neededInMemory(graph, values);
  }

  /** The clusters in an order in which they can run. */
  static List<Cluster> clusters(Graph graph, Values values) {
    Fusion fusion = new Fusion(graph, values);
    for (int i = 0; i < fusion.nodes.size(); i++) {
      fusion.place(i);
    }
    return fusion.ordered();
  }

  /** Whether the operation can be part of a loop over elements. */
  static boolean isElementwise(Node node) {
    return switch (node.op()) {
      case Unary _, Binary _, Compare _, Select _, Convert _, Polygamma _ -> true;
      case Bitcast bitcast -> bitcast.to() != DType.BF16 && bitcast.to() != DType.F16;
      default -> false;
    };
  }

  /** Whether a loop can make the elements without reading as many. */
  static boolean isMadeInLoops(Node node) {
    return node.op() instanceof Broadcast || node.op() instanceof Iota;
  }

  private static Set<Integer> neededInMemory(Graph graph, Values values) {
    Set<Integer> needed = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (!Values.isView(node) && !isElementwise(node) && !values.isUnread(node)) {
        values.reads(node).forEach(v -> needed.add(values.root(v).id()));
      }
    }
    graph.outputs().forEach(v -> needed.add(values.root(v).id()));
    return needed;
  }

  private void place(int index) {
    Node node = nodes.get(index);
    if (Values.isView(node) || node.op() instanceof Constant || values.isUnread(node)) {
      return;
    }
    boolean made = isMadeInLoops(node);
    if (made && !inMemory.contains(node.result().id())) {
      return;
    }
    boolean elementwise = isElementwise(node);
    int count = node.results().getFirst().type().shape().size();
    Set<Integer> before = dependencies(node);
    if (elementwise) {
      for (int candidate : candidates(node, count)) {
        if (before.stream()
            .noneMatch(b -> b != candidate && clusters.get(b).ancestors().get(candidate))) {
          join(index, candidate, before);
          mergeOthers(index, candidates(node, count));
          return;
        }
      }
    }
    Cluster own = new Cluster(index, count, elementwise || made);
    clusters.add(own);
    clusterOf.put(index, clusters.size() - 1);
    dependOn(clusters.size() - 1, before);
  }

  /** The clusters that must run before a node does. */
  private Set<Integer> dependencies(Node node) {
    Set<Integer> found = new LinkedHashSet<>();
    boolean loop = isElementwise(node);
    for (Value operand : values.reads(node)) {
      values
          .producer(operand)
          .ifPresent(producer -> {
            if (loop && isMadeInLoops(producer)) {
              producer.operands().forEach(v -> addCluster(found, v));
            } else {
              addCluster(found, operand);
            }
          });
    }
    return found;
  }

  private void addCluster(Set<Integer> to, Value value) {
    Integer cluster = clusterOf.get(values.producerIndex(value));
    if (cluster != null) {
      to.add(cluster);
    }
  }

  /** The loops of as many elements that make an operand, without repetition. */
  private Set<Integer> candidates(Node node, int count) {
    Set<Integer> found = new LinkedHashSet<>();
    for (Value operand : node.operands()) {
      values
          .producer(operand)
          .filter(Fusion::isElementwise)
          .ifPresent(producer -> addCluster(found, operand));
    }
    found.removeIf(c -> !clusters.get(c).fused() || clusters.get(c).count() != count);
    return found;
  }

  private void join(int index, int cluster, Set<Integer> before) {
    clusters.get(cluster).members().set(index);
    clusterOf.put(index, cluster);
    Set<Integer> others = new LinkedHashSet<>(before);
    others.remove(cluster);
    dependOn(cluster, others);
  }

  private void dependOn(int cluster, Set<Integer> before) {
    BitSet ancestors = clusters.get(cluster).ancestors();
    for (int other : before) {
      ancestors.set(other);
      ancestors.or(clusters.get(other).ancestors());
    }
    for (Cluster later : clusters) {
      if (later.ancestors().get(cluster)) {
        later.ancestors().or(ancestors);
      }
    }
  }

  private void mergeOthers(int index, Set<Integer> candidates) {
    for (int other : candidates) {
      int own = clusterOf.getOrDefault(index, -1);
      if (other != own && canMerge(own, other)) {
        merge(own, other);
      }
    }
  }

  /** Whether no third cluster stands on a path from one to the other. */
  private boolean canMerge(int first, int second) {
    for (int i = 0; i < clusters.size(); i++) {
      if (i != first
          && i != second
          && (isBetween(first, i, second) || isBetween(second, i, first))) {
        return false;
      }
    }
    return true;
  }

  private boolean isBetween(int before, int between, int after) {
    return clusters.get(between).ancestors().get(before)
        && clusters.get(after).ancestors().get(between);
  }

  private void merge(int into, int from) {
    Cluster gone = clusters.get(from);
    Cluster kept = clusters.get(into);
    gone.members().stream().forEach(node -> clusterOf.put(node, into));
    kept.members().or(gone.members());
    gone.members().clear();
    kept.ancestors().or(gone.ancestors());
    for (Cluster later : clusters) {
      if (later.ancestors().get(from)) {
        later.ancestors().clear(from);
        later.ancestors().set(into);
      }
    }
    kept.ancestors().clear(into);
    kept.ancestors().clear(from);
    for (Cluster later : clusters) {
      if (later.ancestors().get(into)) {
        later.ancestors().or(kept.ancestors());
      }
    }
    gone.ancestors().clear();
  }

  /** Topological; of those that can run, first the one whose last node comes first. */
  private List<Cluster> ordered() {
    Map<Integer, Set<Integer>> after = new HashMap<>();
    Map<Integer, Integer> waiting = new HashMap<>();
    PriorityQueue<Integer> ready =
        new PriorityQueue<>(
            Comparator.comparingInt((Integer c) -> clusters.get(c).members().length()));
    for (int i = 0; i < clusters.size(); i++) {
      if (clusters.get(i).members().isEmpty()) {
        continue;
      }
      Set<Integer> before = new LinkedHashSet<>();
      for (Node node : clusters.get(i).nodes(nodes)) {
        before.addAll(dependencies(node));
      }
      before.remove(i);
      for (int other : before) {
        after.computeIfAbsent(other, c -> new LinkedHashSet<>()).add(i);
      }
      waiting.put(i, before.size());
      if (before.isEmpty()) {
        ready.add(i);
      }
    }
    List<Cluster> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(clusters.get(next));
      for (int later : after.getOrDefault(next, Set.of())) {
        if (waiting.merge(later, -1, Integer::sum) == 0) {
          ready.add(later);
        }
      }
    }
    if (order.size() != waiting.size()) {
      throw new AssertionError("clusters form a cycle");
    }
    return order;
  }
}
