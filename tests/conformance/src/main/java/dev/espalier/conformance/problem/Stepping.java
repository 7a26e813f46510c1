package dev.espalier.conformance.problem;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * An optimizer as a run uses it: the step is traced once and serves every step, everything that is
 * remembered lies in the state. It runs on the reference interpreter.
 */
public final class Stepping {
  private final Tree<TensorType> parameterTypes;
  private final Tree<TensorType> stateTypes;
  private final Graph initGraph;
  private final Graph stepGraph;
  private final Graph evaluationGraph;
  private final AtomicReference<List<String>> reports = new AtomicReference<>(List.of());

  /** The objective of a step. */
  @FunctionalInterface
  public interface Batch {
    /**
     * In the trace of a step.
     *
     * @param feeds what is given to every step besides
     * @param parameters the parameters that the step begins with
     */
    Objective objective(List<Tensor> feeds, Tree<Tensor> parameters);
  }

  /**
   * Where a run is.
   *
   * @param parameters the parameters
   * @param state the optimizer's state
   */
  public record At(Tree<NdArray> parameters, Tree<NdArray> state) {
    /** All values, for comparisons. */
    public List<NdArray> values() {
      List<NdArray> values = new ArrayList<>(parameters.leaves());
      values.addAll(state.leaves());
      return values;
    }
  }

  /**
   * What a step gave.
   *
   * @param next where the run is now
   * @param loss the loss
   * @param report the other numbers, by name
   */
  public record Done(At next, NdArray loss, Tree<NdArray> report) {}

  private Stepping(
      Optimizer optimizer, Tree<TensorType> parameters, List<TensorType> feeds, Batch batch) {
    this.parameterTypes = parameters;
    AtomicReference<Tree<TensorType>> state = new AtomicReference<>(Tree.empty());
    this.initGraph =
        finished(
            "init",
            parameters.leaves(),
            in -> {
              Tensor anchor = in.getFirst();
              List<Tensor> zeros =
                  feeds.stream()
                      .map(type -> anchor.constant(type.dtype(), 0L).broadcast(type.shape()))
                      .toList();
              Tree<Tensor> at = parameters.withLeaves(in);
              Tree<Tensor> first = optimizer.init(batch.objective(zeros, at), at);
              state.set(first.map(Tensor::type));
              return first.leaves();
            });
    this.stateTypes = state.get();
    List<TensorType> held = join(parameters.leaves(), stateTypes.leaves());
    List<TensorType> types = join(held, feeds);
    types.add(TensorType.of(DType.I64));
    types.add(TensorType.of(DType.F32));
    types.add(TensorType.of(DType.I64));
    this.stepGraph = finished("step", types, in -> step(optimizer, batch, in));
    this.evaluationGraph =
        finished(
            "evaluation",
            held,
            in ->
                conforming(parameterTypes, optimizer.evaluationPoint(parameters(in), state(in)))
                    .leaves());
  }

  /**
   * Traces an optimizer.
   *
   * @param optimizer the optimizer
   * @param parameters the types of the parameters, at least one
   * @param feeds the types of what is given to every step besides
   * @param batch the objective of a step
   */
  public static Stepping of(
      Optimizer optimizer, Tree<TensorType> parameters, List<TensorType> feeds, Batch batch) {
    return new Stepping(optimizer, parameters, feeds, batch);
  }

  /** On a problem. */
  public static Stepping on(Problem problem, Optimizer optimizer) {
    return of(
        optimizer,
        problem.types(),
        List.of(),
        (feeds, parameters) -> problem.objective(parameters.leaves().getFirst()));
  }

  /** Under given gradients, one feed for each parameter, with a curvature; the loss is 1. */
  public static Stepping given(Optimizer optimizer, Tree<TensorType> parameters, double curvature) {
    return of(
        optimizer,
        parameters,
        parameters.leaves(),
        (feeds, start) -> new GivenGradient(parameters.withLeaves(feeds), start, curvature, 1));
  }

  private static Graph finished(
      String name, List<TensorType> types, Function<List<Tensor>, List<Tensor>> body) {
    return Simplify.simplify(Graph.trace(name, types, body).verify());
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

  private List<Tensor> step(Optimizer optimizer, Batch batch, List<Tensor> in) {
    Tree<Tensor> parameters = parameters(in);
    int last = in.size() - 3;
    List<Tensor> feeds = in.subList(parameterTypes.size() + stateTypes.size(), last);
    StepContext context =
        new StepContext(
            in.get(last), in.get(last + 1), new Key(in.get(last + 2)).fold(in.get(last)));
    Optimizer.Step done =
        optimizer.step(batch.objective(feeds, parameters), parameters, state(in), context);
    reports.set(List.copyOf(done.report().paths()));
    List<Tensor> out = new ArrayList<>();
    out.addAll(conforming(parameterTypes, done.parameters()).leaves());
    out.addAll(conforming(stateTypes, done.state()).leaves());
    out.add(done.loss());
    out.addAll(done.report().leaves());
    return out;
  }

  private static Tree<Tensor> conforming(Tree<TensorType> expected, Tree<Tensor> found) {
    Tree<TensorType> types = found.map(Tensor::type);
    if (!types.asMap().equals(expected.asMap())) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          "a step that keeps paths and types",
          types + " instead of " + expected,
          "return a leaf of the same type for each path");
    }
    return expected.mapWithPath((path, type) -> found.get(path));
  }

  /** The graph of one step, for comparisons. */
  public Graph graph() {
    return stepGraph;
  }

  /** The state's paths and types. */
  public Tree<TensorType> stateTypes() {
    return stateTypes;
  }

  /** A run at its beginning. */
  public At begin(Tree<NdArray> parameters) {
    return new At(parameters, stateTypes.withLeaves(Reference.run(initGraph, parameters.leaves())));
  }

  /**
   * One step.
   *
   * @param at where the run is
   * @param feeds what the step is given besides
   * @param number steps already done
   * @param rate the learning rate
   * @param key the run's key
   */
  public Done step(At at, List<NdArray> feeds, long number, double rate, long key) {
    List<NdArray> in = join(at.values(), feeds);
    in.add(NdArray.scalar(number));
    in.add(NdArray.scalar(DType.F32, rate));
    in.add(NdArray.scalar(key));
    List<NdArray> out = Reference.run(stepGraph, in);
    int state = parameterTypes.size();
    int loss = state + stateTypes.size();
    return new Done(
        new At(
            parameterTypes.withLeaves(out.subList(0, state)),
            stateTypes.withLeaves(out.subList(state, loss))),
        out.get(loss),
        Tree.of(reports.get(), out.subList(loss + 1, out.size())));
  }

  /** Steps without feeds, the first of which is numbered. */
  public At steps(At at, long first, int count, double rate, long key) {
    At now = at;
    for (int i = 0; i < count; i++) {
      now = step(now, List.of(), first + i, rate, key).next();
    }
    return now;
  }

  /** A run from its beginning under given gradients: where it is after each step. */
  public List<At> path(Tree<NdArray> start, List<Tree<NdArray>> gradients, double rate) {
    List<At> path = new ArrayList<>();
    At at = begin(start);
    for (int i = 0; i < gradients.size(); i++) {
      at = step(at, gradients.get(i).leaves(), i, rate, 0).next();
      path.add(at);
    }
    return path;
  }

  /** The point that is evaluated. */
  public Tree<NdArray> evaluationPoint(At at) {
    return parameterTypes.withLeaves(Reference.run(evaluationGraph, at.values()));
  }
}
