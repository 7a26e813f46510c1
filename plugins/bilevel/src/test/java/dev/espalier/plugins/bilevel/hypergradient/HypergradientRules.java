package dev.espalier.plugins.bilevel.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.plugins.bilevel.Asked;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Dense;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import dev.espalier.plugins.bilevel.Levels;
import dev.espalier.plugins.bilevel.Quadratic;
import dev.espalier.plugins.bilevel.Traced;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every estimator: extended by a class for each. */
abstract class HypergradientRules {
  /** The estimator. */
  abstract Hypergradient method();

  /** How the inner level moves: near enough to its minimum for the closed form. */
  InnerLevel lower() {
    return Asked.descent(0.5, 150);
  }

  /** How many steps at the same x the estimator is given to come near its value. */
  int steps() {
    return 1;
  }

  /** How near the closed form it comes, relative to its norm. */
  abstract double error();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theHypergradientOfAQuadraticProblemIsTheClosedForm(long seed) {
    Quadratic problem = Quadratic.random(seed, 3, 5, 0.5, 2);
    Random random = new Random(seed);
    double[] x = Dense.normal(random, 3);
    double[] y = Dense.normal(random, 5);

    Asked found = Asked.of(method(), lower(), problem, x, y, steps());

    double[] exact = problem.hypergradient(x);
    assertThat(Dense.distance(found.gradient(), exact))
        .isLessThanOrEqualTo(error() * Dense.norm(exact));
  }

  @Test
  void treesKeepTheirPathsAndTypesInBothPrecisions() {
    for (DType type : List.of(DType.F32, DType.F64)) {
      List<TensorType> types = List.of(TensorType.of(type, 3), TensorType.of(type, 4));
      Graph.trace(
              "typed",
              types,
              in -> {
                Tree<Tensor> x = Quadratic.split("x", in.get(0));
                Tree<Tensor> y = Quadratic.split("y", in.get(1));
                BilevelProblem problem =
                    new Levels(x.paths())
                        .problem(
                            (u, v) -> Quadratic.join(u).square().sum().mul(Quadratic.join(v).sum()),
                            (u, v) ->
                                Quadratic.join(v)
                                    .sub(Quadratic.join(u).sum().broadcastLike(Quadratic.join(v)))
                                    .square()
                                    .sum());
                Tree<Tensor> state = method().init(lower(), x, y);
                Hypergradient.Estimate estimate =
                    method().estimate(problem, lower(), x, y, state, Traced.first(in.get(0)));
                assertThat(estimate.gradient().map(Tensor::type)).isEqualTo(x.map(Tensor::type));
                assertThat(estimate.inner().map(Tensor::type)).isEqualTo(y.map(Tensor::type));
                assertThat(estimate.state().map(Tensor::type)).isEqualTo(state.map(Tensor::type));
                assertThat(estimate.value().type()).isEqualTo(TensorType.of(type));
                estimate
                    .report()
                    .leaves()
                    .forEach(s -> assertThat(s.shape()).isEqualTo(Shape.of()));
                return List.of(estimate.value());
              })
          .verify();
    }
  }

  @Test
  void itAsksNoMoreThanItDeclares() {
    // Asked.of restricts the problem to what is declared, and gradient descent asks a gradient.
    Asked found =
        Asked.of(
            method(),
            lower(),
            Quadratic.random(2, 2, 2, 0.5, 2),
            new double[] {1, -1},
            new double[] {0.5, 2});

    assertThat(found.value()).isFinite();
  }
}
