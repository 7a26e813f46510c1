package dev.espalier.conformance.backend;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;

/**
 * A graph of two inputs and two outputs of one type that a backend claims: the sum and the first
 * input, or both inputs where the backend has no sum.
 *
 * @param graph the graph
 * @param type the type of its inputs and outputs
 */
record SmallGraph(Graph graph, TensorType type) {
  private static final int LENGTH = 33;

  static SmallGraph of(Backend backend) {
    return of(backend, LENGTH);
  }

  static SmallGraph of(Backend backend, int length) {
    DType dtype = dtypes(backend).findFirst().orElseThrow();
    TensorType type = TensorType.of(dtype, length);
    Graph sum =
        Graph.trace(
            "sum",
            List.of(type, type),
            in ->
                List.of(
                    in.getFirst().apply(new Binary(Binary.Kind.ADD), in).getFirst(),
                    in.getFirst()));
    Graph same = Graph.trace("same", List.of(type, type), in -> in);
    boolean adds = dtype != DType.BOOL && backend.capabilities().claims(sum);
    return new SmallGraph(adds ? sum : same, type);
  }

  /** The element types that a backend claims, numbers first. */
  static Stream<DType> dtypes(Backend backend) {
    return Stream.of(DType.values()).filter(backend.capabilities().types()::contains);
  }

  /** Inputs that differ with the seed. */
  List<NdArray> inputs(int seed) {
    return List.of(counting(seed), counting(3 * seed + 1));
  }

  private NdArray counting(int from) {
    long[] values = new long[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (from + 7L * i) % 100;
    }
    return NdArray.wrap(type.withDType(DType.I64), values).convert(type.dtype());
  }

  /** What the graph gives, from its definition. */
  List<NdArray> outputs(List<NdArray> inputs) {
    if (graph.nodes().isEmpty()) {
      return inputs;
    }
    double[] sum = inputs.get(0).toDoubles();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += inputs.get(1).getDouble(i);
    }
    // Sums of two integers below 100 are exact in every element type.
    return List.of(
        NdArray.wrap(type.withDType(DType.F64), sum).convert(type.dtype()), inputs.get(0));
  }
}
