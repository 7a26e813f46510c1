package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Operations on operands that do not lie in memory in the order of their elements, where a backend
 * does not copy them; and on axes long enough to be split among threads.
 */
final class ViewCases {
  private static final int LONG = 20_011;

  private ViewCases() {}

  static void add(Cases cases, DType dtype) {
    NdArray x = new Samples("view").any(new TensorType(dtype, Shape.of(5, 7)));
    views()
        .forEach((view, of) ->
            operations(dtype)
                .forEach((name, operation) ->
                    cases.plain(
                        operation.op(),
                        name + " of " + view,
                        List.of(x),
                        in -> List.of(operation.body().apply(of.apply(in.getFirst()))))));
    longAxes(cases, dtype);
  }

  private static Map<String, UnaryOperator<Tensor>> views() {
    Map<String, UnaryOperator<Tensor>> views = new LinkedHashMap<>();
    views.put("a transpose", x -> x.transpose(1, 0));
    views.put("a slice", x -> x.slice(0, 1, 5, 2).slice(1, 1, 7, 3));
    views.put("a reversal", x -> x.reverse(0, 1));
    views.put("a repetition", x -> x.at(0, 2).broadcast(Shape.of(3, 7), 1));
    return views;
  }

  /** An operation; the name of its row of the tolerances. */
  private record Operation(String op, UnaryOperator<Tensor> body) {}

  private static Map<String, Operation> operations(DType dtype) {
    Map<String, Operation> operations = new LinkedHashMap<>();
    operations.put("equality", new Operation("eq", x -> x.eq(x.reverse(0))));
    operations.put("reshaping", new Operation("reshape", x -> x.reshape(x.shape().size())));
    operations.put("joining", new Operation("concat", x -> x.concat(0, x)));
    if (dtype != DType.BOOL) {
      operations.put("largest", new Operation("reduce_max", x -> x.reduceMax(1)));
      operations.put("first of the largest", new Operation("arg_max", x -> x.argMax(1)));
      operations.put("sorting", new Operation("sort", x -> x.sort(0, true)));
      operations.put("sum", new Operation("reduce_sum", x -> x.sum(0)));
      operations.put("sum of all", new Operation("reduce_sum", x -> x.sum()));
      operations.put(
          "running sum",
          new Operation("cumulative_sum", x -> x.cumulative(Cumulative.Kind.SUM, 1, true)));
      operations.put("product", new Operation("mul", x -> x.mul(x.reverse(1))));
      operations.put("matrix product", new Operation("dot", x -> x.matmul(x.transpose(1, 0))));
    }
    if (dtype.isFloat()) {
      operations.put("hyperbolic tangent", new Operation("tanh", Tensor::tanh));
      operations.put("exponential", new Operation("exp", Tensor::exp));
    }
    return operations;
  }

  /** Exact in every element type: sums of zeros and a few ones, the largest of few values. */
  private static void longAxes(Cases cases, DType dtype) {
    if (dtype == DType.BOOL) {
      return;
    }
    long[] few = new long[LONG];
    for (int i = 0; i < LONG; i += 997) {
      few[i] = 1;
    }
    NdArray x = NdArray.of(few, LONG).convert(dtype);
    cases.plain("reduce_max", "long axis", List.of(x), in -> List.of(in.getFirst().reduceMax(0)));
    cases.plain("reduce_min", "long axis", List.of(x), in -> List.of(in.getFirst().reduceMin(0)));
    cases.plain("arg_max", "long axis", List.of(x), in -> List.of(in.getFirst().argMax(0)));
    cases.plain("reduce_sum", "long axis", List.of(x), in -> List.of(in.getFirst().sum(0)));
    cases.plain(
        "dot",
        "long axis",
        List.of(x),
        in -> {
          Tensor row = in.getFirst().reshape(1, LONG);
          return List.of(row.matmul(row.transpose(1, 0)));
        });
  }
}
