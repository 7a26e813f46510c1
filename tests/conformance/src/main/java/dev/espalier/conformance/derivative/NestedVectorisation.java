package dev.espalier.conformance.derivative;

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
import java.util.function.BinaryOperator;

/** Vectorisation inside vectorisation. */
final class NestedVectorisation {
  private static final int ROWS = 3;
  private static final int COLUMNS = 2;

  private NestedVectorisation() {}

  static Check<EngineSubject> check() {
    Map<String, BinaryOperator<Tensor>> functions = new LinkedHashMap<>();
    functions.put("x * y + sin(x)", (x, y) -> x.mul(y).add(x.sin()));
    functions.put("dot", (x, y) -> x.mul(y).sum());
    functions.put("outer product", (x, y) -> x.reshape(2, 1).matmul(y.reshape(1, 2)));
    functions.put(
        "sort by the other's sum", (x, y) -> x.mul(y.sum().spread(x.shape(), 0)).sort(0, false));
    functions.put("running sum", (x, y) -> x.cumulativeSum(0).div(y.square().add(1)));
    functions.put(
        "softmax of x, taken at the largest of y", (x, y) -> x.softmax(0).take(y.argMax(0), 0));
    return new Check<>(
        "VM-4",
        (engine, tier) ->
            functions.entrySet().stream()
                .map(entry ->
                    new Trial(
                        entry.getKey(), findings -> table(engine, entry.getValue(), findings))));
  }

  /** f(x_i, y_j) for all i and j: x mapped outside, y inside; and the other way round. */
  private static void table(
      EngineSubject engine, BinaryOperator<Tensor> function, Findings findings) {
    List<NdArray> inputs =
        Numbers.directions(
            List.of(
                NdArray.filled(TensorType.of(DType.F64, ROWS, 2), 0),
                NdArray.filled(TensorType.of(DType.F64, COLUMNS, 2), 0)),
            61);
    List<NdArray> rowsFirst =
        Numbers.run(
            inputs,
            in ->
                engine
                    .vmap()
                    .apply(
                        outer ->
                            engine
                                .vmap()
                                .apply(
                                    inner -> List.of(function.apply(inner.get(0), inner.get(1))),
                                    outer,
                                    List.of(false, true)),
                        in,
                        List.of(true, false)));
    List<NdArray> columnsFirst =
        Numbers.run(
            inputs,
            in ->
                engine
                    .vmap()
                    .apply(
                        outer ->
                            engine
                                .vmap()
                                .apply(
                                    inner -> List.of(function.apply(inner.get(0), inner.get(1))),
                                    outer,
                                    List.of(true, false)),
                        in,
                        List.of(false, true)));
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        int row = i;
        int column = j;
        List<NdArray> wanted =
            Numbers.run(
                inputs,
                in -> List.of(function.apply(in.get(0).at(0, row), in.get(1).at(0, column))));
        String place = " at row " + i + " and column " + j;
        Numbers.near(
            findings, "rows, then columns," + place, slice(rowsFirst, i, j), wanted, 1e-13);
        Numbers.near(
            findings, "columns, then rows," + place, slice(columnsFirst, j, i), wanted, 1e-13);
      }
    }
  }

  private static List<NdArray> slice(List<NdArray> arrays, int first, int second) {
    return Numbers.run(arrays, in -> List.of(in.getFirst().at(0, first).at(0, second)));
  }
}
