package dev.espalier.conformance.derivative;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Derivatives at points where a function is not smooth. There each is an element of the Clarke
 * subdifferential, the convex hull of the gradients nearby: of a function of one number between its
 * one-sided slopes; of ties, weights of at least 0 that sum to 1. Functions that jump (floor, ceil,
 * round, sign) have the derivative 0 everywhere by convention.
 */
final class Kinks {
  /** Differences of piecewise linear functions of small numbers are exact in steps of this size. */
  private static final double STEP = 0x1p-20;

  private Kinks() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(
        new Check<>("AD-10", (engine, tier) -> Stream.concat(slopes(engine), ties(engine))),
        new Check<>("AD-11", (engine, tier) -> jumps(engine)));
  }

  private static Stream<Trial> slopes(EngineSubject engine) {
    Map<String, UnaryOperator<Tensor>> functions = new LinkedHashMap<>();
    functions.put("abs at 0", Tensor::abs);
    functions.put("relu at 0", Tensor::relu);
    functions.put("max with 0 at 0", x -> x.max(0));
    functions.put("min with 0 at 0", x -> x.min(0));
    functions.put("select by a comparison at 0", x -> x.gt(0).select(x.mul(3), x.mul(-0.5)));
    functions.put("clamp at its lower end", x -> x.clamp(0, 1));
    functions.put("clamp at its upper end", x -> x.add(1).clamp(0, 1));
    functions.put("distance of two kinks that meet", x -> x.abs().sub(x.mul(2).abs()));
    return functions.entrySet().stream()
        .map(entry ->
            new Trial(entry.getKey(), findings -> slope(engine, entry.getValue(), findings)));
  }

  private static void slope(
      EngineSubject engine, UnaryOperator<Tensor> function, Findings findings) {
    NdArray points = NdArray.of(new double[] {-STEP, 0, STEP}, 3);
    NdArray values =
        Numbers.run(List.of(points), in -> List.of(function.apply(in.getFirst()))).getFirst();
    double left = (values.getDouble(1) - values.getDouble(0)) / STEP;
    double right = (values.getDouble(2) - values.getDouble(1)) / STEP;
    NdArray zero = NdArray.of(new double[] {0, -0.0}, 2);
    List<NdArray> found =
        Numbers.run(
            List.of(zero),
            in ->
                List.of(
                    engine
                        .jvp()
                        .apply(
                            x -> List.of(function.apply(x.getFirst())),
                            in,
                            List.of(in.getFirst().onesLike()))
                        .tangents()
                        .getFirst(),
                    engine
                        .vjp()
                        .apply(
                            x -> List.of(function.apply(x.getFirst())),
                            in,
                            List.of(in.getFirst().onesLike()))
                        .cotangents()
                        .getFirst()));
    for (NdArray derivative : found) {
      for (int i = 0; i < 2; i++) {
        double d = derivative.getDouble(i);
        findings.require(
            d >= Math.min(left, right) && d <= Math.max(left, right),
            "the derivative at %s is %s; the slopes are %s to the left and %s to the right"
                .formatted(zero.getDouble(i), d, left, right));
      }
    }
  }

  /** Scalar functions of several equal numbers, each of which could be the one that counts. */
  private static Stream<Trial> ties(EngineSubject engine) {
    Map<String, UnaryOperator<Tensor>> functions = new LinkedHashMap<>();
    functions.put("largest of equals", x -> x.reduceMax());
    functions.put("smallest of equals", x -> x.reduceMin());
    functions.put(
        "last running maximum of equals",
        x -> x.cumulative(Cumulative.Kind.MAX, 0, false).at(0, 3));
    functions.put(
        "last running minimum of equals",
        x -> x.cumulative(Cumulative.Kind.MIN, 0, false).at(0, 3));
    functions.put("first of sorted equals", x -> x.sort(0, false).at(0, 0));
    functions.put("second of sorted equals", x -> x.sort(0, true).at(0, 1));
    functions.put("first of the top of equals", x -> x.topK(2).getFirst().at(0, 0));
    functions.put("maximum of two equals", x -> x.at(0, 0).max(x.at(0, 1)));
    functions.put("minimum of two equals", x -> x.at(0, 0).min(x.at(0, 1)));
    return functions.entrySet().stream()
        .map(entry ->
            new Trial(entry.getKey(), findings -> tie(engine, entry.getValue(), findings)));
  }

  private static void tie(EngineSubject engine, UnaryOperator<Tensor> function, Findings findings) {
    NdArray equal = NdArray.filled(TensorType.of(DType.F64, 4), 1.5);
    NdArray weights =
        Numbers.run(List.of(equal), in -> engine.gradient(x -> function.apply(x.getFirst()), in))
            .getFirst();
    double sum = IntStream.range(0, 4).mapToDouble(weights::getDouble).sum();
    boolean notNegative = IntStream.range(0, 4).allMatch(i -> weights.getDouble(i) >= 0);
    findings.require(
        notNegative && Math.abs(sum - 1) <= 1e-15,
        "the gradient is " + weights + ", not weights of at least 0 that sum to 1");
    List<NdArray> forward =
        Numbers.run(
            List.of(equal),
            in ->
                engine
                    .jvp()
                    .apply(
                        x -> List.of(function.apply(x.getFirst())),
                        in,
                        List.of(in.getFirst().onesLike()))
                    .tangents());
    findings.require(
        Math.abs(forward.getFirst().getDouble(0) - 1) <= 1e-15,
        "moving all equals by 1 moves the result by " + forward.getFirst().getDouble(0));
  }

  private static Stream<Trial> jumps(EngineSubject engine) {
    Map<String, UnaryOperator<Tensor>> functions = new LinkedHashMap<>();
    functions.put("floor", Tensor::floor);
    functions.put("ceil", Tensor::ceil);
    functions.put("round", Tensor::round);
    functions.put("sign", Tensor::sign);
    return functions.entrySet().stream()
        .map(entry ->
            new Trial(
                entry.getKey(),
                findings -> {
                  NdArray x = NdArray.of(new double[] {-1, -0.5, -0.0, 0, 0.3, 0.5, 2}, 7);
                  NdArray found =
                      Numbers.run(
                              List.of(x),
                              in ->
                                  engine.gradient(
                                      y -> entry.getValue().apply(y.getFirst()).sum(), in))
                          .getFirst();
                  for (int i = 0; i < 7; i++) {
                    findings.require(
                        found.getDouble(i) == 0,
                        "the derivative at " + x.getDouble(i) + " is " + found.getDouble(i));
                  }
                }));
  }
}
