package dev.espalier.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every derivative rule, on every differentiable operation, in f64 on the reference interpreter.
 */
class DerivativeRulesTest {
  /** Coefficients of the central difference of order 8 at 1, 2, 3 and 4 steps. */
  private static final double[] DIFFERENCE = {4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280};

  private static final double STEP = 1e-3;

  static Stream<OpCase> differentiable() {
    return OpCases.differentiable(DType.F64).stream().filter(of -> allF64(of.graph()));
  }

  /** Rounding to a smaller type is a staircase: differences say nothing of it. */
  private static boolean allF64(Graph graph) {
    return graph.nodes().stream()
        .flatMap(node -> node.results().stream())
        .allMatch(value -> value.type().dtype() == DType.F64 || !value.type().dtype().isFloat());
  }

  @Test
  void aConversionConvertsTangentsAndConvertsCotangentsBack() {
    NdArray x = NdArray.of(new double[] {0.1, -2.5}, 2);
    NdArray tangent = NdArray.of(new double[] {1.0 / 3, 7}, 2);
    NdArray covector = NdArray.of(new float[] {0.5f, -3}, 2);
    List<NdArray> results =
        run(
            List.of(x, tangent, covector),
            in -> {
              Function<List<Tensor>, List<Tensor>> narrow =
                  a -> List.of(a.getFirst().to(DType.F32));
              return List.of(
                  Derivatives.jvp(narrow, in.subList(0, 1), in.subList(1, 2)).tangents().getFirst(),
                  Derivatives.vjp(narrow, in.subList(0, 1), in.subList(2, 3))
                      .cotangents()
                      .getFirst());
            });
    assertThat(results).containsExactly(tangent.convert(DType.F32), covector.convert(DType.F64));
  }

  private static List<NdArray> run(
      List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> function) {
    List<TensorType> types = inputs.stream().map(NdArray::type).toList();
    Graph graph = Graph.trace("rule", types, function).verify();
    return Reference.run(Simplify.simplify(graph).verify(), inputs);
  }

  private static List<NdArray> directions(List<NdArray> like, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NdArray> directions = new ArrayList<>();
    for (NdArray array : like) {
      if (array.type().dtype().isFloat()) {
        double[] values = new double[array.type().shape().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextDouble(-1, 1);
        }
        directions.add(NdArray.of(values, array.type().shape().extents()));
      } else {
        directions.add(NdArray.filled(array.type(), 0));
      }
    }
    return directions;
  }

  private static List<NdArray> moved(List<NdArray> at, List<NdArray> direction, double by) {
    List<NdArray> moved = new ArrayList<>();
    for (int i = 0; i < at.size(); i++) {
      if (!at.get(i).type().dtype().isFloat()) {
        moved.add(at.get(i));
        continue;
      }
      double[] values = at.get(i).toDoubles();
      for (int j = 0; j < values.length; j++) {
        values[j] += by * direction.get(i).getDouble(j);
      }
      moved.add(NdArray.of(values, at.get(i).type().shape().extents()));
    }
    return moved;
  }

  /** The derivative of a function along a direction, by differences. */
  private static List<double[]> difference(
      Function<List<NdArray>, List<NdArray>> function, List<NdArray> at, List<NdArray> direction) {
    List<double[]> sums = new ArrayList<>();
    for (int k = 1; k <= DIFFERENCE.length; k++) {
      List<NdArray> after = function.apply(moved(at, direction, k * STEP));
      List<NdArray> before = function.apply(moved(at, direction, -k * STEP));
      for (int i = 0; i < after.size(); i++) {
        if (sums.size() <= i) {
          sums.add(new double[after.get(i).type().shape().size()]);
        }
        if (after.get(i).type().dtype().isFloat()) {
          for (int j = 0; j < sums.get(i).length; j++) {
            double change = after.get(i).getDouble(j) - before.get(i).getDouble(j);
            sums.get(i)[j] += DIFFERENCE[k - 1] * change / STEP;
          }
        }
      }
    }
    return sums;
  }

