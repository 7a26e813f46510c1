package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.Schedule;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.Simplify;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.ClippedByNorm;
import dev.espalier.training.objective.NormRecorder;
import dev.espalier.training.objective.RestrictedObjective;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A training run as graphs, each verified and simplified: how parameters and optimizer state begin,
 * one step (forward, backward and update in one graph), evaluation, and prediction. Everywhere the
 * parameters' leaves come first, then those of the state, in the order of {@link #parameterTypes()}
 * and {@link #stateTypes()}.
 *
 * <p>The key is the run's: the first parameters are drawn with {@code key.fold(0)}, and step n (0
 * in the first) uses {@code key.fold(1).fold(n)}.
 */
public final class TrainingStep {
  private static final String THE_BATCH = "the loss on the batch";
  private static final TensorType SCALAR_I64 = TensorType.of(DType.I64);

  private final Settings settings;
  private final Tree<TensorType> parameterTypes;
  private final Tree<TensorType> stateTypes;
  private final List<String> reportNames;
  private final Graph initGraph;
  private final Graph stepGraph;

  /**
   * What a step is made of.
   *
   * @param model the model
   * @param loss the loss
   * @param optimizer the optimizer
   * @param estimator how gradients are obtained; empty for those of the mean loss on the batch
   * @param schedule the learning rate over the run, as a factor
   * @param learningRate the base rate, finite
   * @param totalSteps steps of the whole run, at least 1
   * @param clipNorm the norm that gradients are clipped to; empty where they are not
   * @param inputs the type of a batch of inputs
   * @param targets the type of a batch of targets
   */
  public record Settings(
      Model model,
      Loss loss,
      Optimizer optimizer,
      Optional<GradientEstimator> estimator,
      Schedule schedule,
      double learningRate,
      long totalSteps,
      OptionalDouble clipNorm,
      TensorType inputs,
      TensorType targets) {
    public Settings {
      if (!Double.isFinite(learningRate) || totalSteps < 1) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a run has a finite learning rate and at least 1 step",
            "learning rate " + learningRate + ", " + totalSteps + " steps",
            "correct the run file");
      }
    }
  }

  private TrainingStep(Settings settings) {
    this.settings = settings;
    AtomicReference<Tree<TensorType>> parameters = new AtomicReference<>(Tree.empty());
    AtomicReference<Tree<TensorType>> state = new AtomicReference<>(Tree.empty());
    this.initGraph =
        finished(
            Graph.trace(
                "init",
                List.of(SCALAR_I64),
                in -> {
                  Tree<Tensor> first = settings.model().init(new Key(in.getFirst()).fold(0));
                  Tree<Tensor> begun = settings.optimizer().init(first);
                  parameters.set(first.map(Tensor::type));
                  state.set(begun.map(Tensor::type));
                  return join(first.leaves(), begun.leaves());
                }));
    this.parameterTypes = parameters.get();
    this.stateTypes = state.get();
    AtomicReference<List<String>> reports = new AtomicReference<>(List.of());
    List<TensorType> types = held();
    types.addAll(List.of(settings.inputs(), settings.targets(), SCALAR_I64, SCALAR_I64));
    this.stepGraph = finished(Graph.trace("step", types, in -> step(in, reports)));
    this.reportNames = reports.get();
  }

  /**
   * Traces the step.
   *
   * @throws EspalierException TYPE_MISMATCH where model, loss and data do not fit, MISSING_NEED
   *     where the optimizer or the estimator asks for what it did not declare or what is not
   *     offered, TREE_MISMATCH where the optimizer changes the shape of what it is given
   */
  public static TrainingStep build(Settings settings) {
    return new TrainingStep(settings);
  }

  /** The parameters' paths and types. */
  public Tree<TensorType> parameterTypes() {
    return parameterTypes;
  }

  /** The optimizer state's paths and types. */
  public Tree<TensorType> stateTypes() {
    return stateTypes;
  }

  /** The names of the scalars that the optimizer reports, in order. */
  public List<String> reportNames() {
    return reportNames;
  }

  /** The graph of (key I64) to (parameters..., state...). */
  public Graph initGraph() {
    return initGraph;
  }

  /**
   * The graph of (parameters..., state..., inputs, targets, step I64, key I64) to (parameters...,
   * state..., loss, gradient norm, learning rate, reports...), the last ones F32 scalars. The norm
   * is that of the gradient at the parameters before the step, before it is clipped; 0 where the
   * optimizer does not ask for it.
   */
  public Graph stepGraph() {
    return stepGraph;
  }

  /**
   * The graph of (parameters..., state..., inputs, targets, weights F32 [batch]) to three F32
   * scalars: the sums over examples of weight times loss, of weight times the share of right
   * classes (0 where targets are not classes), and of weights. Examples of weight 0 count for
   * nothing, whatever they are. The parameters are the optimizer's evaluation point.
   *
   * @param inputs the type of a batch of inputs
   * @param targets the type of a batch of targets
   */
  public Graph evaluationGraph(TensorType inputs, TensorType targets) {
    List<TensorType> types = held();
    int first = types.size();
    types.addAll(List.of(inputs, targets, TensorType.of(DType.F32, batch(inputs))));
    return finished(
        Graph.trace(
            "evaluation",
            types,
            in -> {
              Tensor weights = in.get(first + 2);
              Tensor predictions = evaluate(in, in.get(first));
              Tensor wanted = in.get(first + 1);
              Targets.require(settings.loss(), predictions.type(), wanted.type());
              Tensor losses =
                  BatchObjective.perExample(settings.loss(), predictions, wanted).to(DType.F32);
              Tensor correct = Targets.correct(settings.loss(), predictions, wanted, weights);
              Tensor counted = weights.ne(0);
              return List.of(
                  counted.select(weights.mul(losses), weights.zerosLike()).sum(),
                  counted.select(weights.mul(correct), weights.zerosLike()).sum(),
                  weights.sum());
            }));
  }

  /**
   * The graph of (parameters..., state..., inputs) to (predictions), at the optimizer's evaluation
   * point.
   *
   * @param inputs the type of a batch of inputs
   */
  public Graph predictGraph(TensorType inputs) {
    List<TensorType> types = held();
    int first = types.size();
    types.add(inputs);
    return finished(Graph.trace("predict", types, in -> List.of(evaluate(in, in.get(first)))));
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

  private List<TensorType> held() {
    return join(parameterTypes.leaves(), stateTypes.leaves());
  }

  private static <T> List<T> join(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private Tree<Tensor> parameters(List<Tensor> in) {
    return parameterTypes.withLeaves(in.subList(0, parameterTypes.size()));
  }

  private Tree<Tensor> state(List<Tensor> in) {
    int first = parameterTypes.size();
    return stateTypes.withLeaves(in.subList(first, first + stateTypes.size()));
  }

  private Tensor evaluate(List<Tensor> in, Tensor inputs) {
    Tree<Tensor> point =
        conforming(
            "evaluation point",
            parameterTypes,
            settings.optimizer().evaluationPoint(parameters(in), state(in)));
    Key unused = new Key(inputs.constant(DType.I64, 0L));
    return settings.model().apply(point, inputs, unused, false);
  }

  private List<Tensor> step(List<Tensor> in, AtomicReference<List<String>> reports) {
    Tree<Tensor> parameters = parameters(in);
    Tree<Tensor> state = state(in);
    int first = parameters.size() + state.size();
    Tensor inputs = in.get(first);
    Tensor targets = in.get(first + 1);
    Tensor number = in.get(first + 2);
    Key key = new Key(in.get(first + 3)).fold(1).fold(number);
    Tensor rate = learningRate(number);
    StepContext context = new StepContext(number, rate, key.fold(0));
    Model checked = new CheckedModel(settings.model(), settings.loss(), settings.targets());
    Objective batch =
        new BatchObjective(checked, settings.loss(), inputs, targets, key.fold(1), true);
    NormRecorder recorder = new NormRecorder(parameters);
    Objective objective = objective(batch, recorder, context, key);
    Optimizer.Step done = settings.optimizer().step(objective, parameters, state, context);
    reports.set(List.copyOf(done.report().paths()));
    List<Tensor> out = new ArrayList<>();
    out.addAll(conforming("parameters", parameterTypes, done.parameters()).leaves());
    out.addAll(conforming("state", stateTypes, done.state()).leaves());
    out.add(scalar("loss", done.loss()));
    out.add(recorder.norm().orElseGet(() -> rate.zerosLike()).to(DType.F32));
    out.add(rate);
    done.report().asMap().forEach((name, value) -> out.add(scalar(name, value)));
    return out;
  }

  private Tensor learningRate(Tensor step) {
    Tensor total = step.constant(DType.F64, (double) settings.totalSteps());
    Tensor factor = settings.schedule().factor(step.to(DType.F64), total);
    if (!factor.type().equals(TensorType.of(DType.F64))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "schedule " + name(settings.schedule()) + " gives an f64 scalar",
          factor.type().toString(),
          "make its factor a scalar");
    }
    return factor.mul(settings.learningRate()).to(DType.F32);
  }

  /**
   * The batch's objective, in the estimator's way, watched, clipped, restricted to what the
   * optimizer declares. What an estimator hands through is asked by the optimizer, so both
   * declarations count inside.
   */
  private Objective objective(
      Objective batch, NormRecorder recorder, StepContext context, Key key) {
    Optimizer optimizer = settings.optimizer();
    Objective estimated =
        settings
            .estimator()
            .map(estimator -> {
              // Its own needs first, so that a refusal names the estimator alone.
              Objective own =
                  new RestrictedObjective(batch, THE_BATCH, name(estimator), estimator.needs());
              Set<Objective.Need> both = new HashSet<>(own.offers());
              both.addAll(optimizer.needs());
              both.retainAll(batch.offers());
              String user = name(estimator) + " for " + name(optimizer);
              StepContext inside =
                  new StepContext(context.step(), context.learningRate(), key.fold(2));
              return estimator.estimate(
                  new RestrictedObjective(batch, THE_BATCH, user, both), inside);
            })
            .orElse(batch);
    Objective watched = recorder.watch(estimated);
    Objective clipped = watched;
    if (settings.clipNorm().isPresent()) {
      clipped = new ClippedByNorm(settings.clipNorm().getAsDouble()).estimate(watched, context);
    }
    String offeredBy = settings.estimator().map(TrainingStep::name).orElse(THE_BATCH);
    return new RestrictedObjective(clipped, offeredBy, name(optimizer), optimizer.needs());
  }

  private static String name(Object part) {
    String simple = part.getClass().getSimpleName();
    return simple.isEmpty() ? part.getClass().getName() : simple;
  }

  /** A tree with the paths and types that are expected, in their order. */
  private Tree<Tensor> conforming(String what, Tree<TensorType> expected, Tree<Tensor> found) {
    Tree<TensorType> types = found.map(Tensor::type);
    if (!types.asMap().equals(expected.asMap())) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          name(settings.optimizer()) + " keeps paths and types of the " + what,
          types + " instead of " + expected,
          "return a leaf of the same type for each path");
    }
    return expected.mapWithPath((path, type) -> found.get(path));
  }

  private Tensor scalar(String what, Tensor value) {
    if (value.shape().rank() != 0) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          name(settings.optimizer()) + " gives the scalar " + what,
          value.type().toString(),
          "reduce it to one number");
    }
    return value.to(DType.F32);
  }
}
