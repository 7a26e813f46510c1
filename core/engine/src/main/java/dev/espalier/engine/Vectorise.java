package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Vectorisation: a graph of single slices applied to many at once. A mapped tensor has the mapped
 * axis in front.
 */
final class Vectorise {
  private Vectorise() {}

  /**
   * A tensor that is the same for all slices, or has one in each.
   *
   * @param tensor the tensor
   * @param mapped whether its leading axis is the mapped one
   */
  record Batched(Tensor tensor, boolean mapped) {
    /** The tensor with the mapped axis, repeated where it has none. */
    Tensor lift(int size) {
      if (mapped) {
        return tensor;
      }
      Shape to = tensor.shape().insert(0, size);
      return tensor.spread(to, 0);
    }
  }

  static List<Tensor> vmap(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> arguments, List<Boolean> mapped) {
    int size = mappedSize(arguments, mapped);
    Tensor anchor = arguments.getFirst();
    List<TensorType> slices = new ArrayList<>();
    List<Batched> batched = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      TensorType type = arguments.get(i).type();
      slices.add(mapped.get(i) ? type.withShape(type.shape().remove(0)) : type);
      batched.add(new Batched(arguments.get(i), mapped.get(i)));
    }
    Closure closure = anchor.close("vmap", slices, function);
    closure.captures().forEach(capture -> batched.add(new Batched(capture, false)));
    return push(closure.graph(), anchor, size, batched).stream()
        .map(result -> result.lift(size))
        .toList();
  }

  private static int mappedSize(List<Tensor> arguments, List<Boolean> mapped) {
    int size = -1;
    boolean agree = arguments.size() == mapped.size();
    for (int i = 0; agree && i < arguments.size(); i++) {
      if (mapped.get(i)) {
        Shape shape = arguments.get(i).shape();
        agree = shape.rank() > 0 && (size < 0 || size == shape.extent(0));
        size = agree ? shape.extent(0) : size;
      }
    }
    if (!agree || size < 0) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "vmap needs a mapped argument, and mapped arguments with leading axes of one extent",
          Tensors.types(arguments) + " mapped " + mapped,
          "put the mapped axis first");
    }
    return size;
  }

  static List<Batched> push(Graph graph, Tensor anchor, int size, List<Batched> arguments) {
    Batched[] values = new Batched[graph.valueCount()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i);
    }
    for (Node node : graph.nodes()) {
      List<Batched> operands = node.operands().stream().map(v -> values[v.id()]).toList();
      List<Batched> results;
      if (operands.stream().anyMatch(Batched::mapped)) {
        results = VectoriseRules.push(node.op(), anchor, size, operands);
      } else {
        results = same(anchor.apply(node.op(), operands.stream().map(Batched::tensor).toList()));
      }
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return graph.outputs().stream().map(v -> values[v.id()]).toList();
  }

  static List<Batched> same(List<Tensor> tensors) {
    return tensors.stream().map(tensor -> new Batched(tensor, false)).toList();
  }

  static List<Batched> each(List<Tensor> tensors) {
    return tensors.stream().map(tensor -> new Batched(tensor, true)).toList();
  }

  /** For each output of a graph whether it depends on a mapped input. */
  static boolean[] mappedOutputs(Graph graph, boolean[] mappedInputs) {
    boolean[] mapped = new boolean[graph.valueCount()];
    System.arraycopy(mappedInputs, 0, mapped, 0, mappedInputs.length);
    for (Node node : graph.nodes()) {
      boolean any = node.operands().stream().anyMatch(v -> mapped[v.id()]);
      node.results().forEach(v -> mapped[v.id()] = any);
    }
    boolean[] outputs = new boolean[graph.outputs().size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = mapped[graph.outputs().get(i).id()];
    }
    return outputs;
  }
}