  private static void requireClose(
      String what, List<NdArray> found, List<double[]> wanted, double tolerance) {
    assertThat(found).as(what).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      double scale = 1;
      for (double value : wanted.get(i)) {
        scale = Math.max(scale, Math.abs(value));
      }
      for (int j = 0; j < wanted.get(i).length; j++) {
        assertThat(Math.abs(found.get(i).getDouble(j) - wanted.get(i)[j]) / scale)
            .as(
                "%s: output %d element %d: %s against %s",
                what, i, j, found.get(i).getDouble(j), wanted.get(i)[j])
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  private static double inner(List<NdArray> a, List<NdArray> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i).type().dtype().isFloat()) {
        for (int j = 0; j < a.get(i).type().shape().size(); j++) {
          sum += a.get(i).getDouble(j) * b.get(i).getDouble(j);
        }
      }
    }
    return sum;
  }

  private static List<NdArray> join(List<NdArray> first, List<NdArray> second) {
    List<NdArray> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static boolean loopsWithoutBound(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(node ->
            node.op() instanceof While
                || node.op().graphs().stream().anyMatch(DerivativeRulesTest::loopsWithoutBound));
  }

  private static List<NdArray> jvp(OpCase of, List<NdArray> at, List<NdArray> direction) {
    int count = at.size();
    return run(
        join(at, direction),
        in ->
            Derivatives.jvp(of.graph()::apply, in.subList(0, count), in.subList(count, 2 * count))
                .tangents());
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void jvpIsTheLimitOfDifferences(OpCase of) {
    List<NdArray> direction = directions(of.inputs(), 1);
    requireClose(
        "jvp of " + of,
        jvp(of, of.inputs(), direction),
        difference(at -> Reference.run(of.graph(), at), of.inputs(), direction),
        1e-9);
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void vjpIsTheTransposeOfJvp(OpCase of) {
    List<NdArray> direction = directions(of.inputs(), 2);
    List<NdArray> values = Reference.run(of.graph(), of.inputs());
    List<NdArray> covector = directions(values, 3);
    int count = of.inputs().size();
    Function<List<Tensor>, List<Tensor>> reverse =
        in ->
            Derivatives.vjp(of.graph()::apply, in.subList(0, count), in.subList(count, in.size()))
                .cotangents();
    if (loopsWithoutBound(of.graph())) {
      assertThatThrownBy(() -> run(join(of.inputs(), covector), reverse))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_DIFFERENTIABLE));
      return;
    }
    List<NdArray> pulled = run(join(of.inputs(), covector), reverse);
    List<NdArray> pushed = jvp(of, of.inputs(), direction);
    double left = inner(pulled, direction);
    double right = inner(covector, pushed);
    assertThat(Math.abs(left - right))
        .as("%s: <vjp, v> = %s, <u, jvp> = %s", of, left, right)
        .isLessThanOrEqualTo(1e-11 * (1 + Math.abs(left) + magnitude(pushed)));
  }

  private static double magnitude(List<NdArray> arrays) {
    double most = 0;
    for (NdArray array : arrays) {
      for (int i = 0; i < array.type().shape().size(); i++) {
        most = Math.max(most, Math.abs(array.getDouble(i)));
      }
    }
    return most;
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void forwardOverForwardIsTheDifferenceOfJvp(OpCase of) {
    List<NdArray> first = directions(of.inputs(), 4);
    List<NdArray> second = directions(of.inputs(), 5);
    int count = of.inputs().size();
    List<NdArray> nested =
        run(
            join(of.inputs(), join(first, second)),
            in ->
                Derivatives.jvp(
                        at ->
                            Derivatives.jvp(of.graph()::apply, at, in.subList(count, 2 * count))
                                .tangents(),
                        in.subList(0, count),
                        in.subList(2 * count, 3 * count))
                    .tangents());
    requireClose(
        "second derivative of " + of,
        nested,
        difference(at -> jvp(of, at, first), of.inputs(), second),
        1e-8);
  }

  /**
   * The floating-point inputs as a tree, and the covector's product with the outputs as a function
   * of it.
   */
  private record Scalar(OpCase of, List<Tensor> in, List<Tensor> covector) {
    Tree<Tensor> point() {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      for (int i = 0; i < in.size(); i++) {
        if (in.get(i).dtype().isFloat()) {
          leaves.put("x" + i, in.get(i));
        }
      }
      return Tree.of(leaves);
    }

    Tree<Tensor> direction(List<Tensor> all) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      for (int i = 0; i < in.size(); i++) {
        if (in.get(i).dtype().isFloat()) {
          leaves.put("x" + i, all.get(i));
        }
      }
      return Tree.of(leaves);
    }

    Tensor value(Tree<Tensor> at) {
      List<Tensor> arguments = new ArrayList<>();
      for (int i = 0; i < in.size(); i++) {
        arguments.add(in.get(i).dtype().isFloat() ? at.get("x" + i) : in.get(i));
      }
      List<Tensor> results = of.graph().apply(arguments);
      Tensor sum = in.getFirst().constant(DType.F64, 0.0);
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).dtype().isFloat()) {
          Tensor product = results.get(i).mul(covector.get(i));
          sum = sum.add(product.shape().rank() == 0 ? product : product.sum());
        }
      }
      return sum;
    }
  }

  private static List<NdArray> second(
      OpCase of,
      List<NdArray> at,
      List<NdArray> direction,
      List<NdArray> covector,
      boolean reverseTwice) {
    int count = at.size();
    return run(
        join(at, join(direction, covector)),
        in -> {
          Scalar scalar = new Scalar(of, in.subList(0, count), in.subList(2 * count, in.size()));
          Tree<Tensor> along = scalar.direction(in.subList(count, 2 * count));
          Tree<Tensor> result =
              reverseTwice
                  ? Derivatives.gradient(
                      x -> {
                        Tree<Tensor> gradient = Derivatives.gradient(scalar::value, x);
                        return gradient
                            .zip(along, (g, v) -> g.shape().rank() == 0 ? g.mul(v) : g.mul(v).sum())
                            .leaves()
                            .stream()
                            .reduce(Tensor::add)
                            .orElseThrow();
                      },
                      scalar.point())
                  : Derivatives.hessianVector(scalar::value, scalar.point(), along);
          return result.leaves();
        });
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void reverseOverReverseIsForwardOverReverseIsTheDifferenceOfTheGradient(OpCase of) {
    if (loopsWithoutBound(of.graph())) {
      return; // Has no reverse derivative, which vjpIsTheTransposeOfJvp asserts.
    }
    List<NdArray> direction = directions(of.inputs(), 6);
    List<NdArray> covector = directions(Reference.run(of.graph(), of.inputs()), 7);
    List<NdArray> forward = second(of, of.inputs(), direction, covector, false);
    List<NdArray> reverse = second(of, of.inputs(), direction, covector, true);
    requireClose(
        "reverse over reverse of " + of,
        reverse,
        forward.stream().map(NdArray::toDoubles).toList(),
        1e-10);
    requireClose(
        "Hessian-vector product of " + of,
        forward,
        difference(at -> gradient(of, at, covector), of.inputs(), direction),
        1e-8);
  }

  private static List<NdArray> gradient(OpCase of, List<NdArray> at, List<NdArray> covector) {
    int count = at.size();
    return run(
        join(at, covector),
        in -> {
          Scalar scalar = new Scalar(of, in.subList(0, count), in.subList(count, in.size()));
          return Derivatives.gradient(scalar::value, scalar.point()).leaves();
        });
  }
}
