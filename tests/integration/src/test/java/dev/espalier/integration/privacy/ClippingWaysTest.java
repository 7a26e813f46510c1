package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Initializer;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Conv2d;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Embedding;
import dev.espalier.training.layer.Flatten;
import dev.espalier.training.layer.LayerContext;
import dev.espalier.training.layer.LayerNorm;
import dev.espalier.training.layer.Padding;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.layer.TransformerBlock;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.Examples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What dp-sgd releases is the same whether single gradients are clipped in a loop over examples,
 * vectorised, or never held (ghost norms): one test of the whole estimator, noise and all.
 */
class ClippingWaysTest {
  private static final int ROWS = 4;
  private static final Initializer NORMAL =
      (key, type, in, out) -> key.normal(type.dtype(), type.shape()).mul(0.5);

  enum Way {
    GHOST,
    VECTORISED,
    LOOP
  }

  static Stream<Arguments> cases() {
    return Stream.of("mlp", "convnet", "transformer")
        .flatMap(model ->
            Stream.of("flat", "per-layer", "automatic", "automatic-per-layer")
                .flatMap(clipping ->
                    Stream.of(DType.F64, DType.F32)
                        .map(dtype -> Arguments.of(model, clipping, dtype))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("cases")
  void threeWaysReleaseTheSame(String model, String clipping, DType dtype) {
    Problem problem = problem(model, dtype);
    double[] loop = released(problem, clipping, Way.LOOP);
    double bound = (dtype == DType.F64 ? 1e-12 : 1e-5) * norm(loop);
    assertThat(norm(loop)).isGreaterThan(0.01);
    for (Way way : List.of(Way.VECTORISED, Way.GHOST)) {
      assertThat(Descent.distance(released(problem, clipping, way), loop))
          .as("%s", way)
          .isLessThan(bound);
    }
  }

  private static double[] released(Problem problem, String clipping, Way way) {
    GradientEstimator estimator =
        new Asked(problem, way)
            .then(
                Registered.estimator(
                    "dp-sgd",
                    "noise",
                    0.3,
                    "clip",
                    0.7,
                    "clipping",
                    clipping,
                    "noise_source",
                    "seeded"));
    Descent descent = new Descent(problem, estimator, 3, 0);
    boolean[] present = descent.without(2);
    return descent.step(present, 5).gradient();
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  /** Hands an objective on that clips in one way. */
  private record Asked(Problem problem, Way way) implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return Estimate.of(
          switch (way) {
            case GHOST -> inner;
            case VECTORISED -> new Other(inner, at -> vectorised(problem, at));
            case LOOP -> new Other(inner, at -> loop(inner, at));
          });
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of();
    }
  }

  /** The gradient of each row. */
  private interface Rows {
    Tree<Tensor> at(Tree<Tensor> parameters);
  }

  private record Other(Objective inner, Rows rowGradients) implements WrappedObjective {
    @Override
    public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
      Tensor present = inner.present().orElseThrow();
      Tree<Tensor> gradients =
          rowGradients
              .at(parameters)
              .map(g -> present.to(g.dtype()).broadcast(g.shape(), 0).mul(g));
      return clipping.of(inner.value(parameters), gradients);
    }
  }

  private static Tree<Tensor> vectorised(Problem problem, Tree<Tensor> at) {
    Tensor anchor = at.leaves().getFirst();
    return at.withLeaves(
        Derivatives.vmap(
            slice ->
                alone(problem, slice.get(0).expandDims(0), slice.get(1).expandDims(0))
                    .gradient(at)
                    .leaves(),
            List.of(anchor.constant(problem.inputs()), anchor.constant(problem.targets())),
            List.of(true, true)));
  }

  private static Objective alone(Problem problem, Tensor input, Tensor target) {
    Key unused = new Key(target.constant(DType.I64, 0L));
    return new BatchObjective(
        problem.model(), problem.loss(), Examples.all(input, target), Map.of(), unused, true);
  }

  private static Tree<Tensor> loop(Objective inner, Tree<Tensor> at) {
    Optional<Tree<Tensor>> all = Optional.empty();
    for (int row = 0; row < ROWS; row++) {
      Objective one = inner.part(row, row + 1);
      // A part's mean divides by the whole's number; here each stands for itself.
      Tree<Tensor> gradient =
          one.gradient(at).map(g -> g.mul(one.examples(g).broadcast(g.shape())).expandDims(0));
      all =
          Optional.of(
              all.map(before -> before.zip(gradient, (a, b) -> a.concat(0, b))).orElse(gradient));
    }
    return all.orElseThrow();
  }

  /** Half the square of what is missing, summed over all outputs. */
  private record HalfSquares() implements Loss {
    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      Shape shape = predictions.shape();
      Tensor squares = predictions.sub(targets).square().mul(0.5);
      return squares.reshape(shape.extent(0), shape.size() / shape.extent(0)).sum(1);
    }

    @Override
    public Target target() {
      return Target.VALUES;
    }
  }

