package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.backend.cpu.kernel.ConvolutionPlan;
import dev.espalier.backend.cpu.plan.Cluster.Role;
import dev.espalier.backend.cpu.run.LoopShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Partitions the nodes of a graph into clusters, greedily in order: a node that a loop can make
 * joins a cluster that makes or reads one of its operands, and brings such clusters together,
 * wherever no path leaves the cluster and comes back.
 *
 * <p>A loop is over elements, or over rows of elements: then it also makes one value for each row
 * (by a reduction along it, by the choice of one element, and by what is computed of that), which
 * may be spread over the row again. What a loop sums over all rows or all elements is known after
 * it.
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

  /** For each value in memory the loops that read it element by element. */
  private final Map<Integer, Set<Integer>> readers = new HashMap<>();

  private Fusion(Graph graph, Values values) {
    this.nodes = graph.nodes();
    this.values = values;
    this.inMemory = neededInMemory(graph, values);
  }

  /**
   * An input whose memory an output takes.
   *
   * @param input the input
   * @param output the output
   */
  record Donated(Value input, Value output) {}

  /** The clusters in an order in which they can run, readers of donated inputs early. */
  static List<Cluster> clusters(Graph graph, Values values, List<Donated> donated) {
    Fusion fusion = new Fusion(graph, values);
    for (int i = 0; i < fusion.nodes.size(); i++) {
      fusion.place(i);
    }
    for (int i = 0; i < fusion.clusters.size(); i++) {
      fusion.chain(i);
    }
    return fusion.ordered(donated);
  }

  /** Whether the operation makes each element of the same elements of its operands. */
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
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      if (!values.isView(i) && !isElementwise(node) && !values.isAbsorbed(i)) {
        values.reads(node).forEach(v -> needed.add(v.id()));
      }
    }
    graph.outputs().forEach(v -> needed.add(values.root(v).id()));
    return needed;
  }

  private void place(int index) {
    Node node = nodes.get(index);
    if (values.isView(index) || node.op() instanceof Constant || values.isAbsorbed(index)) {
      return;
    }
    boolean made = isMadeInLoops(node);
    if (made && !inMemory.contains(node.result().id())) {
      return;
    }
    Optional<LoopReduction> reduction = LoopReduction.of(node);
    boolean inLoop = isElementwise(node) || reduction.isPresent();
    Set<Integer> before = dependencies(node);
    if (inLoop) {
      for (int candidate : candidates(node)) {
        Optional<Placement> placement = placement(node, clusters.get(candidate));
        if (placement.isPresent() && isFree(candidate, before)) {
          join(index, candidate, placement.get(), before);
          mergeOthers(index, candidates(node));
          return;
        }
      }
    }
    Cluster own = new Cluster(count(node), inLoop || made);
    own.add(
        index,
        reduction.map(Fusion::role).orElse(Role.ELEMENT),
        reduction.map(LoopReduction::width).orElse(0));
    clusters.add(own);
    clusterOf.put(index, clusters.size() - 1);
    dependOn(clusters.size() - 1, before);
    if (inLoop) {
      recordReads(node, clusters.size() - 1);
    }
  }

  /** Whether no path leaves the cluster and comes to one of these. */
  private boolean isFree(int candidate, Set<Integer> before) {
    return before.stream()
        .noneMatch(b -> b != candidate && clusters.get(b).ancestors().get(candidate));
  }

  /** The elements of the loop that makes a node. */
  private static int count(Node node) {
    return size(
        LoopReduction.of(node).isPresent()
            ? node.operands().getFirst()
            : node.results().getFirst());
  }

  private static int size(Value value) {
    return value.type().shape().size();
  }

  private static Role role(LoopReduction reduction) {
    return reduction.along() == LoopReduction.Along.ROW ? Role.ROW : Role.TOTAL;
  }

  /**
   * What a node would be in a cluster.
   *
   * @param role how many values it makes
   * @param width the elements of a row that it asks for, 0 for any
   */
  private record Placement(Role role, int width) {}

  private Optional<Placement> placement(Node node, Cluster cluster) {
    Optional<LoopReduction> reduction = LoopReduction.of(node);
    int width = reduction.map(LoopReduction::width).orElse(0);
    Role reads = count(node) == cluster.count() ? Role.ELEMENT : Role.ROW;
    if (!cluster.admits(width)
        || (reads == Role.ROW
            && (reduction.isPresent() || !cluster.hasRows() || count(node) != cluster.rows()))
        || !fits(
            node, reads, Math.max(width, cluster.width()), cluster.members()::get, cluster::role)) {
      return Optional.empty();
    }
    return Optional.of(new Placement(reduction.map(Fusion::role).orElse(reads), width));
  }

  /** Whether what a node reads of its cluster is there when it is needed. */
  private boolean fits(
      Node node,
      Role reads,
      int width,
      IntPredicate isMember,
      java.util.function.IntFunction<Role> roleOf) {
    for (int i = 0; i < node.operands().size(); i++) {
      Value operand = node.operands().get(i);
      Optional<Node> made =
          values.producer(operand).filter(p -> isElementwise(node) && isMadeInLoops(p));
      if (made.isPresent()) {
        for (Value source : made.get().operands()) {
          int producer = values.producerIndex(source);
          if (producer >= 0
              && isMember.test(producer)
              && !(reads == Role.ELEMENT
                  && roleOf.apply(producer) == Role.ROW
                  && BroadcastPattern.of(((Broadcast) made.get().op()), source.type().shape())
                      .fillsRows(width))) {
            return false;
          }
        }
      } else {
        int producer = values.producerIndex(operand);
        // The second operand of what chooses one element of each row is its index.
        Role read = node.op() instanceof Gather && i == 1 ? Role.ROW : reads;
        if (producer >= 0 && isMember.test(producer) && roleOf.apply(producer) != read) {
          return false;
        }
      }
    }
    return true;
  }

  /** The clusters that must run before a node does. */
  private Set<Integer> dependencies(Node node) {
    Set<Integer> found = new LinkedHashSet<>();
    values.reads(node).forEach(v -> addCluster(found, v));
    return found;
  }

  private void addCluster(Set<Integer> to, Value value) {
    Integer cluster = clusterOf.get(values.producerIndex(value));
    if (cluster != null) {
      to.add(cluster);
    }
  }

  /**
   * The loops that make an operand, then those that read one, without repetition; before others
   * those over rows of which the node makes one value each, so that these can use it.
   */
  private Set<Integer> candidates(Node node) {
    Set<Integer> found = new LinkedHashSet<>(dependencies(node));
    for (Value operand : node.operands()) {
      if (size(operand) == count(node)) {
        found.addAll(readers.getOrDefault(values.root(operand).id(), Set.of()));
      }
    }
    found.removeIf(c -> !clusters.get(c).fused());
    return found.stream()
        .sorted(Comparator.comparing(c -> clusters.get(c).count() == count(node)))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void recordReads(Node node, int cluster) {
    for (Value operand : node.operands()) {
      if (size(operand) == clusters.get(cluster).count()
          && values.producer(operand).filter(Fusion::isMadeInLoops).isEmpty()) {
        readers
            .computeIfAbsent(values.root(operand).id(), id -> new LinkedHashSet<>())
            .add(cluster);
      }
    }
  }

  private void join(int index, int cluster, Placement placement, Set<Integer> before) {
    clusters.get(cluster).add(index, placement.role(), placement.width());
    clusterOf.put(index, cluster);
    recordReads(nodes.get(index), cluster);
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

  /** Whether no third cluster stands on a path from one to the other, and the loops fit. */
  private boolean canMerge(int first, int second) {
    Cluster a = clusters.get(first);
    Cluster b = clusters.get(second);
    return isPathFree(first, second)
        && a.count() == b.count()
        && a.admits(b.width())
        && fitsWith(a, b)
        && fitsWith(b, a);
  }

  /** Whether the nodes of one find in a loop of both what they read of the other. */
  private boolean fitsWith(Cluster one, Cluster other) {
    int width = Math.max(one.width(), other.width());
    return one.members().stream()
        .allMatch(i -> {
          Node node = nodes.get(i);
          Role reads = LoopReduction.of(node).isPresent() ? Role.ELEMENT : one.role(i);
          return fits(node, reads, width, other.members()::get, other::role);
        });
  }

  private boolean isBetween(int before, int between, int after) {
    return clusters.get(between).ancestors().get(before)
        && clusters.get(after).ancestors().get(between);
  }

  private void merge(int into, int from) {
    Cluster gone = clusters.get(from);
    Cluster kept = clusters.get(into);
    gone.members().stream().forEach(node -> clusterOf.put(node, into));
    kept.absorb(gone);
    for (Set<Integer> reading : readers.values()) {
      if (reading.remove(from)) {
        reading.add(into);
      }
    }
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

  /**
   * Lets a loop over what a matrix product or a convolution makes follow it at once, where no path
   * leaves the product and comes back to the loop. From then on the two are one for those before
   * and behind.
   */
  private void chain(int index) {
    if (clusters.get(index).fused() || clusters.get(index).members().cardinality() != 1) {
      return;
    }
    Node node = clusters.get(index).nodes(nodes).getFirst();
    if (node.results().size() != 1
        || !(node.result().type().dtype() == DType.F32
            || node.result().type().dtype() == DType.F64)) {
      return;
    }
    for (int reader : readers.getOrDefault(node.result().id(), Set.of())) {
      Cluster loop = clusters.get(reader);
      int width = loop.count() == size(node.result()) ? followingWidth(node, loop) : -1;
      if (width >= 0 && loop.product().isEmpty() && isPathFree(index, reader)) {
        loop.follow(clusters.get(index));
        loop.ask(width);
        unite(index, reader);
        return;
      }
    }
  }

  /**
   * The elements of a row that a loop must have to follow a node part by part, 0 for those it has;
   * -1 where it cannot.
   */
  private int followingWidth(Node node, Cluster loop) {
    return switch (node.op()) {
      case Dot op -> {
        int columns = DotSteps.sizes(op, node).columns();
        boolean follows =
            DotSteps.sizes(op, node).byRows()
                && columns > 1
                && columns <= LoopShape.MOST_WIDTH
                && loop.admits(columns);
        yield follows ? columns : -1;
      }
      case Convolution op -> followsImages(op, node, loop) ? 0 : -1;
      default -> -1;
    };
  }

  private boolean followsImages(Convolution op, Node node, Cluster loop) {
    int width = LoopBuilder.width(loop, loop.nodes(nodes), values);
    // What is known only after the loop is computed from parts that are no images.
    if (loop.hasTotals() || width > LoopShape.MOST_WIDTH) {
      return false;
    }
    ConvolutionPlan plan = ConvolutionSteps.plan(op, node, values);
    return plan.byImages() && plan.imageLength() % width == 0;
  }

  private boolean isPathFree(int first, int second) {
    for (int i = 0; i < clusters.size(); i++) {
      if (i != first
          && i != second
          && (isBetween(first, i, second) || isBetween(second, i, first))) {
        return false;
      }
    }
    return true;
  }

  /** Two clusters that run together wait for what either waits for, and who waits for one waits. */
  private void unite(int first, int second) {
    BitSet before = new BitSet();
    before.or(clusters.get(first).ancestors());
    before.or(clusters.get(second).ancestors());
    before.clear(first);
    before.clear(second);
    for (int i = 0; i < clusters.size(); i++) {
      BitSet ancestors = clusters.get(i).ancestors();
      if (i != first && i != second && (ancestors.get(first) || ancestors.get(second))) {
        ancestors.or(before);
        ancestors.set(first);
        ancestors.set(second);
      }
    }
    for (int i : new int[] {first, second}) {
      clusters.get(i).ancestors().clear();
      clusters.get(i).ancestors().or(before);
    }
  }

  /** Topological; of those that can run, first the one whose last node comes first. */
  private List<Cluster> ordered(List<Donated> donated) {
    Map<Integer, Integer> unitOf = units();
    Map<Integer, Set<Integer>> after = new HashMap<>();
    Map<Integer, Set<Integer>> before = new HashMap<>();
    Map<Integer, Set<Integer>> readBy = new HashMap<>();
    for (int i = 0; i < clusters.size(); i++) {
      int unit = unitOf.getOrDefault(i, i);
      for (Node node : clusters.get(i).nodes(nodes)) {
        for (Value read : values.reads(node)) {
          readBy.computeIfAbsent(read.id(), v -> new LinkedHashSet<>()).add(unit);
        }
        for (int other : dependencies(node)) {
          before
              .computeIfAbsent(unit, c -> new LinkedHashSet<>())
              .add(unitOf.getOrDefault(other, other));
        }
      }
    }
    for (Donated pair : donated) {
      Integer made = clusterOf.get(values.producerIndex(pair.output()));
      if (made != null) {
        int writer = unitOf.getOrDefault(made, made);
        readFirst(readBy.getOrDefault(pair.input().id(), Set.of()), writer, before);
      }
    }
    PriorityQueue<Integer> ready =
        new PriorityQueue<>(
            Comparator.comparingInt((Integer c) -> clusters.get(c).members().length()));
    Map<Integer, Integer> waiting = new HashMap<>();
    for (int i = 0; i < clusters.size(); i++) {
      if (clusters.get(i).members().isEmpty() || unitOf.containsKey(i)) {
        continue;
      }
      Set<Integer> needed = new LinkedHashSet<>(before.getOrDefault(i, Set.of()));
      needed.remove(i);
      for (int other : needed) {
        after.computeIfAbsent(other, c -> new LinkedHashSet<>()).add(i);
      }
      waiting.put(i, needed.size());
      if (needed.isEmpty()) {
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

  /**
   * Lets what reads a donated input wait for nothing that writes over it, wherever that can be: the
   * writer then waits for the readers.
   */
  private static void readFirst(
      Set<Integer> readers, int writer, Map<Integer, Set<Integer>> before) {
    for (int reader : readers) {
      if (reader != writer && !waitsFor(reader, writer, before)) {
        before.computeIfAbsent(writer, c -> new LinkedHashSet<>()).add(reader);
      }
    }
  }

  private static boolean waitsFor(int later, int earlier, Map<Integer, Set<Integer>> before) {
    Set<Integer> seen = new LinkedHashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(later));
    while (!open.isEmpty()) {
      int next = open.pop();
      if (next == earlier) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(before.getOrDefault(next, Set.of()));
      }
    }
    return false;
  }

  /** For products that a loop follows, the loop: they run as one. */
  private Map<Integer, Integer> units() {
    Map<Integer, Integer> units = new HashMap<>();
    for (int i = 0; i < clusters.size(); i++) {
      Optional<Cluster> product = clusters.get(i).product();
      if (product.isPresent()) {
        units.put(clusters.indexOf(product.get()), i);
      }
    }
    return units;
  }
}
