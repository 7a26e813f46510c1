package dev.espalier.training.oracle;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.layer.Layer;
import dev.espalier.training.layer.LayerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Runs traced functions on the reference interpreter. */
public final class Run {
  private Run() {}

  /** The values of a function of tensors. */
  public static List<NdArray> of(
      List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> function) {
    Graph graph =
        Graph.trace("test", inputs.stream().map(NdArray::type).toList(), function).verify();
    return Reference.run(graph, inputs);
  }

  /** A tree of tensors drawn with a seed. */
  public static Tree<NdArray> tree(long seed, Function<Key, Tree<Tensor>> function) {
    AtomicReference<Tree<Tensor>> made = new AtomicReference<>(Tree.empty());
    List<NdArray> values =
        of(
            List.of(NdArray.scalar(seed)),
            in -> {
              made.set(function.apply(new Key(in.getFirst())));
              return made.get().leaves();
            });
    return made.get().withLeaves(values);
  }

  /** A layer's first parameters. */
  public static Tree<NdArray> init(Layer layer, TensorType input) {
    return tree(7, key -> layer.init(key, input));
  }

  /** A layer's output, in evaluation. */
  public static NdArray apply(Layer layer, Tree<NdArray> parameters, NdArray x) {
    return apply(layer, parameters, x, 1, false);
  }

  /** A layer's output. */
  public static NdArray apply(
      Layer layer, Tree<NdArray> parameters, NdArray x, long seed, boolean training) {
    List<NdArray> inputs = new ArrayList<>(parameters.leaves());
    inputs.add(x);
    inputs.add(NdArray.scalar(seed));
    int count = parameters.size();
    return of(
            inputs,
            in ->
                List.of(
                    layer.apply(
                        parameters.withLeaves(in.subList(0, count)),
                        in.get(count),
                        new LayerContext(new Key(in.get(count + 1)), training))))
        .getFirst();
  }

  /** Standard normal values, the same in each run. */
  public static NdArray normal(DType dtype, int... extents) {
    Random random = new Random(Shape.of(extents).hashCode());
    double[] values = random.doubles(Shape.of(extents).size(), -2, 2).toArray();
    return NdArray.of(values, extents).convert(dtype);
  }
}
