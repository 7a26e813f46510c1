package dev.espalier.backend.cpu.plan;

import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.DotStep;
import dev.espalier.backend.cpu.run.FusedLoop;
import dev.espalier.backend.cpu.run.Movement;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles a graph: lowers it, partitions it into clusters, makes a step of each, and plans the
 * memory.
 *
 * <p>An output that a step computes is written where the caller wants it; one that is an input, a
 * constant, or another output again is copied at the end.
 */
public final class Planner {
  private final Graph graph;
  private final Kernels kernels;
  private final Optional<MatrixProducts> products;
  private final Values values;
  private final List<Cluster> clusters;
  private final MemoryPlan memory = new MemoryPlan();
  private final Map<Integer, Integer> slots = new HashMap<>();
  private final Map<Integer, Object> constants = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Program> children = new ArrayList<>();
  private int slotCount;

  private Planner(Graph graph, Kernels kernels, Optional<MatrixProducts> products) {
    this.kernels = kernels;
    this.products = products;
    this.graph = graph;
    this.values = new Values(graph);
    this.clusters = Fusion.clusters(graph, values);
  }

  /**
   * The program of a verified graph.
   *
   * @param kernels where kernels for pieces of loops come from
   * @param products what multiplies matrices of floats; empty for the backend's own kernels
   */
  public static Program compile(Graph graph, Kernels kernels, Optional<MatrixProducts> products) {
    return new Planner(Lowering.lower(graph), kernels, products).plan();
  }

  private Program plan() {
    List<Integer> inputs = new ArrayList<>();
    for (Value input : graph.inputs()) {
      slots.put(input.id(), slotCount);
      inputs.add(slotCount++);
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Constant(var value)) {
        slots.put(node.result().id(), slotCount);
        constants.put(slotCount++, value.storage());
      }
    }
    List<Integer> outputs = new ArrayList<>();
    List<Value> copied = new ArrayList<>();
    List<Integer> copiedTo = new ArrayList<>();
    for (Value output : graph.outputs()) {
      outputs.add(slotCount);
      if (slots.putIfAbsent(values.root(output).id(), slotCount) != null) {
        copied.add(output);
        copiedTo.add(slotCount);
      }
      slotCount++;
    }
    clusters.forEach(this::place);
    for (int i = 0; i < copied.size(); i++) {
      steps.add(copy(copied.get(i), copiedTo.get(i)));
    }
    MemoryPlan.Assignment assignment = memory.assign(steps.size());
    return new Program(
        graph.name(),
        steps,
        inputs,
        outputs,
        slotCount,
        assignment.arrays(),
        assignment.homes(),
        constants,
        children);
  }

  private void place(Cluster cluster) {
    int step = steps.size();
    List<Node> nodes = cluster.nodes(graph.nodes());
    if (!cluster.fused()) {
      nodes.getFirst().results().forEach(v -> define(v, step));
      steps.add(StepFactory.build(nodes.getFirst(), new At(step)));
      return;
    }
    Set<Integer> written = neededOutside(cluster);
    for (Node node : nodes) {
      if (written.contains(node.result().id())) {
        define(node.result(), step);
      }
    }
    Optional<Node> product = cluster.product().map(c -> c.nodes(graph.nodes()).getFirst());
    boolean alone =
        product.isPresent() && !readElsewhere(cluster).contains(product.get().result().id());
    if (alone) {
      // A slot that never stands for memory: the rows stay with the thread that makes them.
      slots.put(product.get().result().id(), slotCount++);
    } else {
      product.ifPresent(node -> define(node.result(), step));
    }
    At site = new At(step);
    FusedLoop loop = LoopBuilder.build(cluster, graph.nodes(), values, site, kernels, written);
    steps.add(
        product
            .map(node ->
                DotSteps.dot(
                    (Dot) node.op(), node, site, Optional.of(new DotStep.Chain(loop, alone))))
            .orElse(loop));
  }

  /** The values in memory that others than a cluster read, or the caller does. */
  private Set<Integer> readElsewhere(Cluster cluster) {
    Set<Integer> needed = new HashSet<>();
    for (Cluster other : clusters) {
      if (other != cluster) {
        read(other, needed);
        other.product().ifPresent(product -> read(product, needed));
      }
    }
    cluster.product().ifPresent(product -> read(product, needed));
    graph.outputs().forEach(v -> needed.add(values.root(v).id()));
    return needed;
  }

  private void read(Cluster cluster, Set<Integer> into) {
    for (Node node : cluster.nodes(graph.nodes())) {
      values.reads(node).forEach(v -> into.add(v.id()));
    }
  }

  /** The values of a cluster that other clusters or the caller read. */
  private Set<Integer> neededOutside(Cluster cluster) {
    Set<Integer> made = new HashSet<>();
    cluster.nodes(graph.nodes()).forEach(n -> made.add(n.result().id()));
    Set<Integer> needed = readElsewhere(cluster);
    needed.retainAll(made);
    return needed;
  }

  private void define(Value value, int step) {
    if (!slots.containsKey(value.id())) {
      slots.put(value.id(), slotCount);
      memory.define(
          slotCount++, ArrayKind.of(value.type().dtype()), value.type().shape().size(), step);
    }
  }

  private Step copy(Value from, int to) {
    int size = from.type().shape().size();
    int slot = new At(steps.size()).slot(from);
    int[] strides = {1};
    var plan = dev.espalier.backend.cpu.kernel.CopyPlan.of(new int[] {size}, strides, strides);
    return new Movement.Copies(
        "copy @" + slot + " -> @" + to, List.of(new Movement.Copy(plan, slot, 0, to, 0)));
  }

  /** Where the values of one step are. */
  private final class At implements StepFactory.Site {
    private final int step;

    At(int step) {
      this.step = step;
    }

    @Override
    public int slot(Value value) {
      Integer slot = slots.get(values.root(value).id());
      if (slot == null) {
        throw new AssertionError(value + " is not in memory");
      }
      memory.use(slot, step);
      return slot;
    }

    @Override
    public List<View> operands(Convolution op, Node node) {
      return View.operands(op, node, values);
    }

    @Override
    public Optional<MatrixProducts> products() {
      return products;
    }

    @Override
    public ProductOperand operand(Value value) {
      return ProductOperand.of(value, values);
    }

    @Override
    public View view(Value value) {
      return values.view(value);
    }

    @Override
    public int workspace(ArrayKind kind, int length) {
      memory.define(slotCount, kind, length, step);
      return slotCount++;
    }

    @Override
    public StepFactory.Child child(Graph inner) {
      Program program = compile(inner, kernels, products);
      children.add(program);
      return new StepFactory.Child(program, children.size() - 1);
    }
  }
}
