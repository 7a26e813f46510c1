package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.engine.Simplify;
import dev.espalier.training.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A step function as graphs, each verified and simplified: how parameters and state begin, one step
 * (forward, backward and update in one graph), evaluation, and prediction. Everywhere the
 * parameters' leaves come first, then those of the state, in the order of {@link #parameterTypes()}
 * and {@link #stateTypes()}.
 *
 * <p>The key is the run's: the first parameters are drawn with {@code key.fold(0)}, and step n (0
 * in the first) uses {@code key.fold(1).fold(n)}.
 */
public final class TrainingStep {
  private static final TensorType SCALAR_I64 = TensorType.of(DType.I64);

  private final StepFunction function;
  private final Tree<TensorType> parameterTypes;
  private final Tree<TensorType> stateTypes;
  private final List<String> reportNames;
  private final Graph initGraph;
  private final StepInputs inputs;
  private final Graph stepGraph;
  private final boolean asks;

  /**
   * What the ordinary step is made of, see {@link OptimizerStep}.
   *
   * @param model the model
   * @param loss the loss
   * @param optimizer the optimizer
   * @param learningRate how far a step goes
   * @param gradients how gradients are obtained, and of which parameters
   * @param inputs the types of the batches
   */
  public record Settings(
      Model model,
      Loss loss,
      Optimizer optimizer,
      LearningRate learningRate,
      Gradients gradients,
      StepInputs inputs) {
    /** With another optimizer. */
    public Settings with(Optimizer other) {
      return new Settings(model, loss, other, learningRate, gradients, inputs);
    }

    /** With gradients that are obtained otherwise. */
    public Settings with(Gradients other) {
      return new Settings(model, loss, optimizer, learningRate, other, inputs);
    }
  }

