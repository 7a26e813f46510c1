package dev.espalier.integration.privacy;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.StepContext;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.Examples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gradient descent on a problem with gradients by an estimator, step by step on the reference
 * interpreter. Which rows are examples is given anew in each step.
 */
final class Descent {
  private final GradientEstimator estimator;
  private final Tree<TensorType> drawnTypes;
  private final Tree<TensorType> stateTypes;
  private final double expected;
  private final Graph graph;
  private final int rows;
  private final double rate;
  private Optional<HostDraws.Source> source = Optional.empty();
  private final Tree<NdArray> start;
  private final Tree<NdArray> firstState;
  private Tree<NdArray> parameters;
  private Tree<NdArray> state;
  private Tree<NdArray> gradient;
  private long step;
  private List<String> reported = List.of();

  /**
   * Descent from the problem's start.
   *
   * @param expected what sums are divided by
   * @param rate the learning rate
   */
  Descent(Problem problem, GradientEstimator estimator, double expected, double rate) {
    this.estimator = estimator;
    this.expected = expected;
    this.rate = rate;
    this.rows = problem.inputs().type().shape().extent(0);
    this.parameters = problem.start();
    this.gradient = parameters;
    this.drawnTypes =
        estimator.hostDraws().map(draws -> draws.types(problem.types())).orElse(Tree.empty());
    List<Tree<TensorType>> types = new ArrayList<>();
    Graph init =
        Graph.trace(
            "init",
            problem.types().leaves(),
            in -> {
              Tree<Tensor> first = estimator.init(parameters.withLeaves(in));
              types.add(first.map(Tensor::type));
              return first.leaves();
            });
    this.stateTypes = types.getFirst();
    this.start = parameters;
    this.firstState = stateTypes.withLeaves(Reference.run(init, parameters.leaves()));
    this.state = firstState;
    List<TensorType> inputs = new ArrayList<>(problem.types().leaves());
    inputs.addAll(stateTypes.leaves());
    inputs.addAll(drawnTypes.leaves());
    inputs.add(TensorType.of(DType.BOOL, rows));
    inputs.add(TensorType.of(DType.I64));
    inputs.add(TensorType.of(DType.I64));
    this.graph = Simplify.simplify(Graph.trace("step", inputs, in -> traced(problem, in)).verify());
  }

  private List<Tensor> traced(Problem problem, List<Tensor> in) {
    int p = parameters.size();
    int s = p + stateTypes.size();
    int d = s + drawnTypes.size();
    Tensor anchor = in.getFirst();
    Tree<Tensor> at = parameters.withLeaves(in.subList(0, p));
    Key key = new Key(in.get(d + 2));
    Examples examples =
        new Examples(
            anchor.constant(problem.inputs()),
            anchor.constant(problem.targets()),
            Optional.of(in.get(d)),
            Optional.of(anchor.constant(DType.F64, expected)));
    StepContext context =
        new StepContext(in.get(d + 1), anchor.constant(DType.F32, rate), key.fold(0))
            .drawing(drawnTypes.withLeaves(in.subList(s, d)));
    GradientEstimator.Estimate estimate =
        estimator.estimate(
            new BatchObjective(
                problem.model(), problem.loss(), examples, Map.of(), key.fold(1), true),
            at,
            stateTypes.withLeaves(in.subList(p, s)),
            context);
    reported = List.copyOf(estimate.report().paths());
    List<Tensor> out = new ArrayList<>(estimate.objective().gradient(at).leaves());
    out.addAll(estimate.state().leaves());
    return out;
  }

  /** The paths of what a step reports. */
  List<String> reported() {
    return reported;
  }

  /** One step in which the rows that are true are examples. */
  Descent step(boolean[] present, long key) {
    if (source.isEmpty()) {
      source = estimator.hostDraws().map(HostDraws::open);
    }
    Tree<NdArray> drawn = drawnTypes.map(type -> NdArray.wrap(type, NdArray.allocate(type)));
    source.ifPresent(from -> from.draw(drawn));
    return step(present, key, drawn);
  }

  /** One step in which the host draws 0 everywhere. */
  Descent quietStep(boolean[] present) {
    return step(present, 1, drawnTypes.map(type -> NdArray.wrap(type, NdArray.allocate(type))));
  }

  private Descent step(boolean[] present, long key, Tree<NdArray> drawn) {
    List<NdArray> in = new ArrayList<>(parameters.leaves());
    in.addAll(state.leaves());
    in.addAll(drawn.leaves());
    byte[] there = new byte[rows];
    for (int i = 0; i < rows; i++) {
      there[i] = (byte) (present[i] ? 1 : 0);
    }
    in.add(NdArray.wrap(new TensorType(DType.BOOL, Shape.of(rows)), there));
    in.add(NdArray.scalar(step++));
    in.add(NdArray.scalar(key));
    List<NdArray> out = Reference.run(graph, in);
    gradient = parameters.withLeaves(out.subList(0, parameters.size()));
    state = stateTypes.withLeaves(out.subList(parameters.size(), out.size()));
    parameters = parameters.zip(gradient, (p, g) -> moved(p, g, rate));
    return this;
  }

  private static NdArray moved(NdArray p, NdArray g, double rate) {
    double[] values = p.toDoubles().clone();
    double[] by = g.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] -= rate * by[i];
    }
    NdArray wide = NdArray.of(values, values.length);
    return NdArray.wrap(p.type(), wide.convert(p.type().dtype()).storage());
  }

  /** Begins again; what the host draws goes on. */
  void restart() {
    parameters = start;
    state = firstState;
    step = 0;
  }

  /** All rows. */
  boolean[] all() {
    boolean[] present = new boolean[rows];
    java.util.Arrays.fill(present, true);
    return present;
  }

  /** All rows but one. */
  boolean[] without(int row) {
    boolean[] present = all();
    present[row] = false;
    return present;
  }

  /** Takes up another descent's parameters. */
  void goTo(Tree<NdArray> point) {
    parameters = point;
  }

  Tree<NdArray> parameters() {
    return parameters;
  }

  Tree<NdArray> state() {
    return state;
  }

  /** The last step's gradient, as one vector. */
  double[] gradient() {
    return flat(gradient);
  }

  /** The leaves one after the other. */
  static double[] flat(Tree<NdArray> tree) {
    return tree.leaves().stream()
        .flatMapToDouble(leaf -> java.util.Arrays.stream(leaf.toDoubles()))
        .toArray();
  }

  /** The norm of a difference. */
  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
