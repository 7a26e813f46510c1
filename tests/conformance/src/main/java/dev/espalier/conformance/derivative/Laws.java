package dev.espalier.conformance.derivative;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The axioms of reverse derivative categories: R. Cockett, G. Cruttwell, J. Gallagher, J.-S. Pacaud
 * Lemay, B. MacAdam, G. Plotkin, D. Pronk, "Reverse derivative categories", arXiv:1910.07065,
 * definition 13; and the composition of learners: B. Fong, D. Spivak, R. Tuyeras, "Backprop as
 * functor", arXiv:1711.10455, section III.
 */
final class Laws {
  private static final double BOUND = 1e-10;

  private Laws() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(new Check<>("AD-8", Laws::axioms), Check.single("AD-9", Laws::learnersCompose));
  }

  /** Functions of the same inputs. */
  private interface F extends Function<List<Tensor>, List<Tensor>> {}

  private static Stream<Trial> axioms(EngineSubject engine, Tier tier) {
    return Numbers.smooth(tier)
        .filter(of -> !Numbers.loopsWithoutBound(of.graph()))
        .filter(of -> of.graph().outputTypes().stream().allMatch(t -> t.dtype().isFloat()))
        .map(of -> new Trial(of.name(), findings -> axioms(engine, of, findings)));
  }

  private static void axioms(EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> values = Reference.run(of.graph(), of.inputs());
    int n = of.inputs().size();
    int m = values.size();
    List<NdArray> inputs =
        Numbers.join(
            of.inputs(),
            Numbers.join(Numbers.directions(values, 11), Numbers.directions(values, 12)));
    F f = x -> of.graph().apply(x);
    F g = x -> f.apply(x).stream().map(Tensor::sin).toList();
    F sum = x -> plus(f.apply(x), g.apply(x));
    F pair = x -> Numbers.join(f.apply(x), g.apply(x));
    F sine = y -> y.stream().map(Tensor::sin).toList();
    law(
        findings,
        "RD.1: R[f + g] = R[f] + R[g]",
        of,
        inputs,
        in -> reverse(engine, sum, in.subList(0, n), in.subList(n, n + m)),
        in ->
            plus(
                reverse(engine, f, in.subList(0, n), in.subList(n, n + m)),
                reverse(engine, g, in.subList(0, n), in.subList(n, n + m))));
    law(
        findings,
        "RD.2: R[f](x, a + b) = R[f](x, a) + R[f](x, b)",
        of,
        inputs,
        in ->
            reverse(
                engine,
                f,
                in.subList(0, n),
                plus(in.subList(n, n + m), in.subList(n + m, n + 2 * m))),
        in ->
            plus(
                reverse(engine, f, in.subList(0, n), in.subList(n, n + m)),
                reverse(engine, f, in.subList(0, n), in.subList(n + m, n + 2 * m))));
    law(
        findings,
        "RD.3: the reverse derivative of a projection puts the covector in its place",
        of,
        inputs,
        in ->
            reverse(engine, y -> List.of(y.getFirst()), in.subList(n, n + m), in.subList(n, n + 1)),
        in ->
            Numbers.join(
                in.subList(n, n + 1),
                in.subList(n + 1, n + m).stream().map(Tensor::zerosLike).toList()));
    law(
        findings,
        "RD.4: R[<f, g>](x, (a, b)) = R[f](x, a) + R[g](x, b)",
        of,
        inputs,
        in -> reverse(engine, pair, in.subList(0, n), in.subList(n, n + 2 * m)),
        in ->
            plus(
                reverse(engine, f, in.subList(0, n), in.subList(n, n + m)),
                reverse(engine, g, in.subList(0, n), in.subList(n + m, n + 2 * m))));
    law(
        findings,
        "RD.5: R[g after f](x, c) = R[f](x, R[g](f(x), c))",
        of,
        inputs,
        in -> reverse(engine, g, in.subList(0, n), in.subList(n, n + m)),
        in ->
            reverse(
                engine,
                f,
                in.subList(0, n),
                reverse(engine, sine, f.apply(in.subList(0, n)), in.subList(n, n + m))));
    law(
        findings,
        "RD.6: R[f] is its own derivative in the covector",
        of,
        inputs,
        in ->
            engine
                .jvp()
                .apply(
                    a -> reverse(engine, f, in.subList(0, n), a),
                    in.subList(n, n + m),
                    in.subList(n + m, n + 2 * m))
                .tangents(),
        in -> reverse(engine, f, in.subList(0, n), in.subList(n + m, n + 2 * m)));
    symmetry(engine, of, values, findings);
  }

  /** RD.7: mixed second derivatives do not depend on their order. */
  private static void symmetry(
      EngineSubject engine, OpCase of, List<NdArray> values, Findings findings) {
    Scalar scalar = new Scalar(engine, of, Numbers.directions(values, 11));
    List<NdArray> v = Numbers.directions(of.inputs(), 13);
    List<NdArray> w = Numbers.directions(of.inputs(), 14);
    double left = Numbers.inner(v, scalar.hessianVector(of.inputs(), w, true));
    double right = Numbers.inner(w, scalar.hessianVector(of.inputs(), v, true));
    double bound = BOUND * (1 + Math.abs(left));
    findings.require(
        Math.abs(left - right) <= bound,
        "RD.7 on %s: <v, H w> = %s, <w, H v> = %s, bound %.3g".formatted(of, left, right, bound));
  }

  private static List<Tensor> reverse(
      EngineSubject engine, F function, List<Tensor> at, List<Tensor> covector) {
    return engine.vjp().apply(function, at, covector).cotangents();
  }

  private static List<Tensor> plus(List<Tensor> a, List<Tensor> b) {
    return IntStream.range(0, a.size())
        .mapToObj(i -> a.get(i).dtype().isFloat() ? a.get(i).add(b.get(i)) : a.get(i))
        .toList();
  }

  private static void law(
      Findings findings, String law, OpCase of, List<NdArray> inputs, F left, F right) {
    Numbers.near(
        findings, law + " on " + of, Numbers.run(inputs, left), Numbers.run(inputs, right), BOUND);
  }

  /**
   * Two layers as learners with the error (a - b)^2 / 2 and rate e: update {@code p - e dE/dp},
   * request {@code a - dE/da}. The learner of the composite equals the composite of the learners.
   */
  private static void learnersCompose(EngineSubject engine, Findings findings) {
    Learner first = new Learner(engine, (p, a) -> a.matmul(p).tanh());
    Learner second = new Learner(engine, (p, a) -> a.matmul(p).softplus());
    List<NdArray> inputs =
        Numbers.directions(
            List.of(
                NdArray.of(new double[6], 2, 3),
                NdArray.of(new double[12], 3, 4),
                NdArray.of(new double[10], 5, 2),
                NdArray.of(new double[20], 5, 4)),
            15);
    List<NdArray> together =
        Numbers.run(
            inputs,
            in -> {
              Tensor p = in.get(0);
              Tensor q = in.get(1);
              List<Tensor> gradient =
                  engine.gradient(
                      at ->
                          error(
                              second.f.of(at.get(1), first.f.of(at.get(0), at.get(2))), in.get(3)),
                      List.of(p, q, in.get(2)));
              return List.of(
                  p.sub(gradient.get(0).mul(Learner.RATE)),
                  q.sub(gradient.get(1).mul(Learner.RATE)),
                  in.get(2).sub(gradient.get(2)));
            });
    List<NdArray> composed =
        Numbers.run(
            inputs,
            in -> {
              Tensor middle = first.f.of(in.get(0), in.get(2));
              Tensor request = second.request(in.get(1), middle, in.get(3));
              return List.of(
                  first.update(in.get(0), in.get(2), request),
                  second.update(in.get(1), middle, in.get(3)),
                  first.request(in.get(0), in.get(2), request));
            });
    Numbers.near(
        findings, "parameters and request of a composite of learners", together, composed, BOUND);
  }

  private static Tensor error(Tensor found, Tensor wanted) {
    return found.sub(wanted).square().sum().mul(0.5);
  }

  private interface Layer {
    Tensor of(Tensor parameter, Tensor input);
  }

  private record Learner(EngineSubject engine, Layer f) {
    private static final double RATE = 0.1;

    Tensor update(Tensor p, Tensor a, Tensor wanted) {
      return p.sub(gradient(p, a, wanted).get(0).mul(RATE));
    }

    Tensor request(Tensor p, Tensor a, Tensor wanted) {
      return a.sub(gradient(p, a, wanted).get(1));
    }

    private List<Tensor> gradient(Tensor p, Tensor a, Tensor wanted) {
      return engine.gradient(at -> error(f.of(at.get(0), at.get(1)), wanted), List.of(p, a));
    }
  }
}