  private TrainingStep(StepFunction function, StepInputs inputs) {
    this.function = function;
    if (!function.metrics().contains("loss")) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          StepFault.name(function) + " measures at least the loss",
          function.metrics().toString(),
          "name loss among its metrics()");
    }
    AtomicReference<Tree<TensorType>> parameters = new AtomicReference<>(Tree.empty());
    AtomicReference<Tree<TensorType>> state = new AtomicReference<>(Tree.empty());
    this.initGraph =
        finished(
            Graph.trace(
                "init",
                List.of(SCALAR_I64),
                in -> {
                  StepFunction.Held first = function.init(new Key(in.getFirst()).fold(0));
                  parameters.set(first.parameters().map(Tensor::type));
                  state.set(first.state().map(Tensor::type));
                  return join(first.parameters().leaves(), first.state().leaves());
                }));
    this.parameterTypes = parameters.get();
    this.stateTypes = state.get();
    this.inputs =
        function
            .hostDraws()
            .map(draws -> inputs.drawing(draws.types(parameterTypes)))
            .orElse(inputs);
    Traced traced = trace(this.inputs);
    this.stepGraph = traced.graph();
    this.reportNames = traced.reports();
    this.asks = traced.asks();
  }

  /** The graph of a step, the names of its reports, and whether it asks for the next batch. */
  private record Traced(Graph graph, List<String> reports, boolean asks) {}

  private Traced trace(StepInputs given) {
    AtomicReference<List<String>> reports = new AtomicReference<>(List.of());
    AtomicBoolean asking = new AtomicBoolean();
    List<TensorType> types = heldTypes();
    types.addAll(given.types());
    types.addAll(List.of(SCALAR_I64, SCALAR_I64));
    Graph graph = finished(Graph.trace("step", types, in -> step(given, in, reports, asking)));
    return new Traced(graph, reports.get(), asking.get());
  }

  /**
   * Traces a step function.
   *
   * @param function the mathematics
   * @param inputs the type of a batch of inputs
   * @param targets the type of a batch of targets
   * @throws EspalierException TREE_MISMATCH where a step changes paths or types of what it is
   *     given, TYPE_MISMATCH where what should be a scalar is none, and what the function throws
   */
  public static TrainingStep build(StepFunction function, TensorType inputs, TensorType targets) {
    return build(function, StepInputs.of(inputs, targets));
  }

  /** As above, for a step that is given padded batches, or several. */
  public static TrainingStep build(StepFunction function, StepInputs inputs) {
    return new TrainingStep(function, inputs);
  }

  /**
   * Traces the ordinary step.
   *
   * @throws EspalierException TYPE_MISMATCH where model, loss and data do not fit, MISSING_NEED
   *     where the optimizer or the estimator asks for what it did not declare or what is not
   *     offered, TREE_MISMATCH where the optimizer changes the shape of what it is given
   */
  public static TrainingStep build(Settings settings) {
    return build(new OptimizerStep(settings), settings.inputs());
  }

  /** The parameters' paths and types. */
  public Tree<TensorType> parameterTypes() {
    return parameterTypes;
  }

  /** The state's paths and types. */
  public Tree<TensorType> stateTypes() {
    return stateTypes;
  }

  /** The names of the scalars that a step reports, in order. */
  public List<String> reportNames() {
    return reportNames;
  }

  /** The names of what an evaluation measures, in order. */
  public List<String> metricNames() {
    return function.metrics();
  }

  /** The graph of (key I64) to (parameters..., state...). */
  public Graph initGraph() {
    return initGraph;
  }

  /**
   * The graph of (parameters..., state..., inputs, targets, step I64, key I64) to (parameters...,
   * state..., loss, gradient norm, learning rate, reports...), the last ones F32 scalars. The norm
   * of the ordinary step is that of the gradient at the parameters before the step, before it is
   * clipped; 0 where the optimizer does not ask for it.
   *
   * <p>Behind the targets stand the further inputs that {@link StepInputs} names. A step that
   * {@link #asks} ends with two more F64 scalars: the size of the next batch, and 1 where it is to
   * be the same again, else 0.
   */
  public Graph stepGraph() {
    return stepGraph;
  }

  /** The graph of a step whose own batch has so many rows. */
  public Graph stepGraph(int rows) {
    return rows == inputs.rows() ? stepGraph : trace(inputs.withRows(rows)).graph();
  }

  /** What the step is given. */
  public StepInputs inputs() {
    return inputs;
  }

  /** What the host draws for each step, as {@link StepInputs#drawn} of the inputs says. */
  public Optional<HostDraws> hostDraws() {
    return function.hostDraws();
  }

  /** Whether it asks for the next batch. */
  public boolean asks() {
    return asks;
  }

  /**
   * The graph of (parameters..., state..., inputs, targets, weights F32 [batch]) to F32 scalars:
   * for each of {@link #metricNames()} the sum over examples of weight times measure, and the sum
   * of the weights. Examples of weight 0 count for nothing, whatever they are. The ordinary step is
   * measured at the optimizer's evaluation point.
   *
   * @param inputs the type of a batch of inputs
   * @param targets the type of a batch of targets
   */
  public Graph evaluationGraph(TensorType inputs, TensorType targets) {
    List<TensorType> types = heldTypes();
    int first = types.size();
    int batch = batch(inputs);
    types.addAll(List.of(inputs, targets, TensorType.of(DType.F32, batch)));
    return finished(
        Graph.trace(
            "evaluation",
            types,
            in -> {
              Tensor weights = in.get(first + 2);
              Tensor counted = weights.ne(0);
              Tree<Tensor> measured = function.evaluate(held(in), in.get(first), in.get(first + 1));
              List<Tensor> sums = new ArrayList<>();
              for (String name : function.metrics()) {
                Tensor values = perExample(name, measured.get(name), batch);
                sums.add(counted.select(weights.mul(values), weights.zerosLike()).sum());
              }
              sums.add(weights.sum());
              return sums;
            }));
  }

  private Tensor perExample(String name, Tensor values, int batch) {
    if (!values.shape().equals(Shape.of(batch))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          StepFault.name(function) + " measures " + name + " as one number for each example",
          values.type() + " for " + batch + " examples",
          "take the mean over the other axes");
    }
    return values.to(DType.F32);
  }

  /**
   * The graph of (parameters..., state..., inputs) to (predictions), for the ordinary step at the
   * optimizer's evaluation point.
   *
   * @param inputs the type of a batch of inputs
   */
  public Graph predictGraph(TensorType inputs) {
    List<TensorType> types = heldTypes();
    int first = types.size();
    types.add(inputs);
    return finished(
        Graph.trace("predict", types, in -> List.of(function.predict(held(in), in.get(first)))));
  }

  private static int batch(TensorType inputs) {
    if (inputs.shape().rank() == 0) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a batch has a leading batch axis",
          inputs.toString(),
          "give the inputs a first axis");
    }
    return inputs.shape().extent(0);
  }

  private static Graph finished(Graph graph) {
    return Simplify.simplify(graph.verify()).verify();
  }

  private List<TensorType> heldTypes() {
    return join(parameterTypes.leaves(), stateTypes.leaves());
  }

  private static <T> List<T> join(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private StepFunction.Held held(List<Tensor> in) {
    int first = parameterTypes.size();
    return new StepFunction.Held(
        parameterTypes.withLeaves(in.subList(0, first)),
        stateTypes.withLeaves(in.subList(first, first + stateTypes.size())));
  }

  private List<Tensor> step(
      StepInputs given,
      List<Tensor> in,
      AtomicReference<List<String>> reports,
      AtomicBoolean asking) {
    int first = parameterTypes.size() + stateTypes.size();
    int last = in.size() - 2;
    Tensor number = in.get(last);
    Key key = new Key(in.get(last + 1)).fold(1).fold(number);
    StepFunction.Update done =
        function.step(held(in), given.batches(in.subList(first, last)), number, key);
    reports.set(List.copyOf(done.report().paths()));
    List<Tensor> out = new ArrayList<>();
    StepFunction.Held next = done.held();
    out.addAll(
        StepFault.conforming(function, "parameters", parameterTypes, next.parameters()).leaves());
    out.addAll(StepFault.conforming(function, "state", stateTypes, next.state()).leaves());
    out.add(StepFault.scalar(function, "loss", done.loss()));
    out.add(StepFault.scalar(function, "gradient norm", done.gradientNorm()));
    out.add(StepFault.scalar(function, "learning rate", done.learningRate()));
    done.report()
        .asMap()
        .forEach((name, value) -> out.add(StepFault.scalar(function, name, value)));
    asking.set(done.next().isPresent());
    done.next()
        .ifPresent(asked -> {
          out.add(asked.size().to(DType.F64));
          out.add(asked.again().to(DType.F64));
        });
    return out;
  }
}
