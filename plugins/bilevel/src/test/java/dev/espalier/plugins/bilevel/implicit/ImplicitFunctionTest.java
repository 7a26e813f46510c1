package dev.espalier.plugins.bilevel.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Calculus;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.plugins.bilevel.Traced;
import dev.espalier.plugins.bilevel.linear.DenseSolve;
import dev.espalier.plugins.bilevel.linear.Gmres;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of roots and fixed points as operations. */
final class ImplicitFunctionTest {
  /** The square root by Heron's iteration, of each element. */
  private static Tensor root(Tensor a) {
    ImplicitFunction function =
        ImplicitFunction.fixedPoint(
            (x, theta) -> x.map(y -> y.add(theta.get("a").div(y)).mul(0.5)),
            new FixedPointIteration(0, 60),
            new Gmres(1e-15, 3, 2));
    return function.apply(Tree.of("x", a.onesLike()), Tree.of("a", a)).get("x");
  }

  /** The same as the root of {@code x^2 - a}, which is not the gradient that the flag says. */
  private static Tensor squareRoot(Tensor a) {
    ImplicitFunction function =
        ImplicitFunction.root(
            (x, theta) -> x.map(y -> y.square().sub(theta.get("a"))),
            (start, theta) -> Tree.of("x", theta.get("a").sqrt()),
            new DenseSolve());
    return function.apply(Tree.of("x", a.onesLike()), Tree.of("a", a)).get("x");
  }

  private static UnaryOperator<Tensor> forward(UnaryOperator<Tensor> f) {
    return x ->
        Calculus.standard()
            .jvp(at -> List.of(f.apply(at.getFirst())), List.of(x), List.of(x.onesLike()))
            .tangents()
            .getFirst();
  }

  private static UnaryOperator<Tensor> backward(UnaryOperator<Tensor> f) {
    return x ->
        Calculus.standard()
            .vjp(at -> List.of(f.apply(at.getFirst())), List.of(x), List.of(x.onesLike()))
            .cotangents()
            .getFirst();
  }

  @Test
  void derivativesOfEveryOrderAndModeAreThoseOfTheFunction() {
    double[] at = {0.25, 2, 9};
    for (UnaryOperator<Tensor> function :
        List.<UnaryOperator<Tensor>>of(
            ImplicitFunctionTest::root, ImplicitFunctionTest::squareRoot)) {
      List<double[]> found =
          Traced.run(
              List.of(NdArray.of(at, 3)),
              in -> {
                Tensor a = in.getFirst();
                return List.of(
                    function.apply(a),
                    forward(function).apply(a),
                    backward(function).apply(a),
                    forward(backward(function)).apply(a),
                    backward(backward(function)).apply(a),
                    backward(forward(function)).apply(a),
                    backward(forward(backward(function))).apply(a));
              });
      double[][] exact = new double[4][3];
      for (int i = 0; i < 3; i++) {
        exact[0][i] = Math.sqrt(at[i]);
        exact[1][i] = 0.5 / Math.sqrt(at[i]);
        exact[2][i] = -0.25 * Math.pow(at[i], -1.5);
        exact[3][i] = 0.375 * Math.pow(at[i], -2.5);
      }
      int[] orders = {0, 1, 1, 2, 2, 2, 3};
      for (int k = 0; k < orders.length; k++) {
        for (int i = 0; i < 3; i++) {
          double wanted = exact[orders[k]][i];
          assertThat(found.get(k)[i])
              .as("question %d at %f", k, at[i])
              .isCloseTo(wanted, within(1e-11 * Math.max(1, Math.abs(wanted))));
        }
      }
    }
  }

  /** {@code <w, J v> = <J^T w, v>}, in what it is given and in tensors around it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void bothModesAreTransposesOfEachOther(long seed) {
    Random random = new Random(seed);
    double[] values = random.doubles(8, 0.5, 1.5).toArray();
    double[] v = random.doubles(8, -1, 1).toArray();
    double[] w = random.doubles(4, -1, 1).toArray();
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(values, 8), NdArray.of(v, 8), NdArray.of(w, 4)),
            in -> {
              Calculus calculus = Calculus.standard();
              Tensor direction = in.get(1);
              Calculus.Pushed pushed =
                  calculus.jvp(
                      at -> List.of(coupled(at.getFirst())),
                      List.of(in.get(0)),
                      List.of(direction));
              Calculus.Pulled pulled =
                  calculus.vjp(
                      at -> List.of(coupled(at.getFirst())),
                      List.of(in.get(0)),
                      List.of(in.get(2)));
              return List.of(
                  pushed.tangents().getFirst().mul(in.get(2)).sum(),
                  pulled.cotangents().getFirst().mul(direction).sum());
            });
    assertThat(found.get(0)[0]).isNotZero().isCloseTo(found.get(1)[0], within(1e-13));
  }

  /** {@code x_i = tanh(a_i + 0.3 b_i x_(i+1))}, b a tensor around the map and not an argument. */
  private static Tensor coupled(Tensor both) {
    Tensor a = both.slice(0, 0, 4);
    Tensor b = both.slice(0, 4, 8);
    ImplicitFunction function =
        ImplicitFunction.fixedPoint(
            (x, theta) ->
                x.map(y -> {
                  Tensor next = y.slice(0, 1, 4).concat(0, y.slice(0, 0, 1));
                  return theta.get("a").add(next.mul(b).mul(0.3)).tanh();
                }),
            new FixedPointIteration(1e-16, 200),
            new Gmres(1e-15, 4, 2));
    return function.apply(Tree.of("x", a.zerosLike()), Tree.of("a", a)).get("x");
  }

