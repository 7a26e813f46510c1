package dev.espalier.conformance.derivative;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.cases.QuickCases;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What directional derivatives cost, and that they choose as forward mode does where there is a
 * choice.
 */
final class TaylorMode {
  private static final double TOLERANCE = 1e-9;

  private TaylorMode() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(
        Check.single("AD-13", TaylorMode::cost), new Check<>("AD-14", TaylorMode::everywhere));
  }

  /** Of a square of the order, twice the order costs 4 times as much; of a cube, 8 times. */
  private static void cost(EngineSubject engine, Findings findings) {
    long four = operations(engine, 4);
    long eight = operations(engine, 8);
    findings.require(
        eight <= 8 * four,
        "order 8 of a small network takes %d operations, more than 8 times the %d of order 4"
            .formatted(eight, four));
  }

  /** As they are recorded: simplification would hide what is recorded in vain. */
  private static long operations(EngineSubject engine, int order) {
    List<TensorType> types =
        List.of(
            TensorType.of(DType.F64, 1, 3),
            TensorType.of(DType.F64, 3, 4),
            TensorType.of(DType.F64, 4, 2));
    Graph graph =
        Graph.trace(
            "cost",
            Numbers.join(types, types),
            in ->
                List.of(
                    engine
                        .directional()
                        .apply(
                            tree ->
                                tree.get("x")
                                    .matmul(tree.get("first"))
                                    .tanh()
                                    .matmul(tree.get("second"))
                                    .logistic()
                                    .sum(),
                            parameters(in.subList(0, 3)),
                            parameters(in.subList(3, 6)),
                            order)));
    return graph.nodes().size();
  }

  private static Tree<Tensor> parameters(List<Tensor> in) {
    return Tree.of("x", in.get(0)).and("first", in.get(1)).and("second", in.get(2));
  }

  /** At kinks and ties and beside poles too, in loops without bound, through own rules. */
  private static Stream<Trial> everywhere(EngineSubject engine, Tier tier) {
    return QuickCases.of(OpCases.all(DType.F64), tier).stream()
        .filter(TaylorMode::hasFloats)
        .map(of -> new Trial(of.name(), findings -> everywhere(engine, of, findings)));
  }

  private static boolean hasFloats(OpCase of) {
    return of.inputs().stream().anyMatch(x -> x.type().dtype().isFloat())
        && of.graph().outputTypes().stream().anyMatch(type -> type.dtype().isFloat());
  }

  private static void everywhere(EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> directions = new ArrayList<>();
    for (NdArray direction : Numbers.directions(of.inputs(), 31)) {
      DType dtype = of.inputs().get(directions.size()).type().dtype();
      directions.add(direction.convert(dtype));
    }
    int count = of.inputs().size();
    List<NdArray> inputs = Numbers.join(of.inputs(), directions);
    for (int order = 1; order <= 2; order++) {
      int n = order;
      List<NdArray> found =
          Numbers.run(
              inputs,
              in -> {
                List<Tensor> all = new ArrayList<>();
                for (int output : floats(of)) {
                  all.add(
                      engine
                          .directional()
                          .apply(
                              at -> of.graph().apply(at.leaves()).get(output),
                              tree(in.subList(0, count)),
                              tree(in.subList(count, 2 * count)),
                              n));
                }
                return all;
              });
      List<NdArray> wanted =
          Numbers.run(
              inputs,
              in -> {
                List<Tensor> all =
                    nested(engine, of.graph()::apply, in.subList(count, 2 * count), n)
                        .apply(in.subList(0, count));
                return floats(of).stream().map(all::get).toList();
              });
      same("derivative of order " + n + " of " + of, found, wanted, findings);
    }
  }

  private static List<Integer> floats(OpCase of) {
    List<Integer> floats = new ArrayList<>();
    for (int i = 0; i < of.graph().outputs().size(); i++) {
      if (of.graph().outputTypes().get(i).dtype().isFloat()) {
        floats.add(i);
      }
    }
    return floats;
  }

  private static Tree<Tensor> tree(List<Tensor> leaves) {
    Tree<Tensor> tree = Tree.empty();
    for (int i = 0; i < leaves.size(); i++) {
      tree = tree.and("x" + i, leaves.get(i));
    }
    return tree;
  }

  private static Function<List<Tensor>, List<Tensor>> nested(
      EngineSubject engine,
      Function<List<Tensor>, List<Tensor>> function,
      List<Tensor> direction,
      int order) {
    return order == 0
        ? function
        : at ->
            engine
                .jvp()
                .apply(nested(engine, function, direction, order - 1), at, direction)
                .tangents();
  }

  /** Near wherever nesting is finite; at a pole one may be infinite and the other NaN. */
  private static void same(
      String what, List<NdArray> found, List<NdArray> wanted, Findings findings) {
    for (int i = 0; i < wanted.size(); i++) {
      for (int j = 0; j < wanted.get(i).type().shape().size(); j++) {
        double a = found.get(i).getDouble(j);
        double b = wanted.get(i).getDouble(j);
        if (Double.isFinite(b) && !(Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b)))) {
          findings.problem(
              "%s: output %d [%d]: found %s, nested forward mode gives %s"
                  .formatted(what, i, j, a, b));
          return;
        }
      }
    }
  }
}
