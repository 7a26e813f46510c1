package dev.espalier.conformance.derivative;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Graphs that the algebra of real numbers makes smaller and that of floats does not: at zeros of
 * both signs, infinities, NaN and large numbers each differs from what it seems to equal.
 */
final class FloatIdentities {
  private static final double[] VALUES = {
    0.0,
    -0.0,
    1,
    -1,
    0.1,
    -0.3,
    1e16,
    -1e16,
    1e-30,
    1e30,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  private FloatIdentities() {}

  /** Each identity in each floating-point type. */
  static List<OpCase> all() {
    Map<String, Function<List<Tensor>, Tensor>> graphs = new LinkedHashMap<>();
    graphs.put("x * 0", in -> in.get(0).mul(0));
    graphs.put("x + 0", in -> in.get(0).add(0));
    graphs.put("x + -0", in -> in.get(0).add(-0.0));
    graphs.put("0 - x", in -> in.get(0).zerosLike().sub(in.get(0)));
    graphs.put("x - 0", in -> in.get(0).sub(0));
    graphs.put("x - -0", in -> in.get(0).sub(-0.0));
    graphs.put("x - x", in -> in.get(0).sub(in.get(0)));
    graphs.put("x / x", in -> in.get(0).div(in.get(0)));
    graphs.put("0 / x", in -> in.get(0).zerosLike().div(in.get(0)));
    graphs.put("x * 1", in -> in.get(0).mul(1));
    graphs.put("x * -1", in -> in.get(0).mul(-1));
    graphs.put("-(-x)", in -> in.get(0).neg().neg());
    graphs.put("x / 3", in -> in.get(0).div(3));
    graphs.put("x * 3 / 3", in -> in.get(0).mul(3).div(3));
    graphs.put("x * y / y", in -> in.get(0).mul(in.get(1)).div(in.get(1)));
    graphs.put("(x + y) - y", in -> in.get(0).add(in.get(1)).sub(in.get(1)));
    graphs.put("(x + y) + z", in -> in.get(0).add(in.get(1)).add(in.get(2)));
    graphs.put("x + (y + z)", in -> in.get(0).add(in.get(1).add(in.get(2))));
    graphs.put("x * z + y * z", in -> in.get(0).mul(in.get(2)).add(in.get(1).mul(in.get(2))));
    graphs.put("max(x, x)", in -> in.get(0).max(in.get(0)));
    graphs.put("x == x", in -> in.get(0).eq(in.get(0)));
    graphs.put("sqrt(x * x)", in -> in.get(0).mul(in.get(0)).sqrt());
    graphs.put("log(exp(x))", in -> in.get(0).exp().log());
    graphs.put("sum of x + y", in -> in.get(0).add(in.get(1)).sum());
    graphs.put("x ^ 1", in -> in.get(0).pow(1));
    List<OpCase> cases = new ArrayList<>();
    for (DType dtype : DType.values()) {
      if (!dtype.isFloat()) {
        continue;
      }
      List<NdArray> inputs = inputs(dtype);
      List<TensorType> types = inputs.stream().map(NdArray::type).toList();
      graphs.forEach((name, body) ->
          cases.add(
              new OpCase(
                  "identity",
                  name + " (" + dtype.text() + ")",
                  Graph.trace("identity", types, in -> List.of(body.apply(in))).verify(),
                  inputs,
                  false)));
    }
    return cases;
  }

  /** Every pair of values, and a third that runs through them in another order. */
  private static List<NdArray> inputs(DType dtype) {
    int n = VALUES.length;
    double[] x = new double[n * n];
    double[] y = new double[n * n];
    double[] z = new double[n * n];
    for (int i = 0; i < n * n; i++) {
      x[i] = VALUES[i / n];
      y[i] = VALUES[i % n];
      z[i] = VALUES[(3 * (i / n) + 5 * (i % n) + 4) % n];
    }
    return List.of(
        NdArray.of(x, n * n).convert(dtype),
        NdArray.of(y, n * n).convert(dtype),
        NdArray.of(z, n * n).convert(dtype));
  }
}
