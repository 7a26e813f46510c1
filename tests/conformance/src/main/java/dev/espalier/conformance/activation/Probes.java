package dev.espalier.conformance.activation;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.golden.Line;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An activation in evaluation, at its initial parameters, at many points at once. */
final class Probes {
  private Probes() {}

  /**
   * Points from {@code -most} to {@code most}: a grid where functions bend, powers of two and
   * zeros, all exact in F32, ascending.
   */
  static double[] points(double most) {
    TreeSet<Double> points = new TreeSet<>();
    for (int i = -160; i <= 160; i++) {
      points.add(i / 16.0 + 1.0 / 64);
    }
    for (double power = 0x1p-30; power <= most; power *= 2) {
      points.add(power);
      points.add(-power);
    }
    points.add(0.0);
    points.add(-0.0);
    points.add((double) Float.MIN_NORMAL);
    points.add((double) -Float.MIN_VALUE);
    return points.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The function in evaluation as a function of a tensor. */
  static UnaryOperator<Tensor> evaluated(Activation activation) {
    return x -> {
      Shape one = x.shape().rank() == 0 ? Shape.SCALAR : x.shape();
      Tree<Tensor> parameters = activation.parameters(x, new TensorType(x.dtype(), one));
      Key key = new Key(x.constant(DType.I64, 0L));
      return activation.apply(x, new Activation.Context(parameters, key, false));
    };
  }

  /**
   * A function of one number that an activation is tried as.
   *
   * @param along the line through its inputs, for messages; empty where it has one input
   * @param f the function, elementwise
   */
  record OfOneNumber(String along, UnaryOperator<Tensor> f) {}

  /** The activation itself, or, where the last axis is gated, along lines through its inputs. */
  static List<OfOneNumber> functions(Activation activation, boolean gated) {
    return gated
        ? along(Line.through(activation).stream(), activation)
        : List.of(new OfOneNumber("", evaluated(activation)));
  }

  /** As the other, without a line along which what is bilinear grows as a square. */
  static List<OfOneNumber> farFunctions(Activation activation, boolean gated) {
    return gated
        ? along(Line.through(activation).stream().filter(Line::alongOneInput), activation)
        : functions(activation, false);
  }

  private static List<OfOneNumber> along(Stream<Line> lines, Activation activation) {
    return lines
        .map(line -> new OfOneNumber("along " + line + ": ", line.of(evaluated(activation))))
        .toList();
  }

  /** Values, first and second derivatives, the latter by reverse mode too. */
  record Jet(
      double[] value,
      double[] first,
      double[] second,
      double[] firstReverse,
      double[] secondReverse) {}

  /** The function and its derivatives at points in an element type. */
  static Jet jet(UnaryOperator<Tensor> f, DType dtype, double[] points) {
    UnaryOperator<Tensor> first = x -> slope(f, x);
    UnaryOperator<Tensor> second = x -> slope(first, x);
    UnaryOperator<Tensor> reverse = x -> reverse(f, x);
    Graph graph =
        Graph.trace(
            "probes",
            List.of(TensorType.of(dtype, points.length)),
            in -> {
              Tensor x = in.getFirst();
              return List.of(
                  f.apply(x),
                  first.apply(x),
                  second.apply(x),
                  reverse.apply(x),
                  reverse(reverse, x));
            });
    List<NdArray> found =
        Reference.run(graph, List.of(NdArray.of(points, points.length).convert(dtype)));
    return new Jet(
        found.get(0).toDoubles(),
        found.get(1).toDoubles(),
        found.get(2).toDoubles(),
        found.get(3).toDoubles(),
        found.get(4).toDoubles());
  }

  /** The values alone. */
  static double[] values(UnaryOperator<Tensor> f, DType dtype, double... points) {
    Graph graph =
        Graph.trace(
            "values",
            List.of(TensorType.of(dtype, points.length)),
            in -> List.of(f.apply(in.getFirst())));
    return Reference.run(graph, List.of(NdArray.of(points, points.length).convert(dtype)))
        .getFirst()
        .toDoubles();
  }

  private static Tensor slope(UnaryOperator<Tensor> f, Tensor x) {
    return Derivatives.jvp(in -> List.of(f.apply(in.getFirst())), List.of(x), List.of(x.onesLike()))
        .tangents()
        .getFirst();
  }

  private static Tensor reverse(UnaryOperator<Tensor> f, Tensor x) {
    return Derivatives.vjp(in -> List.of(f.apply(in.getFirst())), List.of(x), List.of(x.onesLike()))
        .cotangents()
        .getFirst();
  }

  /** Whether a point is nearer than a distance to one of some others. */
  static boolean near(double point, List<Double> others, double distance) {
    return others.stream().anyMatch(other -> Math.abs(point - other) <= distance);
  }
}
