package dev.espalier.training.objective;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Conv2d;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Dropout;
import dev.espalier.training.layer.Flatten;
import dev.espalier.training.layer.Layer;
import dev.espalier.training.layer.LayerContext;
import dev.espalier.training.layer.Padding;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** A model with data for it, to clip the gradients of its examples. */
record Clippable(String name, Model model, NdArray inputs, NdArray targets) {
  private static final NdArray TOKENS =
      NdArray.of(new int[] {0, 1, 2, 2, 2, 5, 6, 5, 4, 3, 2, 1, 6, 6, 6}, 3, 5);
  private static final NdArray NEXT =
      NdArray.of(new int[] {1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0, 0, 6, 1}, 3, 5);
  private static final NdArray LABELS = NdArray.of(new int[] {0, 2, 1}, 3);
  private static final TensorType TOKEN = TensorType.of(DType.I32, 5);

  private static Model made(String kind, Map<String, Object> params, TensorType input, int outs) {
    return Models.create(kind, Params.of(params), input, outs, Parts.extensions());
  }

  static Stream<Clippable> all() {
    NdArray images = Run.normal(DType.F32, 3, 2, 7, 6);
    NdArray vectors = Run.normal(DType.F32, 3, 4);
    TensorType vector = TensorType.of(DType.F32, 4);
    TensorType image = TensorType.of(DType.F32, 2, 7, 6);
    Map<String, Object> cnn = Map.of("channels", List.of(3, 4), "hidden", 5, "pooling", "mean");
    Map<String, Object> gpt = Map.of("layers", 1, "width", 8, "heads", 2, "init_std", 0.5);
    Map<String, Object> tied =
        Map.of("layers", 1, "width", 8, "heads", 2, "tied", true, "init_std", 0.5);
    return Stream.of(
        new Clippable(
            "mlp", made("mlp", Map.of("hidden", List.of(5, 4)), vector, 3), vectors, LABELS),
        new Clippable("mlp, dropout", dropping(vector), vectors, LABELS),
        new Clippable("cnn", made("cnn", cnn, image, 3), images, LABELS),
        new Clippable("cnn, stride and dilation", strided(image), images, LABELS),
        new Clippable("gpt", made("gpt", gpt, TOKEN, 7), TOKENS, NEXT),
        wide(),
        new Clippable("gpt, tied", made("gpt", tied, TOKEN, 7), TOKENS, NEXT),
        new Clippable("odd", new LayerModel(new Odd(), vector), vectors, LABELS));
  }

  /** So wide that no example's gradient is held. */
  static Clippable wide() {
    Map<String, Object> wide = Map.of("layers", 1, "width", 32, "heads", 2, "init_std", 0.3);
    return new Clippable("gpt, wide", made("gpt", wide, TOKEN, 7), TOKENS, NEXT);
  }

  /** Few places and many channels, then few numbers and wide layers. */
  static Clippable narrowing() {
    TensorType image = TensorType.of(DType.F32, 6, 4, 3);
    Layer layers =
        Sequential.empty()
            .then("conv", new Conv2d(10, 3, 2, Padding.of(1), 1, 1, true, Parts.normal(0.3)))
            .then("tanh", new ActivationLayer(Tensor::tanh))
            .then("flatten", new Flatten())
            .then("dense", new Dense(21, Parts.normal(0.3)))
            .then("relu", new ActivationLayer(Tensor::relu))
            .then("output", new Dense(11, Parts.normal(0.3)));
    return new Clippable(
        "narrowing", new LayerModel(layers, image), Run.normal(DType.F32, 3, 6, 4, 3), LABELS);
  }

  private static Model dropping(TensorType vector) {
    Layer layers =
        Sequential.empty()
            .then("hidden", new Dense(7, Parts.normal(1)))
            .then("tanh", new ActivationLayer(Tensor::tanh))
            .then("dropout", new Dropout(0.4))
            .then("output", new Dense(3, Parts.normal(1)));
    return new LayerModel(layers, vector);
  }

