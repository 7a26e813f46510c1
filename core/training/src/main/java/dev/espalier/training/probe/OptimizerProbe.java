package dev.espalier.training.probe;

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
import dev.espalier.training.objective.RestrictedObjective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An optimizer on one parameter, step by step on the reference interpreter: under given gradients,
 * or on a test function. The step is traced once, with the objective restricted to what the
 * optimizer declares, as in training. The learning rate is constant and, as in training, an F32
 * scalar: 0.1 is 0.10000000149.
 *
 * @param name what the optimizer is called in messages
 * @param optimizer the optimizer
 * @param type the type of the parameter, F32 or F64; gradients and points list its elements
 * @param learningRate the learning rate
 * @param seed of the key, for what draws
 */
public record OptimizerProbe(
    String name, Optimizer optimizer, TensorType type, double learningRate, long seed) {
  private static final String PATH = "w";

  /** A step as a graph, and where things are in its outputs. */
  private record Traced(Graph graph, int states, List<String> reports) {}

  /**
   * Under given gradients.
   *
   * @param start the first parameters
   * @param gradients the gradient of each step
   * @throws EspalierException MISSING_NEED where the optimizer needs more than a gradient
   */
  public OptimizerPath follow(double[] start, List<double[]> gradients) {
    if (!Set.of(Objective.Need.GRADIENT).containsAll(optimizer.needs())) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          name + " needs " + optimizer.needs().stream().sorted().toList(),
          "a file of gradients answers GRADIENT only",
          "probe it on a function, as in --on rosenbrock");
    }
    return run(Optional.empty(), start, gradients.size(), gradients);
  }

  /**
   * On a test function.
   *
   * @param function the function
   * @param start the first parameters
   * @param steps how many steps
   */
  public OptimizerPath on(TestFunction function, double[] start, int steps) {
    function.require(start.length);
    return run(Optional.of(function), start, steps, List.of());
  }

  private OptimizerPath run(
      Optional<TestFunction> function, double[] start, int steps, List<double[]> gradients) {
    Tree<NdArray> state = initialState(start);
    Traced step = trace(function, state.map(NdArray::type));
    NdArray parameters = array(start);
    NdArray shipped = parameters;
    List<double[]> points = new ArrayList<>(List.of(parameters.toDoubles()));
    List<Double> values = new ArrayList<>();
    List<Double> norms = new ArrayList<>();
    List<Map<String, Double>> reports = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      List<NdArray> inputs = new ArrayList<>();
      inputs.add(parameters);
      inputs.add(function.isPresent() ? parameters : array(gradients.get(t)));
      inputs.add(NdArray.scalar(DType.F32, learningRate));
      inputs.add(NdArray.scalar(t));
      inputs.add(NdArray.scalar(seed));
      inputs.addAll(state.leaves());
      List<NdArray> found = Reference.run(step.graph(), inputs);
      norms.add(found.get(1).getDouble(0));
      if (function.isPresent()) {
        values.add(found.get(0).getDouble(0));
      }
      parameters = found.get(2);
      shipped = found.get(3);
      state = state.withLeaves(found.subList(4, 4 + step.states()));
      Map<String, Double> report = new LinkedHashMap<>();
      for (int i = 0; i < step.reports().size(); i++) {
        report.put(step.reports().get(i), found.get(4 + step.states() + i).getDouble(0));
      }
      reports.add(report);
      points.add(parameters.toDoubles());
    }
    if (function.isPresent()) {
      values.add(value(function.get(), parameters));
    }
    return new OptimizerPath(points, values, norms, shipped.toDoubles(), reports);
  }

  private NdArray array(double[] values) {
    return NdArray.of(values, type.shape().extents()).convert(type.dtype());
  }

  private double value(TestFunction function, NdArray parameters) {
    Graph graph =
        Graph.trace(
            "value",
            List.of(type),
            in -> List.of(new TestObjective(function).value(Tree.of(PATH, in.getFirst()))));
    return Reference.run(graph, List.of(parameters)).getFirst().getDouble(0);
  }

  private Tree<NdArray> initialState(double[] start) {
    AtomicReference<List<String>> paths = new AtomicReference<>(List.of());
    Graph graph =
        Graph.trace(
            "init",
            List.of(type),
            in -> {
              Tree<Tensor> state = optimizer.init(Tree.of(PATH, in.getFirst()));
              paths.set(List.copyOf(state.paths()));
              return state.leaves();
            });
    return Tree.of(paths.get(), Reference.run(graph, List.of(array(start))));
  }

  private Traced trace(Optional<TestFunction> function, Tree<TensorType> stateTypes) {
    List<TensorType> types = new ArrayList<>();
    types.add(type);
    types.add(type);
    types.add(TensorType.of(DType.F32));
    types.add(TensorType.of(DType.I64));
    types.add(TensorType.of(DType.I64));
    types.addAll(stateTypes.leaves());
    AtomicReference<List<String>> reports = new AtomicReference<>(List.of());
    Graph graph = Graph.trace("step", types, in -> step(function, stateTypes, in, reports));
    return new Traced(Simplify.simplify(graph), stateTypes.size(), reports.get());
  }

  private List<Tensor> step(
      Optional<TestFunction> function,
      Tree<TensorType> stateTypes,
      List<Tensor> in,
      AtomicReference<List<String>> reports) {
    Tree<Tensor> parameters = Tree.of(PATH, in.get(0));
    Objective inner =
        function
            .<Objective>map(TestObjective::new)
            .orElseGet(() -> new GivenGradients(Tree.of(PATH, in.get(1))));
    Objective.ValueAndGradient here = inner.valueAndGradient(parameters);
    Objective objective =
        new RestrictedObjective(inner, "the test objective", name, optimizer.needs());
    Tree<Tensor> state = stateTypes.withLeaves(in.subList(5, in.size()));
    StepContext context = new StepContext(in.get(3), in.get(2), new Key(in.get(4)).fold(in.get(3)));
    Optimizer.Step next = optimizer.step(objective, parameters, state, context);
    requireTypes("parameters", Tree.of(PATH, type), next.parameters());
    requireTypes("state", stateTypes, next.state());
    reports.set(List.copyOf(next.report().paths()));
    List<Tensor> out = new ArrayList<>();
    out.add(here.value());
    out.add(here.gradient().leaves().getFirst().square().sum().sqrt());
    out.add(next.parameters().leaves().getFirst());
    out.add(optimizer.evaluationPoint(next.parameters(), next.state()).leaves().getFirst());
    stateTypes.paths().forEach(path -> out.add(next.state().get(path)));
    out.addAll(next.report().leaves());
    return out;
  }

  private void requireTypes(String what, Tree<TensorType> before, Tree<Tensor> after) {
    Map<String, TensorType> types = after.map(Tensor::type).asMap();
    if (!types.equals(before.asMap())) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a step of " + name + " keeps the types of the " + what + ": " + before,
          types.toString(),
          "have the step give what it was given, type by type");
    }
  }
}