  @Test
  void itIsVectorised() {
    double[] at = {0.25, 2, 9, 100, 1, 16};
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(at, 2, 3)),
            in -> {
              Calculus calculus = Calculus.standard();
              return List.of(
                  calculus.vmap(a -> List.of(root(a.getFirst())), in, List.of(true)).getFirst(),
                  calculus
                      .vmap(
                          a -> List.of(backward(ImplicitFunctionTest::root).apply(a.getFirst())),
                          in,
                          List.of(true))
                      .getFirst(),
                  backward(a ->
                          calculus
                              .vmap(one -> List.of(root(one.getFirst())), List.of(a), List.of(true))
                              .getFirst())
                      .apply(in.getFirst()));
            });
    for (int i = 0; i < at.length; i++) {
      assertThat(found.get(0)[i]).isCloseTo(Math.sqrt(at[i]), within(1e-13));
      assertThat(found.get(1)[i]).isCloseTo(0.5 / Math.sqrt(at[i]), within(1e-13));
      assertThat(found.get(2)[i]).isCloseTo(0.5 / Math.sqrt(at[i]), within(1e-13));
    }
  }

  /** A root of a root: the fourth root, whose condition asks a derivative of nothing inside. */
  @Test
  void rootsStandInsideRoots() {
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(new double[] {16, 81}, 2)),
            in -> {
              UnaryOperator<Tensor> fourth =
                  a ->
                      ImplicitFunction.root(
                              (x, theta) -> x.map(y -> y.square().sub(root(theta.get("a")))),
                              (start, theta) -> Tree.of("x", root(root(theta.get("a")))),
                              new DenseSolve())
                          .apply(Tree.of("x", a.onesLike()), Tree.of("a", a))
                          .get("x");
              return List.of(
                  fourth.apply(in.getFirst()),
                  backward(fourth).apply(in.getFirst()),
                  forward(backward(fourth)).apply(in.getFirst()));
            });
    assertThat(found.get(0)).containsExactly(new double[] {2, 3}, within(1e-13));
    assertThat(found.get(1)).containsExactly(new double[] {1 / 32.0, 1 / 108.0}, within(1e-13));
    assertThat(found.get(2))
        .containsExactly(
            new double[] {-0.1875 * Math.pow(16, -1.75), -0.1875 * Math.pow(81, -1.75)},
            within(1e-14));
  }

  @Test
  void whereToStartHasNoDerivative() {
    double[] found =
        Traced.run(
                List.of(NdArray.of(new double[] {1, 2}, 2)),
                in ->
                    List.of(
                        backward(start ->
                                ImplicitFunction.fixedPoint(
                                        (x, theta) -> x.map(y -> y.mul(0.5).add(1)),
                                        new FixedPointIteration(1e-3, 50),
                                        new Gmres(1e-15, 2, 2))
                                    .apply(Tree.of("x", start), Tree.empty())
                                    .get("x"))
                            .apply(in.getFirst())))
            .getFirst();
    assertThat(found).containsExactly(0, 0);
  }

  /** Labels and other integers are arguments like all others. */
  @Test
  void whatItDependsOnMayBeIntegers() {
    NdArray labels = NdArray.of(new int[] {2, 0, 0}, 3);
    List<double[]> found =
        Traced.run(
            List.of(NdArray.of(new double[] {1, 2, 3}, 3), labels),
            in -> {
              UnaryOperator<Tensor> picked =
                  a ->
                      ImplicitFunction.root(
                              (x, theta) ->
                                  x.map(
                                      y -> y.sub(theta.get("a").take(theta.get("i"), 0).square())),
                              (start, theta) ->
                                  Tree.of("x", theta.get("a").take(theta.get("i"), 0).square()),
                              new DenseSolve())
                          .apply(Tree.of("x", a.zerosLike()), Tree.of("a", a).and("i", in.get(1)))
                          .get("x");
              return List.of(picked.apply(in.getFirst()), backward(picked).apply(in.getFirst()));
            });
    assertThat(found.get(0)).containsExactly(9, 1, 1);
    assertThat(found.get(1)).containsExactly(new double[] {4, 0, 6}, within(1e-14));
  }

  @Test
  void aConditionOfOtherTypesThanTheUnknownsIsRefused() {
    assertThatThrownBy(() ->
            Graph.trace(
                "wrong",
                List.of(TensorType.of(DType.F64, 3)),
                in ->
                    ImplicitFunction.root(
                            (x, theta) -> Tree.of("x", x.get("x").sum()),
                            (start, theta) -> start,
                            new ConjugateGradient(0, 3))
                        .apply(Tree.of("x", in.getFirst()), Tree.empty())
                        .leaves()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TREE_MISMATCH);
              assertThat(e.asked()).startsWith("the condition");
              assertThat(e.found()).contains(TensorType.of(DType.F64).toString());
            });
  }
}
