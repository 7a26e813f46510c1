package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
      Hypergradient method, InnerLevel lower, Quadratic problem, double[] x, double[] y, int steps) {
    List<String> names = new ArrayList<>();
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(x, x.length), NdArray.of(y, y.length)),
            in -> {
              Tree<Tensor> outer = Quadratic.split("x", in.get(0));
              Tree<Tensor> inner = Quadratic.split("y", in.get(1));
              BilevelProblem restricted =
                  problem.problem().restrictedTo("the estimator", method.needs());
              Tree<Tensor> state = method.init(lower, outer, inner);
              Hypergradient.Estimate estimate = null;
              for (int i = 0; i < steps; i++) {
                estimate =
                    method.estimate(
                        restricted, lower, outer, inner, state, Traced.context(in.get(0), i, 1));
                inner = estimate.inner();
                state = estimate.state();
              }
              names.addAll(estimate.report().paths());
              List<Tensor> all = new ArrayList<>();
              all.add(estimate.value());
              all.add(Quadratic.join(estimate.gradient()));
              all.add(Quadratic.join(estimate.inner()));
              all.addAll(estimate.report().leaves());
              return all;
            });
    Map<String, Double> report = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      report.put(names.get(i), found.get(3 + i)[0]);
    }
    return new Asked(found.get(0)[0], found.get(1), found.get(2), report);
  }
}
