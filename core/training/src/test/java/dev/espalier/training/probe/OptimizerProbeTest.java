package dev.espalier.training.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerProbeTest {
  private static final double RATE = (float) 0.1;
  private static final double EPSILON = 1e-8;

  /** The gradient itself. */
  private static Optimizer descent() {
    return Optimizer.of();
  }

  private record Adam() implements GradientTransform {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      Tree<Tensor> zeros = parameters.map(Tensor::zerosLike);
      return zeros.under("m").and(zeros.under("v"));
    }

    @Override
    public Result update(
        Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> m = state.subtree("m").zip(gradient, (a, g) -> a.mul(0.9).add(g.mul(1 - 0.9)));
      Tree<Tensor> v =
          state.subtree("v").zip(gradient, (a, g) -> a.mul(0.999).add(g.square().mul(1 - 0.999)));
      Tree<Tensor> direction =
          m.zip(
              v,
              (a, b) -> {
                Tensor t = context.count(a).broadcast(a.shape());
                Tensor first = t.mul(Math.log(0.9)).expm1().neg();
                Tensor second = t.mul(Math.log(0.999)).expm1().neg();
                return a.div(first).div(b.div(second).sqrt().add(EPSILON));
              });
      return new Result(direction, m.under("m").and(v.under("v")));
    }
  }

  /** One exact step along the gradient, by the Hessian; reports the curvature. */
  private record Curved() implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Objective.ValueAndGradient at = objective.valueAndGradient(parameters);
      Tensor g = at.gradient().get("w");
      Tensor hg = objective.hessianVector(parameters, at.gradient()).get("w");
      Tensor curvature = g.mul(hg).sum();
      Tensor length = g.square().sum().div(curvature).broadcast(g.shape());
      return new Step(
          parameters.map(p -> p.sub(g.mul(length))), state, at.value(), Tree.of("gHg", curvature));
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.GRADIENT, Objective.Need.HESSIAN_VECTOR);
    }
  }

  private static OptimizerProbe probe(Optimizer optimizer, int parameters) {
    return new OptimizerProbe("it", optimizer, TensorType.of(DType.F64, parameters), 0.1, 1);
  }

  @Test
  void adamsFirstStepIsTheRateInTheDirectionOfTheSign() {
    double[] g = {2, -0.5, 0.001};
    OptimizerPath path =
        probe(Optimizer.of(new Adam()), 3).follow(new double[] {1, -2, 3}, List.of(g, g));
    assertThat(path.points()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      double start = new double[] {1, -2, 3}[i];
      double step = RATE * g[i] / (Math.abs(g[i]) + EPSILON);
      assertThat(path.points().get(1)[i]).isCloseTo(start - step, within(1e-14));
      // The gradient stays, so the unbiased means do, and so does the step.
      assertThat(path.points().get(2)[i]).isCloseTo(start - 2 * step, within(1e-13));
    }
    assertThat(path.values()).isEmpty();
    assertThat(path.gradientNorms().getFirst()).isCloseTo(Math.sqrt(4.250001), within(1e-15));
  }

  @Test
  void descentOnTheQuadraticFollowsItsClosedForm() {
    OptimizerPath path =
        probe(descent(), 3).on(TestFunction.of("quadratic", 9), new double[] {1, 2, 3}, 20);
    double[] eigenvalues = {1, 3, 9};
    for (int i = 0; i < 3; i++) {
      assertThat(path.points().get(20)[i])
          .isCloseTo((i + 1) * Math.pow(1 - RATE * eigenvalues[i], 20), within(1e-14));
    }
    assertThat(path.values()).hasSize(21);
    assertThat(path.values().getFirst()).isCloseTo(0.5 + 6 + 40.5, within(1e-13));
  }

  @Test
  void secondOrderOptimizersAreProbedOnFunctions() {
    OptimizerPath path =
        probe(new Curved(), 2).on(TestFunction.of("quadratic", 1), new double[] {3, -4}, 1);
    assertThat(path.points().getLast()).containsExactly(new double[] {0, 0}, within(1e-15));
    assertThat(path.reports().getFirst()).containsOnlyKeys("gHg");
    assertThat(path.reports().getFirst().get("gHg")).isCloseTo(25, within(1e-12));
  }

  @Test
  void whatNeedsMoreThanAGradientIsRefusedOnAFile() {
    assertThatThrownBy(
            () -> probe(new Curved(), 1).follow(new double[] {1}, List.of(new double[] {1})))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.MISSING_NEED);
              assertThat(e.repair()).contains("--on");
            });
  }

  @Test
  void whatIsNotFiniteIsSaidWithItsStep() {
    OptimizerPath path =
        probe(descent(), 2)
            .follow(
                new double[] {1, 1},
                List.of(new double[] {1, 1}, new double[] {1, Double.NaN}, new double[] {1, 1}));
    assertThat(path.firstNotFinite()).hasValue(2);
    assertThat(path.points().get(3)[0]).isFinite();
    assertThat(path.distanceToNearest(List.of(new double[2]))).isNaN();
  }

  @Test
  void singlePrecisionRoundsTheIterates() {
    OptimizerProbe single =
        new OptimizerProbe("it", descent(), TensorType.of(DType.F32, 1), 0.1, 1);
    OptimizerPath path = single.follow(new double[] {1}, List.of(new double[] {1e-9}));
    assertThat(path.points().getLast()[0]).isEqualTo(1);
  }

  static List<TestFunction> functions() {
    return TestFunction.all(50);
  }

  private static List<double[]> ask(TestFunction f, double[] at) {
    TensorType type = TensorType.of(DType.F64, at.length);
    Graph graph =
        Graph.trace(
            "ask",
            List.of(type),
            in -> {
              TestObjective objective = new TestObjective(f);
              Tree<Tensor> w = Tree.of("w", in.getFirst());
              Tree<Tensor> v = Tree.of("w", in.getFirst().add(0.5));
              List<Tensor> out = new ArrayList<>();
              out.add(objective.value(w));
              out.add(objective.gradient(w).get("w"));
              out.add(objective.hessianVector(w, v).get("w"));
              out.add(objective.gaussNewtonVector(w, v).get("w"));
              out.add(objective.perExampleGradients(w).get("w").mean(0));
              out.add(objective.directionalDerivative(w, v, 2));
              out.add(objective.hessianVector(w, v).get("w").mul(v.get("w")).sum());
              return out;
            });
    return Reference.run(graph, List.of(NdArray.of(at, at.length))).stream()
        .map(NdArray::toDoubles)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void aTestFunctionIsLeastWhereItSays(TestFunction f) {
    int n = Math.max(f.fixedDimensions(), 2);
    double least = f.minimum().apply(n);
    for (double[] place : f.minima().apply(n)) {
      List<double[]> found = ask(f, place);
      assertThat(found.get(0)[0]).as(f.name()).isCloseTo(least, within(1e-12));
      if (!f.name().equals("ackley")) {
        // Ackley's has no derivative there.
        assertThat(found.get(1)).containsExactly(new double[n], within(1e-12));
      }
      if (f.residuals().isPresent()) {
        // The residuals vanish, so that the Gauss-Newton matrix is the Hessian.
        assertThat(found.get(3)).containsExactly(found.get(2), within(1e-8));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void theAnswersOfATestFunctionAgree(TestFunction f) {
    int n = Math.max(f.fixedDimensions(), 2);
    double[] at = new double[n];
    for (int i = 0; i < n; i++) {
      at[i] = 0.4 + 0.7 * i;
    }
    List<double[]> found = ask(f, at);
    assertThat(found.get(4)).as("mean").containsExactly(found.get(1), within(1e-10));
    assertThat(found.get(5)[0]).isCloseTo(found.get(6)[0], within(1e-9));
    assertThat(ask(f, f.start().apply(n)).get(0)[0]).isGreaterThan(f.minimum().apply(n));
  }

  @Test
  void aWrongNumberOfCoordinatesIsRefused() {
    assertThatThrownBy(() -> probe(descent(), 3).on(TestFunction.of("beale", 1), new double[3], 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("2 coordinates");
    assertThatThrownBy(
            () -> probe(descent(), 1).on(TestFunction.of("rosenbrock", 1), new double[1], 1))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> TestFunction.of("quadratic", 0.5))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> TestFunction.of("rosenbrok", 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("did you mean 'rosenbrock'?");
  }
}