  private static Model strided(TensorType image) {
    Layer layers =
        Sequential.empty()
            .then("first", new Conv2d(4, 3, 2, Padding.of(1), 1, 1, true, Parts.normal(1)))
            .then("tanh", new ActivationLayer(Tensor::tanh))
            .then("dilated", new Conv2d(4, 2, 1, Padding.of(0), 2, 1, false, Parts.normal(1)))
            .then("grouped", new Conv2d(6, 2, 1, Padding.of(1), 1, 2, true, Parts.normal(1)))
            .then("flatten", new Flatten())
            .then("output", new Dense(3, Parts.normal(0.3)));
    return new LayerModel(layers, image);
  }

  /**
   * What somebody may come up with: a loop whose body uses a parameter, one parameter in two places
   * through functions of it, and one that is compared.
   */
  private record Odd() implements Layer {
    @Override
    public Tree<Tensor> init(Key key, TensorType input) {
      TensorType square = TensorType.of(input.dtype(), 4, 4);
      return Tree.of("loop", key.fold(0).normal(square.dtype(), square.shape()))
          .and("twice", key.fold(1).normal(square.dtype(), square.shape()))
          .and("slope", key.fold(2).normal(input.dtype(), input.shape()).add(1))
          .and("unused", key.fold(3).normal(input.dtype(), input.shape()))
          .and("last", key.fold(4).normal(input.dtype(), input.shape()));
    }

    @Override
    public TensorType output(TensorType input) {
      return TensorType.of(input.dtype(), 3);
    }

    @Override
    public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
      Tensor weight = parameters.get("loop");
      Tensor looped =
          ControlFlow.scan(
                  List.of(x),
                  List.of(),
                  3,
                  false,
                  (carries, slices) ->
                      new ControlFlow.Scanned(
                          List.of(carries.getFirst().matmul(weight).tanh()), List.of()))
              .carries()
              .getFirst();
      Tensor twice = parameters.get("twice");
      Tensor mixed = looped.matmul(twice.tanh()).add(looped.square().matmul(twice.transpose()));
      Tensor slope = parameters.get("slope").broadcast(mixed.shape(), 1);
      Tensor bent = mixed.gt(0).select(mixed, mixed.mul(slope));
      Tensor last = parameters.get("last").broadcast(bent.shape(), 1);
      return bent.mul(last).cumulativeSum(1).slice(1, 0, 3);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** What the objective of this answers in an element type. */
  List<NdArray> ask(
      DType dtype,
      Optional<NdArray> present,
      BiFunction<Objective, Tree<Tensor>, List<Tensor>> question) {
    return run(
        dtype,
        present,
        in ->
            question.apply(
                new BatchObjective(model, loss(), in.examples(), Map.of(), in.key(), true),
                in.at()));
  }

  /** The tensors of a question. */
  record Traced(Tree<Tensor> at, Examples examples, Key key) {}

  static Loss loss() {
    return new Parts.CrossEntropy();
  }

  Tree<NdArray> point(DType dtype) {
    return Run.tree(5, model::init)
        .map(p -> p.convert(dtype))
        .mapWithPath(
            (path, p) -> path.endsWith("bias") ? Run.normal(dtype, p.type().shape().extents()) : p);
  }

  /** The values that {@link #trace} takes. */
  List<NdArray> values(DType dtype, Optional<NdArray> present) {
    NdArray x = inputs.type().dtype().isFloat() ? inputs.convert(dtype) : inputs;
    List<NdArray> values = new ArrayList<>(point(dtype).leaves());
    values.addAll(List.of(x, targets, NdArray.scalar(9)));
    present.ifPresent(values::add);
    return values;
  }

  /** A question as a function of {@link #values}. */
  List<Tensor> trace(
      List<Tensor> in, Tree<?> point, boolean padded, Function<Traced, List<Tensor>> question) {
    int count = point.size();
    Examples examples =
        new Examples(
            in.get(count),
            in.get(count + 1),
            padded ? Optional.of(in.get(count + 3)) : Optional.empty(),
            padded ? Optional.of(in.get(count).constant(DType.F64, 2.5)) : Optional.empty());
    Tree<Tensor> at = point.withLeaves(in.subList(0, count));
    return question.apply(new Traced(at, examples, new Key(in.get(count + 2))));
  }

  List<NdArray> run(
      DType dtype, Optional<NdArray> present, Function<Traced, List<Tensor>> question) {
    Tree<NdArray> point = point(dtype);
    return Run.of(values(dtype, present), in -> trace(in, point, present.isPresent(), question));
  }
}
