package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PointwiseTest {
  private static final TensorType X = TensorType.of(DType.F64, 7);
  private final Engine engine = new Engine();

  private static List<Pointwise> functions(Graph graph) {
    boolean[] all = new boolean[graph.inputs().size()];
    java.util.Arrays.fill(all, true);
    return Pointwise.in(graph, Activity.of(graph, all));
  }

  private Graph of(UnaryOperator<Tensor> function) {
    return engine.trace("f", List.of(X), in -> List.of(function.apply(in.getFirst())));
  }

  private static Tensor gelu(Tensor x) {
    return x.mul(x.mul(-Math.sqrt(0.5)).erfc().mul(0.5));
  }

  @Test
  void aFunctionThatUsesItsArgumentTwiceIsOne() {
    List<Pointwise> found = functions(of(PointwiseTest::gelu));
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().source().id()).isZero();
    assertThat(found.getFirst().nodes()).hasSize(4);
  }

  @Test
  void aChainOneOperationAndTwoArgumentsAreNone() {
    assertThat(functions(of(x -> x.mul(3).tanh().exp()))).isEmpty();
    assertThat(functions(of(x -> x.mul(x)))).isEmpty();
    Graph two =
        engine.trace(
            "f", List.of(X, X), in -> List.of(in.get(0).mul(in.get(1)).add(in.get(0)).sin()));
    assertThat(functions(two)).isEmpty();
  }

  @Test
  void aFunctionOfWhichMoreThanTheResultIsNeededIsNone() {
    Graph both =
        engine.trace(
            "f",
            List.of(X),
            in -> {
              Tensor inner = in.getFirst().exp();
              return List.of(inner.mul(in.getFirst()).sin(), inner.sum());
            });
    assertThat(functions(both)).isEmpty();
  }

  @Test
  void ofTheGeluOneArrayIsKeptForTheWayBack() {
    Graph vjp = engine.simplify(engine.vjp(of(PointwiseTest::gelu)));
    int cotangent = vjp.inputs().get(1).id();
    long readers =
        vjp.nodes().stream()
            .filter(node -> node.operands().stream().anyMatch(v -> v.id() == cotangent))
            .count();
    assertThat(readers).isEqualTo(1);
  }

  @Test
  void aBranchThatIsNotTakenAndOverflowsDoesNotSpoilTheDerivative() {
    Graph gradient = engine.gradient(of(x -> x.gt(0).select(x, x.exp().mul(x.exp())).mul(x).sum()));
    NdArray x = NdArray.of(new double[] {-2, -1, -0.5, 0.5, 1, 700, 800}, 7);
    NdArray slope = engine.interpret(gradient, List.of(x)).get(1);
    assertThat(slope.getDouble(6)).isCloseTo(1600, within(1e-9));
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  /** Random functions of one value, against the forward rules, which take each operation alone. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theReverseRuleOfARandomFunctionAgreesWithForwardModeAlsoTwice(int seed) {
    Graph function =
        of(x -> {
          Random random = new Random(seed);
          List<Tensor> values = new ArrayList<>(List.of(x));
          for (int i = 0; i < 8; i++) {
            Tensor a = values.get(random.nextInt(values.size()));
            Tensor b = values.get(random.nextInt(values.size()));
            values.add(
                switch (random.nextInt(8)) {
                  case 0 -> a.tanh();
                  case 1 -> a.sin();
                  case 2 -> a.mul(b);
                  case 3 -> a.add(b).mul(0.5);
                  case 4 -> a.sub(b);
                  case 5 -> a.gt(0).select(a, b.mul(0.25));
                  case 6 -> a.square().add(1).rsqrt();
                  default -> a.logistic();
                });
          }
          return random.nextBoolean()
              ? values.getLast()
              : values.getLast().add(values.get(1 + random.nextInt(7)));
        });
    double[] points = new Random(seed).doubles(7, -2, 2).toArray();
    NdArray x = NdArray.of(points, 7);
    NdArray ones = NdArray.of(new double[] {1, 1, 1, 1, 1, 1, 1}, 7);
    Graph reverse =
        engine.trace("r", List.of(X), in -> List.of(slope(engine.vjp(function), in.getFirst())));
    Graph forward =
        engine.trace("d", List.of(X), in -> List.of(slope(engine.jvp(function), in.getFirst())));
    same(
        engine.interpret(reverse, List.of(x)).getFirst(),
        engine.interpret(forward, List.of(x)).getFirst());
    same(
        engine.interpret(engine.vjp(reverse), List.of(x, ones)).getLast(),
        engine.interpret(engine.jvp(forward), List.of(x, ones)).getLast());
  }

  private static Tensor slope(Graph derivative, Tensor x) {
    return derivative.apply(List.of(x, x.onesLike())).getLast();
  }

  private static void same(NdArray found, NdArray wanted) {
    for (int i = 0; i < 7; i++) {
      double value = wanted.getDouble(i);
      assertThat(found.getDouble(i)).isCloseTo(value, within(1e-11 * (1 + Math.abs(value))));
    }
  }
}
