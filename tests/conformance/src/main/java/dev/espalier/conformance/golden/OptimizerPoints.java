package dev.espalier.conformance.golden;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.conformance.problem.GivenGradient;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * The trajectory of one number: in each step the loss there is {@code loss + gradient * by +
 * curvature/2 * by^2}, where curvature and loss are 0 unless there is a column of them.
 */
record OptimizerPoints(Optimizer optimizer, GoldenFile.Section section, Precision precision) {
  private static final String PATH = "w";

  List<Finding> check() {
    double[] gradients = section.numbers("gradient");
    double[] expected = section.numbers("parameter");
    double start = section.given("parameter");
    double rate = section.given("learning_rate");
    Graph graph =
        Graph.trace(
            "golden",
            List.of(
                precision.type(1),
                precision.type(gradients.length),
                new TensorType(DType.F32, Shape.SCALAR),
                new TensorType(DType.I64, Shape.SCALAR)),
            this::trajectory);
    List<NdArray> found =
        Reference.run(
            graph,
            List.of(
                precision.array(new double[] {start}, 1),
                precision.array(gradients, gradients.length),
                NdArray.scalar(DType.F32, rate),
                NdArray.scalar(0)));
    return compare(found, expected, start);
  }

  /** All steps in one graph; its results are the parameter after each. */
  private List<Tensor> trajectory(List<Tensor> in) {
    Tensor gradients = in.get(1);
    Tree<Tensor> parameters = Tree.of(PATH, in.get(0));
    Tree<Tensor> zeros = parameters.map(Tensor::zerosLike);
    Tree<Tensor> state = optimizer.init(new GivenGradient(zeros, parameters, 0, 0), parameters);
    List<Tensor> path = new ArrayList<>();
    double[] curvatures = optional("curvature");
    double[] losses = optional("loss");
    for (int t = 0; t < gradients.shape().extent(0); t++) {
      Tree<Tensor> gradient = Tree.of(PATH, gradients.slice(0, t, t + 1));
      Tensor step = in.get(3).constant(DType.I64, (long) t);
      StepContext context = new StepContext(step, in.get(2), new Key(in.get(3)).fold(t));
      Optimizer.Step next =
          optimizer.step(
              new GivenGradient(gradient, parameters, curvatures[t], losses[t]),
              parameters,
              state,
              context);
      parameters = next.parameters();
      state = next.state();
      path.add(parameters.get(PATH));
    }
    return path;
  }

  private double[] optional(String column) {
    return section.columns().contains(column)
        ? section.numbers(column)
        : new double[section.rows().size()];
  }

  private List<Finding> compare(List<NdArray> found, double[] expected, double start) {
    List<Finding> findings = new ArrayList<>();
    double largest = Math.abs(start);
    for (int t = 0; t < expected.length; t++) {
      largest = Math.max(largest, Math.abs(expected[t]));
      double bound = precision.bound(largest);
      double value = found.get(t).getDouble(0);
      if (!Finding.holds(expected[t], value, bound)) {
        String what =
            "parameter in "
                + precision.dtype().text()
                + " after step "
                + t
                + " with "
                + section.hyperparameters();
        findings.add(new Finding(what, expected[t], value, bound));
      }
    }
    return findings;
  }
}