  private static Problem problem(String model, DType dtype) {
    SplittableRandom random = new SplittableRandom(3);
    Sequential layers =
        switch (model) {
          case "mlp" ->
              Sequential.empty()
                  .then("first", new Dense(6, NORMAL))
                  .then("tanh", new ActivationLayer(Tensor::tanh))
                  .then("second", new Dense(5, NORMAL))
                  .then("softplus", new ActivationLayer(Tensor::softplus))
                  .then("output", new Dense(3, NORMAL));
          case "convnet" ->
              Sequential.empty()
                  .then("conv", new Conv2d(3, 3, 1, Padding.of(1), 1, 1, true, NORMAL))
                  .then("tanh", new ActivationLayer(Tensor::tanh))
                  .then("strided", new Conv2d(4, 2, 2, Padding.of(0), 1, 1, true, NORMAL))
                  .then("flatten", new Flatten())
                  .then("output", new Dense(3, NORMAL));
          default ->
              Sequential.empty()
                  .then("token", new Embedding(7, 8, dtype, NORMAL))
                  .then("block", new TransformerBlock(8, 2, 12, Tensor::tanh, 0, NORMAL, NORMAL))
                  .then("norm", new LayerNorm())
                  .then("output", new Dense(7, NORMAL));
        };
    NdArray inputs =
        switch (model) {
          case "mlp" -> normal(random, dtype, ROWS, 4);
          case "convnet" -> normal(random, dtype, ROWS, 2, 6, 5);
          default -> NdArray.of(random.ints(ROWS * 5L, 0, 7).toArray(), ROWS, 5);
        };
    TensorType input =
        new TensorType(
            inputs.type().dtype(), inputs.type().shape().slice(1, inputs.type().shape().rank()));
    NdArray targets = normal(random, dtype, with(ROWS, layers.output(input).shape()));
    List<Tree<TensorType>> types = new ArrayList<>();
    Graph init =
        Graph.trace(
            "init",
            List.of(TensorType.of(DType.I64)),
            in -> {
              Tree<Tensor> first = layers.init(new Key(in.getFirst()), input);
              types.add(first.map(Tensor::type));
              return first.leaves();
            });
    Tree<NdArray> start =
        types.getFirst().withLeaves(Reference.run(init, List.of(NdArray.scalar(11L))));
    return new Problem(
        model,
        (at, x) -> layers.apply(at, x, new LayerContext(new Key(x.constant(DType.I64, 0L)), true)),
        new HalfSquares(),
        inputs,
        targets,
        start,
        0);
  }

  private static int[] with(int rows, Shape shape) {
    int[] extents = new int[shape.rank() + 1];
    extents[0] = rows;
    System.arraycopy(shape.extents(), 0, extents, 1, shape.rank());
    return extents;
  }

  private static NdArray normal(SplittableRandom random, DType dtype, int... extents) {
    int size = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
    double[] values = new double[size];
    Arrays.setAll(values, i -> random.nextGaussian());
    return NdArray.of(values, extents).convert(dtype);
  }
}
