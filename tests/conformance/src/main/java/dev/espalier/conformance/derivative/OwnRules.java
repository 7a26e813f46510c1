package dev.espalier.conformance.derivative;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Composites whose rule is not the derivative of their body, and what has no derivative. */
final class OwnRules {
  private static final NdArray POINT = NdArray.of(new double[] {0.3, -1.2, 2.6}, 3);
  private static final NdArray DIRECTION = NdArray.of(new double[] {1, -0.5, 0.25}, 3);

  private OwnRules() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(
        new Check<>("AD-15", (engine, tier) -> ownRules(engine)),
        new Check<>("AD-16", (engine, tier) -> refusals(engine)));
  }

  private static Stream<Trial> ownRules(EngineSubject engine) {
    return Stream.of(
        rule(
            engine,
            "a reverse rule: straight through a rounding",
            x ->
                Composites.applyWithVjp(
                        "test/straight_through",
                        List.of(x),
                        in -> List.of(in.getFirst().round()),
                        (in, bars) -> bars)
                    .getFirst(),
            Tensor::onesLike),
        rule(
            engine,
            "a reverse rule traced on demand: through a rounding, times the argument",
            x ->
                Composites.applyWithVjpOnDemand(
                        "test/on_demand",
                        List.of(x),
                        in -> List.of(in.getFirst().round()),
                        (in, results, bars) -> List.of(bars.getFirst().mul(in.getFirst())))
                    .getFirst(),
            x -> x),
        rule(
            engine,
            "a forward rule: through a rounding, times the argument",
            x ->
                Composites.applyWithJvp(
                        "test/scaled_through",
                        List.of(x),
                        in -> List.of(in.getFirst().round()),
                        (in, tangents) -> List.of(tangents.getFirst().mul(in.getFirst())))
                    .getFirst(),
            x -> x),
        rule(engine, "a stopped gradient", x -> x.stopGradient().mul(x), x -> x),
        rule(
            engine,
            "a rule in a loop",
            x ->
                ControlFlow.scan(
                        List.of(x),
                        List.of(),
                        3,
                        false,
                        (carry, none) ->
                            new ControlFlow.Scanned(
                                Composites.applyWithVjp(
                                    "test/doubled",
                                    carry,
                                    in -> in,
                                    (in, bars) -> List.of(bars.getFirst().mul(2))),
                                List.of()))
                    .carries()
                    .getFirst(),
            x -> x.onesLike().mul(8)));
  }

  private static Trial rule(
      EngineSubject engine,
      String name,
      UnaryOperator<Tensor> function,
      UnaryOperator<Tensor> slope) {
    List<NdArray> inputs = List.of(POINT, DIRECTION);
    Function<List<Tensor>, List<Tensor>> f = in -> List.of(function.apply(in.getFirst()));
    return new Trial(
        name,
        findings -> {
          List<NdArray> wanted =
              Numbers.run(inputs, in -> List.of(slope.apply(in.get(0)).mul(in.get(1))));
          Numbers.near(
              findings,
              "the forward derivative",
              Numbers.run(
                  inputs,
                  in -> engine.jvp().apply(f, in.subList(0, 1), in.subList(1, 2)).tangents()),
              wanted,
              1e-14);
          Numbers.near(
              findings,
              "the reverse derivative",
              Numbers.run(
                  inputs,
                  in -> engine.vjp().apply(f, in.subList(0, 1), in.subList(1, 2)).cotangents()),
              wanted,
              1e-14);
          Numbers.near(
              findings,
              "the reverse derivative of what was vectorised",
              Numbers.run(
                  inputs,
                  in -> {
                    List<Tensor> twice = in.stream().map(OwnRules::twice).toList();
                    return engine
                        .vjp()
                        .apply(
                            rows -> engine.vmap().apply(f, rows, List.of(true)),
                            twice.subList(0, 1),
                            twice.subList(1, 2))
                        .cotangents();
                  }),
              Numbers.run(inputs, in -> List.of(twice(slope.apply(in.get(0)).mul(in.get(1))))),
              1e-14);
          Numbers.near(
              findings,
              "the directional derivative",
              Numbers.run(
                  inputs,
                  in ->
                      List.of(
                          engine
                              .directional()
                              .apply(
                                  tree -> function.apply(tree.get("x")),
                                  Tree.of("x", in.get(0)),
                                  Tree.of("x", in.get(1)),
                                  1))),
              wanted,
              1e-14);
        });
  }

  /** Two rows. */
  private static Tensor twice(Tensor x) {
    return x.expandDims(0).concat(0, x.expandDims(0));
  }

  private static Stream<Trial> refusals(EngineSubject engine) {
    return Stream.of(
        refused(
            "a forward derivative along a direction of another type",
            ErrorCode.TYPE_MISMATCH,
            x -> engine.jvp().apply(in -> in, x, List.of(x.getFirst().sum())).tangents()),
        refused(
            "a reverse derivative of a covector of another type",
            ErrorCode.TYPE_MISMATCH,
            x -> engine.vjp().apply(in -> in, x, List.of(x.getFirst().sum())).cotangents()),
        refused(
            "a reverse derivative in nothing",
            ErrorCode.TYPE_MISMATCH,
            x -> engine.vjp().apply(in -> x, List.of(), x).cotangents()),
        refused(
            "a directional derivative of order -1",
            ErrorCode.BAD_ATTRIBUTE,
            x -> {
              Tree<Tensor> at = Tree.of("x", x.getFirst());
              return List.of(engine.directional().apply(t -> t.get("x"), at, at, -1));
            }),
        refused(
            "a directional derivative along a direction of another type",
            ErrorCode.TYPE_MISMATCH,
            x -> {
              Tree<Tensor> at = Tree.of("x", x.getFirst());
              Tree<Tensor> along = Tree.of("x", x.getFirst().sum());
              return List.of(engine.directional().apply(t -> t.get("x"), at, along, 2));
            }),
        refused(
            "a vectorisation over nothing",
            ErrorCode.TYPE_MISMATCH,
            x -> engine.vmap().apply(in -> in, x, List.of(false))));
  }

  private static Trial refused(
      String name, ErrorCode code, Function<List<Tensor>, List<Tensor>> asked) {
    return new Trial(
        name, findings -> findings.refused(name, code, () -> Numbers.run(List.of(POINT), asked)));
  }
}
