package dev.espalier.conformance.derivative;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.Function;

/** First derivatives, and second ones by nesting in every way. */
final class FirstOrder {
  private FirstOrder() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(
        check("AD-1", FirstOrder::forwardIsTheLimitOfDifferences),
        check("AD-2", FirstOrder::reverseIsTheTransposeOfForward),
        check("AD-3", FirstOrder::forwardOverForward),
        check("AD-4", FirstOrder::reverseOverReverse),
        Check.single("AD-5", FirstOrder::elementTypes));
  }

  private interface OnCase {
    void run(EngineSubject engine, OpCase of, Findings findings);
  }

  private static Check<EngineSubject> check(String rule, OnCase body) {
    return new Check<>(
        rule,
        (engine, tier) ->
            Numbers.smooth(tier)
                .map(of -> new Trial(of.name(), findings -> body.run(engine, of, findings))));
  }

  private static List<NdArray> jvp(
      EngineSubject engine, OpCase of, List<NdArray> at, List<NdArray> direction) {
    int count = at.size();
    return Numbers.run(
        Numbers.join(at, direction),
        in ->
            engine
                .jvp()
                .apply(of.graph()::apply, in.subList(0, count), in.subList(count, 2 * count))
                .tangents());
  }

  private static void forwardIsTheLimitOfDifferences(
      EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> direction = Numbers.directions(of.inputs(), 1);
    Numbers.near(
        findings,
        "jvp of " + of + " against differences",
        jvp(engine, of, of.inputs(), direction),
        Numbers.difference(at -> Reference.run(of.graph(), at), of.inputs(), direction),
        1e-9);
  }

  private static void reverseIsTheTransposeOfForward(
      EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> direction = Numbers.directions(of.inputs(), 2);
    List<NdArray> covector = Numbers.directions(Reference.run(of.graph(), of.inputs()), 3);
    int count = of.inputs().size();
    Function<List<Tensor>, List<Tensor>> reverse =
        in ->
            engine
                .vjp()
                .apply(of.graph()::apply, in.subList(0, count), in.subList(count, in.size()))
                .cotangents();
    if (Numbers.loopsWithoutBound(of.graph())) {
      findings.refused(
          "the reverse derivative of " + of + ", a loop that nothing bounds,",
          ErrorCode.NOT_DIFFERENTIABLE,
          () -> Numbers.run(Numbers.join(of.inputs(), covector), reverse));
      return;
    }
    List<NdArray> pulled = Numbers.run(Numbers.join(of.inputs(), covector), reverse);
    List<NdArray> pushed = jvp(engine, of, of.inputs(), direction);
    double left = Numbers.inner(pulled, direction);
    double right = Numbers.inner(covector, pushed);
    double bound = 1e-11 * (1 + Math.abs(left) + Numbers.magnitude(pushed));
    findings.require(
        Math.abs(left - right) <= bound,
        "%s: <vjp(u), v> = %s, <u, jvp(v)> = %s, bound %.3g".formatted(of, left, right, bound));
  }

  private static void forwardOverForward(EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> first = Numbers.directions(of.inputs(), 4);
    List<NdArray> second = Numbers.directions(of.inputs(), 5);
    int count = of.inputs().size();
    List<NdArray> nested =
        Numbers.run(
            Numbers.join(of.inputs(), Numbers.join(first, second)),
            in ->
                engine
                    .jvp()
                    .apply(
                        at ->
                            engine
                                .jvp()
                                .apply(of.graph()::apply, at, in.subList(count, 2 * count))
                                .tangents(),
                        in.subList(0, count),
                        in.subList(2 * count, 3 * count))
                    .tangents());
    Numbers.near(
        findings,
        "jvp of the jvp of " + of + " against differences",
        nested,
        Numbers.difference(at -> jvp(engine, of, at, first), of.inputs(), second),
        1e-8);
  }

  private static void reverseOverReverse(EngineSubject engine, OpCase of, Findings findings) {
    if (Numbers.loopsWithoutBound(of.graph())) {
      return; // It has no reverse derivative, which AD-2 asserts.
    }
    List<NdArray> direction = Numbers.directions(of.inputs(), 6);
    List<NdArray> covector = Numbers.directions(Reference.run(of.graph(), of.inputs()), 7);
    Scalar scalar = new Scalar(engine, of, covector);
    List<NdArray> forward = scalar.hessianVector(of.inputs(), direction, false);
    Numbers.near(
        findings,
        "reverse over reverse of " + of + " against forward over reverse",
        scalar.hessianVector(of.inputs(), direction, true),
        forward,
        1e-10);
    Numbers.near(
        findings,
        "forward over reverse of " + of + " against differences of the gradient",
        forward,
        Numbers.difference(scalar::gradient, of.inputs(), direction),
        1e-8);
  }

  /** A conversion converts tangents, and cotangents back; integers have none. */
  private static void elementTypes(EngineSubject engine, Findings findings) {
    NdArray x = NdArray.of(new double[] {0.1, -2.5}, 2);
    NdArray tangent = NdArray.of(new double[] {1.0 / 3, 7}, 2);
    NdArray covector = NdArray.of(new float[] {0.5f, -3}, 2);
    Function<List<Tensor>, List<Tensor>> narrow = a -> List.of(a.getFirst().to(DType.F32));
    List<NdArray> found =
        Numbers.run(
            List.of(x, tangent, covector),
            in ->
                List.of(
                    engine
                        .jvp()
                        .apply(narrow, in.subList(0, 1), in.subList(1, 2))
                        .tangents()
                        .getFirst(),
                    engine
                        .vjp()
                        .apply(narrow, in.subList(0, 1), in.subList(2, 3))
                        .cotangents()
                        .getFirst()));
    findings.require(
        found.equals(List.of(tangent.convert(DType.F32), covector.convert(DType.F64))),
        "a conversion to f32 has the tangent and cotangent " + found);

    NdArray n = NdArray.of(new int[] {3, -4}, 2);
    List<NdArray> whole =
        Numbers.run(
            List.of(x, n, tangent, n),
            in ->
                engine
                    .jvp()
                    .apply(
                        a -> List.of(a.get(0).mul(a.get(1).to(DType.F64)), a.get(1).add(a.get(1))),
                        in.subList(0, 2),
                        in.subList(2, 4))
                    .tangents());
    findings.require(
        whole.get(0).equals(NdArray.of(new double[] {3 * (1.0 / 3), -28}, 2))
            && whole.get(1).equals(NdArray.of(new int[] {0, 0}, 2)),
        "integers have the tangents " + whole);
  }
}
