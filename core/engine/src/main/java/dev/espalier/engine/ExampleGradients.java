package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.engine.Vectorise.Batched;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of single examples, their norms, and sums of them that are clipped, from one forward
 * and one backward pass over all examples.
 *
 * <p>The loss of one example is vectorised operation by operation, the parameters being the same
 * for all. Where they, or what is computed from them alone, meet something that differs between
 * examples, the operation is a site: its output gradients, one for each example, are all that a
 * parameter's gradient needs. Sums weight these and run the site's own reverse rule once
 * (book-keeping). Norms are those of {@link Site} where that is cheaper (ghost norms), and else of
 * the example's gradient in this parameter alone, which is the site's reverse rule vectorised.
 *
 * <p>Sources: I. Goodfellow, "Efficient Per-Example Gradient Computations", arXiv:1510.01799; X. Li
 * et al., "Large Language Models Can Be Strong Differentially Private Learners", arXiv:2110.05679;
 * Z. Bu et al., "Differentially Private Optimization on Large Model at Small Cost",
 * arXiv:2210.00038.
 */
public final class ExampleGradients {
  private final Tree<Tensor> parameters;
  private final Tensor anchor;
  private final int size;
  private final Graph graph;
  private final Batched[] values;
  private final boolean[] active;
  private final List<Site> sites = new ArrayList<>();
  private final List<Integer> frontier;
  private final Closure ofParameters;
  private final Tensor losses;

  /**
   * The gradients at parameters.
   *
   * @param parameters the point
   * @param examples tensors with a leading axis for the examples, at least one
   * @param loss the loss of one example, a floating-point scalar, from parameters and slices of the
   *     examples; it depends on the example
   */
  public ExampleGradients(
      Tree<Tensor> parameters,
      List<Tensor> examples,
      BiFunction<Tree<Tensor>, List<Tensor>, Tensor> loss) {
    this.parameters = parameters;
    this.anchor = examples.getFirst();
    this.size = anchor.shape().extent(0);
    int count = parameters.size();
    Closure closure = lossOfOne(parameters, examples, loss);
    this.graph = Simplify.simplify(closure.graph());
    this.values = new Batched[graph.valueCount()];
    List<Tensor> inputs = Tensors.join(parameters.leaves(), examples, closure.captures());
    for (int i = 0; i < inputs.size(); i++) {
      values[i] = new Batched(inputs.get(i), i >= count && i < count + examples.size());
    }
    this.active = Activity.of(graph, flags(inputs.size(), 0, count));
    List<@Nullable Pullback> recorded = forward();
    Batched result = values[graph.outputs().getFirst().id()];
    if (!result.mapped()
        || result.tensor().shape().rank() != 1
        || !result.tensor().dtype().isFloat()) {
      throw new EspalierException(
          ErrorCode.NOT_DIFFERENTIABLE,
          "the loss of an example is a floating-point scalar that depends on the example",
          graph.outputTypes() + (result.mapped() ? "" : ", the same for every example"),
          "reduce it to one number with sum() or mean()");
    }
    this.losses = result.tensor();
    backward(recorded);
    TreeSet<Integer> met = new TreeSet<>();
    sites.forEach(site -> site.shared().forEach(i -> met.add(site.node().operands().get(i).id())));
    this.frontier = List.copyOf(met);
    this.ofParameters =
        anchor.close("of_parameters", Tensors.types(parameters.leaves()), this::frontierOf);
  }

  /** The loss of one example, from parameters and slices of the examples. */
  static Closure lossOfOne(
      Tree<Tensor> parameters,
      List<Tensor> examples,
      BiFunction<Tree<Tensor>, List<Tensor>, Tensor> loss) {
    int count = parameters.size();
    List<TensorType> types = new ArrayList<>(Tensors.types(parameters.leaves()));
    for (Tensor example : examples) {
      types.add(example.type().withShape(example.shape().remove(0)));
    }
    return examples
        .getFirst()
        .close(
            "example",
            types,
            in ->
                List.of(
                    loss.apply(
                        parameters.withLeaves(in.subList(0, count)),
                        in.subList(count, in.size()))));
  }

