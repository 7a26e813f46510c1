package dev.espalier.conformance.derivative;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.cases.QuickCases;
import dev.espalier.conformance.numerics.CentralDifference;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/** Directions, differences and comparisons in f64. */
final class Numbers {
  private static final double STEP = 1e-3;

  private Numbers() {}

  /** Cases whose outputs are smooth functions of their inputs, all floats of them F64. */
  static Stream<OpCase> smooth(Tier tier) {
    List<OpCase> cases =
        OpCases.differentiable(DType.F64).stream().filter(of -> allF64(of.graph())).toList();
    return QuickCases.of(cases, tier).stream();
  }

  /** Rounding to a smaller type is a staircase: differences say nothing of it. */
  private static boolean allF64(Graph graph) {
    return graph.nodes().stream()
        .flatMap(node -> node.results().stream())
        .allMatch(value -> value.type().dtype() == DType.F64 || !value.type().dtype().isFloat());
  }

  /** Whether a graph has a loop that nothing bounds, and so no reverse derivative. */
  static boolean loopsWithoutBound(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(node ->
            node.op() instanceof While
                || node.op().graphs().stream().anyMatch(Numbers::loopsWithoutBound));
  }

  /** Traces a function, verifies it before and after simplification, and runs it. */
  static List<NdArray> run(List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> function) {
    List<TensorType> types = inputs.stream().map(NdArray::type).toList();
    Graph graph = Graph.trace("rule", types, function).verify();
    return Reference.run(Simplify.simplify(graph).verify(), inputs);
  }

  /** Random directions on [-1, 1) like floating-point arrays, zeros like others. */
  static List<NdArray> directions(List<NdArray> like, long seed) {
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
  static List<NdArray> difference(
      Function<List<NdArray>, List<NdArray>> function, List<NdArray> at, List<NdArray> direction) {
    List<double[]> sums = new ArrayList<>();
    List<NdArray> like = List.of();
    for (int k = 1; k <= CentralDifference.REACH; k++) {
      List<NdArray> after = function.apply(moved(at, direction, k * STEP));
      List<NdArray> before = function.apply(moved(at, direction, -k * STEP));
      like = after;
      for (int i = 0; i < after.size(); i++) {
        if (sums.size() <= i) {
          sums.add(new double[after.get(i).type().shape().size()]);
        }
        if (after.get(i).type().dtype().isFloat()) {
          for (int j = 0; j < sums.get(i).length; j++) {
            double change = after.get(i).getDouble(j) - before.get(i).getDouble(j);
            sums.get(i)[j] += CentralDifference.weight(k) * change / STEP;
          }
        }
      }
    }
    List<NdArray> differences = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      differences.add(NdArray.of(sums.get(i), like.get(i).type().shape().extents()));
    }
    return differences;
  }

  /** Requires that arrays are near, relative to the largest value of each and to 1. */
  static void near(
      Findings findings, String what, List<NdArray> found, List<NdArray> wanted, double bound) {
    if (found.size() != wanted.size()) {
      findings.problem(what + ": " + found.size() + " results, not " + wanted.size());
      return;
    }
    for (int i = 0; i < wanted.size(); i++) {
      double scale = Math.max(1, magnitude(wanted.subList(i, i + 1)));
      for (int j = 0; j < wanted.get(i).type().shape().size(); j++) {
        double a = found.get(i).getDouble(j);
        double b = wanted.get(i).getDouble(j);
        if (!(Math.abs(a - b) <= bound * scale)) {
          findings.problem(
              "%s: output %d [%d]: found %s, expected %s, bound %.3g"
                  .formatted(what, i, j, a, b, bound * scale));
          return;
        }
      }
    }
  }

  /** The largest absolute value. */
  static double magnitude(List<NdArray> arrays) {
    double most = 0;
    for (NdArray array : arrays) {
      for (int i = 0; i < array.type().shape().size(); i++) {
        most = Math.max(most, Math.abs(array.getDouble(i)));
      }
    }
    return most;
  }

  /** The sum of products of floating-point elements. */
  static double inner(List<NdArray> a, List<NdArray> b) {
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

  /** Two lists as one. */
  static <T> List<T> join(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
