package dev.espalier.plugins.bilevel;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What estimators answered for a quadratic problem.
 *
 * @param value the outer objective
 * @param gradient the estimate
 * @param inner the y that was reached
 * @param report by name
 */
public record Asked(double value, double[] gradient, double[] inner, Map<String, Double> report) {
  /** Gradient descent. */
  public static InnerLevel descent(double rate, int steps) {
    return new InnerLevel(Optimizer.of(), rate, steps);
  }

  /** Of the first step. */
  public static Asked of(
      Hypergradient method, InnerLevel lower, Quadratic problem, double[] x, double[] y) {
    return of(method, lower, problem, x, y, 1);
  }

  /** Of the last of so many steps with x as it is. */
  public static Asked of(
      Hypergradient method,
      InnerLevel lower,
      Quadratic problem,
      double[] x,
      double[] y,
      int steps) {
    List<String> names = new ArrayList<>();
    List<NdArray> held = new ArrayList<>(List.of(NdArray.of(x, x.length), NdArray.of(y, y.length)));
    List<Tree<TensorType>> state = new ArrayList<>();
    Graph init =
        Traced.graph(
            held,
            in -> {
              Tree<Tensor> begun =
                  method.init(
                      lower, Quadratic.split("x", in.get(0)), Quadratic.split("y", in.get(1)));
              state.add(begun.map(Tensor::type));
              return Stream.concat(Stream.of(in.get(0)), begun.leaves().stream()).toList();
            });
    List<NdArray> begun = Reference.run(init, held);
    held.addAll(begun.subList(1, begun.size()));
    held.add(NdArray.scalar(0));
    int last = held.size() - 1;
    Graph step =
        Traced.graph(
            held,
            in -> {
              Hypergradient.Estimate estimate =
                  method.estimate(
                      problem.problem().restrictedTo("the estimator", method.needs()),
                      lower,
                      Quadratic.split("x", in.get(0)),
                      Quadratic.split("y", in.get(1)),
                      state.getFirst().withLeaves(in.subList(2, last)),
                      Traced.context(in.get(last)));
              names.addAll(estimate.report().paths());
              List<Tensor> all = new ArrayList<>(List.of(Quadratic.join(estimate.inner())));
              all.addAll(state.getFirst().zip(estimate.state(), (type, now) -> now).leaves());
              all.add(estimate.value());
              all.add(Quadratic.join(estimate.gradient()));
              all.addAll(estimate.report().leaves());
              return all;
            });
    List<double[]> found = List.of();
    for (int i = 0; i < steps; i++) {
      held.set(last, NdArray.scalar(i));
      List<NdArray> results = Reference.run(step, held);
      for (int k = 1; k < last; k++) {
        held.set(k, results.get(k - 1));
      }
      found = results.stream().map(NdArray::toDoubles).toList();
    }
    Map<String, Double> report = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      report.put(names.get(i), found.get(last + 1 + i)[0]);
    }
    return new Asked(found.get(last - 1)[0], found.get(last), found.getFirst(), report);
  }

  /** One of the reports. */
  public double reported(String name) {
    return Objects.requireNonNull(report.get(name), name);
  }
}