  private static boolean[] flags(int length, int from, int to) {
    boolean[] flags = new boolean[length];
    Arrays.fill(flags, from, to, true);
    return flags;
  }

  private List<@Nullable Pullback> forward() {
    List<@Nullable Pullback> recorded = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<Batched> x = node.operands().stream().map(v -> values[v.id()]).toList();
      List<Batched> results;
      Pullback pullback = null;
      if (x.stream().noneMatch(Batched::mapped)) {
        results = Vectorise.same(anchor.apply(node.op(), x.stream().map(Batched::tensor).toList()));
      } else {
        boolean[] wanted = new boolean[x.size()];
        for (int i = 0; i < wanted.length; i++) {
          wanted[i] = x.get(i).mapped() && active[node.operands().get(i).id()];
        }
        if (Flags.any(wanted)) {
          pullback = record(node.op(), anchor, size, x, wanted);
          results = Vectorise.each(pullback.results());
        } else {
          results = VectoriseRules.push(node.op(), anchor, size, x);
        }
      }
      recorded.add(pullback);
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return recorded;
  }

  /** An operation for all examples, with the reverse map to the operands that are wanted. */
  static Pullback record(Op op, Tensor anchor, int size, List<Batched> x, boolean[] wanted) {
    List<Tensor> tensors = x.stream().map(Batched::tensor).toList();
    Closure closure =
        anchor.close(
            op.name(),
            Tensors.types(tensors),
            in -> {
              List<Batched> inside = new ArrayList<>();
              for (int i = 0; i < in.size(); i++) {
                inside.add(new Batched(in.get(i), x.get(i).mapped()));
              }
              return VectoriseRules.lift(
                  VectoriseRules.push(op, in.getFirst(), size, inside), size);
            });
    boolean[] all = Arrays.copyOf(wanted, wanted.length + closure.captures().size());
    return Backward.record(closure.graph(), anchor, Tensors.join(tensors, closure.captures()), all);
  }

  private void backward(List<@Nullable Pullback> recorded) {
    @Nullable Tensor[] bars = new @Nullable Tensor[graph.valueCount()];
    bars[graph.outputs().getFirst().id()] = losses.onesLike();
    for (int n = graph.nodes().size() - 1; n >= 0; n--) {
      Node node = graph.nodes().get(n);
      List<Batched> x = node.operands().stream().map(v -> values[v.id()]).toList();
      List<@Nullable Tensor> results = new ArrayList<>();
      node.results().forEach(v -> results.add(bars[v.id()]));
      if (x.stream().noneMatch(Batched::mapped) || !Flags.any(Flags.present(results))) {
        continue;
      }
      List<Integer> shared = new ArrayList<>();
      for (int i = 0; i < x.size(); i++) {
        if (!x.get(i).mapped() && active[node.operands().get(i).id()]) {
          shared.add(i);
        }
      }
      if (!shared.isEmpty()) {
        sites.add(new Site(node, anchor, size, x, shared, results));
      }
      Pullback pullback = recorded.get(n);
      if (pullback != null) {
        List<@Nullable Tensor> pulled = pullback.pull().apply(results);
        for (int i = 0; i < x.size(); i++) {
          int id = node.operands().get(i).id();
          if (x.get(i).mapped() && active[id]) {
            bars[id] = Tensors.plusOrNull(bars[id], pulled.get(i));
          }
        }
      }
    }
  }

