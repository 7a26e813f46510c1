package dev.espalier.conformance.derivative;

import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** The verifier between passes. */
final class PassesVerify {
  private PassesVerify() {}

  static Check<EngineSubject> check() {
    return new Check<>(
        "IR-10",
        (engine, tier) ->
            Numbers.smooth(tier)
                .map(of -> new Trial(of.name(), findings -> passes(engine, of, findings))));
  }

  private static void passes(EngineSubject engine, OpCase of, Findings findings) {
    List<TensorType> at = of.graph().inputTypes();
    int count = at.size();
    Function<List<Tensor>, List<Tensor>> f = of.graph()::apply;
    pass(engine, findings, "simplified " + of, of.graph());
    pass(
        engine,
        findings,
        "jvp of " + of,
        Graph.trace(
            "jvp",
            Numbers.join(at, at),
            in ->
                engine
                    .jvp()
                    .apply(f, in.subList(0, count), in.subList(count, 2 * count))
                    .tangents()));
    if (!Numbers.loopsWithoutBound(of.graph())) {
      List<NdArray> values = Reference.run(of.graph(), of.inputs());
      pass(
          engine,
          findings,
          "vjp of " + of,
          Graph.trace(
              "vjp",
              Numbers.join(at, values.stream().map(NdArray::type).toList()),
              in ->
                  engine
                      .vjp()
                      .apply(f, in.subList(0, count), in.subList(count, in.size()))
                      .cotangents()));
    }
    List<TensorType> mapped = new ArrayList<>();
    at.forEach(type -> mapped.add(type.withShape(type.shape().insert(0, 2))));
    pass(
        engine,
        findings,
        "vmap of " + of,
        Graph.trace(
            "vmap", mapped, in -> engine.vmap().apply(f, in, Collections.nCopies(count, true))));
  }

  /** What a pass gives is right, stays right when simplified, and keeps its signature. */
  private static void pass(EngineSubject engine, Findings findings, String what, Graph graph) {
    engine.verify().check(graph.verify());
    Graph simplified = engine.simplify().apply(graph);
    try {
      engine.verify().check(simplified.verify());
    } catch (EspalierException e) {
      findings.problem(what + ": " + e.getMessage());
      return;
    }
    findings.require(
        simplified.inputTypes().equals(graph.inputTypes())
            && simplified.outputTypes().equals(graph.outputTypes()),
        "%s: simplified it maps %s to %s, not %s to %s"
            .formatted(
                what,
                simplified.inputTypes(),
                simplified.outputTypes(),
                graph.inputTypes(),
                graph.outputTypes()));
  }
}
