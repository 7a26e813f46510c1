package dev.espalier.backend.cpu.plan;

import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.kernel.CopyPlan;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Chain;
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
 * constant, or another output again is copied at the end. So is one that takes the memory of an
 * input that other steps still read when it is known, or that its own step reads elsewhere than
 * where it writes.
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

  /** What the nodes of each cluster read. */
  private final Map<Cluster, Set<Integer>> reads = new HashMap<>();

  /** For each value in memory the number of clusters, and of outputs, that read it. */
  private final Map<Integer, Integer> readers = new HashMap<>();

  private final List<Donation> donations;

  /** For each slot the step that writes it. */
  private final Map<Integer, Integer> writtenBy = new HashMap<>();

  /** For each slot the steps that ask where it is. */
  private final Map<Integer, List<Integer>> uses = new HashMap<>();

  private final Set<Registers.Over> over = new HashSet<>();
  private int slotCount;

  private Planner(
      Graph graph, Kernels kernels, Optional<MatrixProducts> products, List<Donation> donations) {
    this.kernels = kernels;
    this.products = products;
    this.graph = graph;
    this.donations = donations;
    this.values = new Values(graph);
    this.clusters =
        Fusion.clusters(
            graph,
            values,
            donations.stream()
                .map(donation ->
                    new Fusion.Donated(
                        graph.inputs().get(donation.input()),
                        graph.outputs().get(donation.output())))
                .toList());
    countReaders();
  }

  /**
   * The program of a verified graph.
   *
   * @param kernels where kernels for pieces of loops come from
   * @param products what multiplies matrices of floats; empty for the backend's own kernels
   * @param donations which outputs take the memory of which inputs
   */
  public static Program compile(
      Graph graph, Kernels kernels, Optional<MatrixProducts> products, List<Donation> donations) {
    return new Planner(Lowering.lower(graph), kernels, products, donations).plan();
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
    List<LastCopy> copies = new ArrayList<>();
    for (Value output : graph.outputs()) {
      outputs.add(slotCount);
      Integer known = slots.putIfAbsent(values.root(output).id(), slotCount);
      if (known != null) {
        copies.add(new LastCopy(output.type(), known, slotCount));
      }
      slotCount++;
    }
    clusters.forEach(this::place);
    donate(inputs, outputs, copies);
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

  /** A copy to an output, after all else. */
  private record LastCopy(TensorType type, int from, int to) {}

  /** Puts the outputs where they are wanted that are not there yet. */
  private void donate(List<Integer> inputs, List<Integer> outputs, List<LastCopy> copies) {
    Set<Integer> overwritten = new HashSet<>();
    for (Donation donation : donations) {
      int input = inputs.get(donation.input());
      int output = outputs.get(donation.output());
      // An output that is the input whose memory it takes is there.
      copies.removeIf(copy -> copy.from() == input && copy.to() == output);
    }
    for (Donation donation : donations) {
      int input = inputs.get(donation.input());
      int output = outputs.get(donation.output());
      if (copies.stream().anyMatch(copy -> copy.to() == output)) {
        overwritten.add(input);
      } else if (writtenBy.containsKey(output)
          && (copies.stream().anyMatch(copy -> copy.from() == input)
              || !isReadBefore(input, output))) {
        outputs.set(donation.output(), slotCount);
        copies.add(
            new LastCopy(graph.outputs().get(donation.output()).type(), output, slotCount++));
        keep(output, graph.outputs().get(donation.output()).type());
        overwritten.add(input);
      }
    }
    List<LastCopy> safe = new ArrayList<>();
    for (LastCopy copy : copies) {
      int from = copy.from();
      if (overwritten.contains(from)) {
        from = slotCount++;
        memory.define(
            from, ArrayKind.of(copy.type().dtype()), copy.type().shape().size(), steps.size());
        steps.add(copy(copy.type().shape().size(), copy.from(), from));
      }
      safe.add(new LastCopy(copy.type(), from, copy.to()));
    }
    for (LastCopy copy : safe) {
      memory.use(copy.from(), steps.size());
      steps.add(copy(copy.type().shape().size(), copy.from(), copy.to()));
    }
  }

  /** Whether no step reads elements of an input when those of an output are written over them. */
  private boolean isReadBefore(int input, int output) {
    int written = writtenBy.getOrDefault(output, -1);
    return uses.getOrDefault(input, List.of()).stream()
        .allMatch(step ->
            step < written
                || (step == written && over.contains(new Registers.Over(output, input))));
  }

  /** Gives memory of the frame to a slot that was to be an output. */
  private void keep(int slot, TensorType type) {
    memory.define(
        slot, ArrayKind.of(type.dtype()), type.shape().size(), writtenBy.getOrDefault(slot, 0));
    uses.getOrDefault(slot, List.of()).forEach(step -> memory.use(slot, step));
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
    boolean alone = product.isPresent() && !isReadElsewhere(product.get().result(), cluster);
    if (alone) {
      // A slot that never stands for memory: the rows stay with the thread that makes them.
      slots.put(product.get().result().id(), slotCount++);
    } else {
      product.ifPresent(node -> define(node.result(), step));
    }
    At site = new At(step);
    Registers.Loop built =
        LoopBuilder.build(cluster, graph.nodes(), values, site, kernels, written);
    Set<Integer> readByProduct = new HashSet<>();
    product.ifPresent(node -> values.reads(node).forEach(v -> readByProduct.add(site.slot(v))));
    for (Registers.Over pair : built.over()) {
      if (!readByProduct.contains(pair.read())) {
        over.add(pair);
        memory.mayWriteOver(pair.written(), pair.read());
      }
    }
    FusedLoop loop = built.step();
    steps.add(product.map(node -> followed(node, site, new Chain(loop, alone))).orElse(loop));
  }

  /** A product or convolution with the loop that follows it. */
  private static Step followed(Node node, StepFactory.Site site, Chain chain) {
    return switch (node.op()) {
      case Dot op -> DotSteps.dot(op, node, site, Optional.of(chain));
      case Convolution op -> ConvolutionSteps.convolution(op, node, site, Optional.of(chain));
      default -> throw new AssertionError(node.op().name());
    };
  }

  private void countReaders() {
    for (Cluster cluster : clusters) {
      Set<Integer> own = read(cluster);
      reads.put(cluster, own);
      own.forEach(this::countReader);
      cluster.product().ifPresent(product -> read(product).forEach(this::countReader));
    }
    graph.outputs().forEach(v -> countReader(values.root(v).id()));
  }

  private void countReader(int value) {
    readers.merge(value, 1, Integer::sum);
  }

  /** The values in memory that the nodes of a cluster read. */
  private Set<Integer> read(Cluster cluster) {
    Set<Integer> found = new HashSet<>();
    for (Node node : cluster.nodes(graph.nodes())) {
      values.reads(node).forEach(v -> found.add(v.id()));
    }
    return found;
  }

  /** Whether others than a cluster read a value in memory, or the caller does. */
  private boolean isReadElsewhere(Value value, Cluster cluster) {
    int own = reads.getOrDefault(cluster, Set.of()).contains(value.id()) ? 1 : 0;
    return readers.getOrDefault(value.id(), 0) > own;
  }

  /** The values of a cluster that other clusters or the caller read. */
  private Set<Integer> neededOutside(Cluster cluster) {
    Set<Integer> needed = new HashSet<>();
    for (Node node : cluster.nodes(graph.nodes())) {
      if (isReadElsewhere(node.result(), cluster)) {
        needed.add(node.result().id());
      }
    }
    return needed;
  }

  private void define(Value value, int step) {
    Integer output = slots.get(value.id());
    if (output != null) {
      writtenBy.put(output, step);
    } else {
      slots.put(value.id(), slotCount);
      memory.define(
          slotCount++, ArrayKind.of(value.type().dtype()), value.type().shape().size(), step);
    }
  }

  private static Step copy(int size, int from, int to) {
    int[] strides = {1};
    CopyPlan plan = CopyPlan.of(new int[] {size}, strides, strides);
    return new Movement.Copies(
        "copy @" + from + " -> @" + to, List.of(new Movement.Copy(plan, from, 0, to, 0)));
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
      uses.computeIfAbsent(slot, s -> new ArrayList<>()).add(step);
      return slot;
    }

    @Override
    public List<View> operands(Convolution op, Node node) {
      return View.operands(op, node, values);
    }

    @Override
    public View written(Node convolution) {
      return values.written(convolution);
    }

    @Override
    public Optional<MatrixProducts> products() {
      return products;
    }

    @Override
    public List<ProductOperand> operands(Node product) {
      return ProductOperand.of(product, values);
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
    public int kept() {
      return slotCount++;
    }

    @Override
    public StepFactory.Child child(Graph inner) {
      Program program = compile(inner, kernels, products, List.of());
      children.add(program);
      return new StepFactory.Child(program, children.size() - 1);
    }
  }
}