  /** What is computed from the parameters alone and meets examples. */
  private List<Tensor> frontierOf(List<Tensor> in) {
    Map<Integer, Tensor> own = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      own.put(graph.inputs().get(i).id(), in.get(i));
    }
    for (Node node : graph.nodes()) {
      boolean shared = node.operands().stream().noneMatch(v -> values[v.id()].mapped());
      if (shared && node.results().stream().anyMatch(v -> active[v.id()])) {
        List<Tensor> operands = new ArrayList<>();
        for (Value operand : node.operands()) {
          operands.add(own.getOrDefault(operand.id(), values[operand.id()].tensor()));
        }
        List<Tensor> results = anchor.apply(node.op(), operands);
        for (int i = 0; i < results.size(); i++) {
          own.put(node.results().get(i).id(), results.get(i));
        }
      }
    }
    return frontier.stream().map(id -> Tensors.required(own.get(id))).toList();
  }

  /** The losses, [examples]. */
  public Tensor losses() {
    return losses;
  }

  /** The gradients of the single losses, each leaf with the examples' axis in front. */
  public Tree<Tensor> gradients() {
    return parameters.mapWithPath((path, p) -> gradient(path));
  }

  private Tensor gradient(String path) {
    return perExample(path).orElseGet(() -> zeros(path));
  }

  private Tensor zeros(String path) {
    Tensor like = parameters.get(path);
    return like.constant(like.dtype(), 0.0).broadcast(like.shape().insert(0, size));
  }

  private int input(String path) {
    return new ArrayList<>(parameters.paths()).indexOf(path);
  }

  /** The places of the frontier that depend on a parameter. */
  private List<Integer> uses(String path) {
    int input = input(path);
    boolean[] of = Activity.of(graph, flags(graph.inputs().size(), input, input + 1));
    List<Integer> uses = new ArrayList<>();
    for (int i = 0; i < frontier.size(); i++) {
      if (of[frontier.get(i)]) {
        uses.add(i);
      }
    }
    return uses;
  }

  private Optional<Tensor> perExample(String path) {
    List<Integer> uses = uses(path);
    List<Tensor> bars = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int use : uses) {
      Tensor sum = null;
      for (Site site : sites) {
        for (int i : site.shared()) {
          if (site.node().operands().get(i).id() == frontier.get(use)) {
            sum = Tensors.plusOrNull(sum, site.gradients(i));
          }
        }
      }
      if (sum != null) {
        bars.add(sum);
        places.add(use);
      }
    }
    if (bars.isEmpty()) {
      return Optional.empty();
    }
    int input = input(path);
    if (places.size() == 1 && frontier.get(places.getFirst()) == graph.inputs().get(input).id()) {
      return Optional.of(bars.getFirst());
    }
    List<Boolean> mapped = bars.stream().map(bar -> true).toList();
    return Optional.of(
        Vectorise.vmap(
                in -> {
                  List<@Nullable Tensor> all = Arrays.asList(new @Nullable Tensor[frontier.size()]);
                  for (int i = 0; i < in.size(); i++) {
                    all.set(places.get(i), in.get(i));
                  }
                  Tensor pulled = pull(all, flags(parameters.size(), input, input + 1)).get(input);
                  return List.of(Tensors.orZero(pulled, parameters.get(path)));
                },
                bars,
                mapped)
            .getFirst());
  }

  /** From cotangents of the frontier to those of the parameters. */
  private List<@Nullable Tensor> pull(List<@Nullable Tensor> bars, boolean[] wanted) {
    List<Tensor> arguments = Tensors.join(parameters.leaves(), ofParameters.captures());
    Pullback recorded =
        Backward.record(
            ofParameters.graph(), anchor, arguments, Arrays.copyOf(wanted, arguments.size()));
    return recorded.pull().apply(bars);
  }

  /**
   * The site of a parameter that enters once, through it alone, unchanged but for its shape; empty
   * for others.
   */
  private Optional<Site> onlySite(String path, boolean unchanged) {
    List<Integer> uses = uses(path);
    if (uses.size() != 1) {
      return Optional.empty();
    }
    int id = frontier.get(uses.getFirst());
    int input = graph.inputs().get(input(path)).id();
    if (id != input && (unchanged || !Movement.leads(graph, input, id))) {
      return Optional.empty();
    }
    List<Site> of =
        sites.stream()
            .filter(site -> site.node().operands().stream().anyMatch(v -> v.id() == id))
            .toList();
    return of.size() == 1 && of.getFirst().shared().size() == 1
        ? Optional.of(of.getFirst())
        : Optional.empty();
  }

  /**
   * The squared norm of each example's gradient in a parameter.
   *
   * @param held takes the gradients where they had to be made
   */
  private Tensor squaredNorm(String path, Map<String, Tensor> held) {
    Optional<Tensor> ghost = onlySite(path, false).flatMap(Site::squaredNorm);
    return ghost.orElseGet(() -> {
      held.put(path, gradient(path));
      Tensor g = wide(Tensors.required(held.get(path)));
      return g.square().reshape(Shape.of(size, g.shape().size() / Math.max(1, size))).sum(1);
    });
  }

  private static Tensor wide(Tensor x) {
    return x.to(x.dtype() == DType.F64 ? DType.F64 : DType.F32);
  }

  /** The norms of the groups' parts of each example's gradient, [examples] by group. */
  public Tree<Tensor> norms(Clipping clipping) {
    return norms(clipping, new HashMap<>());
  }

  private Tree<Tensor> norms(Clipping clipping, Map<String, Tensor> held) {
    Map<String, Tensor> squares = new LinkedHashMap<>();
    for (String path : parameters.paths()) {
      squares.merge(clipping.group(path), squaredNorm(path, held), Tensor::add);
    }
    return Tree.of(squares).map(Tensor::sqrt);
  }

  /**
   * The clipped sum.
   *
   * @param clipping how each example is scaled
   * @param present BOOL [examples]; those where it does not hold count for nothing
   */
  public ClippedGradients.Clipped clipped(Clipping clipping, Optional<Tensor> present) {
    Map<String, Tensor> held = new HashMap<>();
    Tree<Tensor> norms = norms(clipping, held);
    Tree<Tensor> factors =
        norms.map(n -> {
          Tensor factor = clipping.factors(n, norms.size());
          return present.map(p -> p.select(factor, factor.zerosLike())).orElse(factor);
        });
    Map<String, Tensor> sums = new HashMap<>();
    for (String group : factors.paths()) {
      List<String> paths =
          parameters.paths().stream().filter(p -> clipping.group(p).equals(group)).toList();
      sums.putAll(weighted(paths, factors.get(group), held));
    }
    return new ClippedGradients.Clipped(
        losses,
        parameters.mapWithPath((path, p) -> Tensors.required(sums.get(path))),
        present.map(p -> norms.map(n -> p.select(n, n.zerosLike()))).orElse(norms));
  }

  private Map<String, Tensor> weighted(
      List<String> paths, Tensor factors, Map<String, Tensor> held) {
    Map<String, Tensor> sums = new HashMap<>();
    boolean[] wanted = new boolean[parameters.size()];
    boolean[] met = new boolean[frontier.size()];
    for (String path : paths) {
      Tensor g = held.get(path);
      if (g != null) {
        sums.put(path, weights(factors, g).mul(g).sum(0));
      } else {
        wanted[input(path)] = true;
        uses(path).forEach(use -> met[use] = true);
      }
    }
    if (!Flags.any(wanted)) {
      return sums;
    }
    List<@Nullable Tensor> bars = Arrays.asList(new @Nullable Tensor[frontier.size()]);
    for (Site site : sites) {
      for (int i : site.shared()) {
        int place = frontier.indexOf(site.node().operands().get(i).id());
        if (met[place]) {
          bars.set(place, Tensors.plusOrNull(bars.get(place), site.sum(i, factors)));
        }
      }
    }
    List<@Nullable Tensor> pulled = pull(bars, wanted);
    for (String path : paths) {
      if (wanted[input(path)]) {
        sums.put(path, Tensors.orZero(pulled.get(input(path)), parameters.get(path)));
      }
    }
    return sums;
  }

  /** Factors of examples repeated to a tensor's type. */
  static Tensor weights(Tensor factors, Tensor like) {
    return factors.to(like.dtype()).broadcast(like.shape(), 0);
  }

  /** For each parameter with one site of its own what meets there. */
  public Tree<LayerStatistics> layerStatistics() {
    Tree<LayerStatistics> found = Tree.empty();
    for (String path : parameters.paths()) {
      Optional<LayerStatistics> of = onlySite(path, true).flatMap(Site::statistics);
      if (of.isPresent()) {
        found = found.and(path, of.get());
      }
    }
    return found;
  }
}
