package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Collects cases: traces, verifies and names them. */
final class Cases {
  private final List<OpCase> cases = new ArrayList<>();
  private final Map<String, Integer> uses = new HashMap<>();

  /** A case whose function is smooth near the inputs, where their float type is wide enough. */
  void smooth(
      String op,
      String variation,
      List<NdArray> inputs,
      Function<List<Tensor>, List<Tensor>> body) {
    // Differences of narrow floats say nothing, and those of many elements take long.
    boolean wide = inputs.stream().noneMatch(x -> isFloat(x) && x.type().dtype().bytes() < 4);
    int elements =
        inputs.stream().filter(Cases::isFloat).mapToInt(x -> x.type().shape().size()).sum();
    add(op, variation, inputs, body, wide && elements > 0 && elements <= 128);
  }

  /** A case that is only compared by value. */
  void plain(
      String op,
      String variation,
      List<NdArray> inputs,
      Function<List<Tensor>, List<Tensor>> body) {
    add(op, variation, inputs, body, false);
  }

  private static boolean isFloat(NdArray x) {
    return x.type().dtype().isFloat();
  }

  private void add(
      String op,
      String variation,
      List<NdArray> inputs,
      Function<List<Tensor>, List<Tensor>> body,
      boolean differentiable) {
    List<TensorType> types = inputs.stream().map(NdArray::type).toList();
    String text = types.stream().map(TensorType::toString).collect(Collectors.joining(","));
    String plain = op + "/" + variation + "(" + text.replace(" ", "") + ")";
    int use = uses.merge(plain, 1, Integer::sum);
    String name = use == 1 ? plain : plain + "#" + use;
    Graph graph = Graph.trace(op, types, body).verify();
    cases.add(new OpCase(op, name, graph, inputs, differentiable));
  }

  List<OpCase> all() {
    return List.copyOf(cases);
  }
}
