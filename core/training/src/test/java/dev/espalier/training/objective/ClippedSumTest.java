package dev.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clipping by a loop over examples, by vectorisation and by ghost norms gives one sum. */
class ClippedSumTest {
  private static final NdArray TOKENS =
      NdArray.of(new int[] {0, 1, 2, 2, 2, 5, 6, 5, 4, 3, 2, 1, 6, 6, 6}, 3, 5);
  private static final NdArray NEXT =
      NdArray.of(new int[] {1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0, 0, 6, 1}, 3, 5);

  /** A model with data for it. */
  record Case(String name, Model model, NdArray inputs, NdArray targets) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Model made(String kind, Map<String, Object> params, TensorType input, int outs) {
    return Models.create(kind, Params.of(params), input, outs, Parts.extensions());
  }

  private static Stream<Case> cases() {
    NdArray labels = NdArray.of(new int[] {0, 2, 1}, 3);
    NdArray images = Run.normal(DType.F32, 3, 2, 7, 6);
    Map<String, Object> cnn = Map.of("channels", List.of(3, 4), "hidden", 5, "pooling", "mean");
    Map<String, Object> gpt = Map.of("layers", 1, "width", 8, "heads", 2, "init_std", 0.5);
    Map<String, Object> tied =
        Map.of("layers", 1, "width", 8, "heads", 2, "tied", true, "init_std", 0.5);
    Map<String, Object> wide = Map.of("layers", 1, "width", 32, "heads", 2, "init_std", 0.3);
    TensorType token = TensorType.of(DType.I32, 5);
    return Stream.of(
        new Case(
            "mlp",
            made("mlp", Map.of("hidden", List.of(5, 4)), TensorType.of(DType.F32, 4), 3),
            Run.normal(DType.F32, 3, 4),
            labels),
        new Case("cnn", made("cnn", cnn, TensorType.of(DType.F32, 2, 7, 6), 3), images, labels),
        new Case("gpt", made("gpt", gpt, token, 7), TOKENS, NEXT),
        new Case("gpt, wide", made("gpt", wide, token, 7), TOKENS, NEXT),
        new Case("gpt, tied", made("gpt", tied, token, 7), TOKENS, NEXT));
  }

  static Stream<Arguments> clippings() {
    return cases()
        .flatMap(c ->
            Stream.of(DType.F64, DType.F32)
                .flatMap(dtype ->
                    Stream.of("flat", "perLayer", "automatic")
                        .map(how -> Arguments.of(c, dtype, how))));
  }

  private static Clipping clipping(String how) {
    return switch (how) {
      case "flat" -> Clipping.flat(0.7);
      case "perLayer" -> Clipping.flat(0.9).perLayer();
      default -> Clipping.automatic(1, 0.01);
    };
  }

  /** What is asked of the objective of a case in an element type. */
  private static List<NdArray> ask(
      Case of,
      DType dtype,
      Optional<NdArray> present,
      BiFunction<Objective, Tree<Tensor>, List<Tensor>> question) {
    Tree<NdArray> point =
        Run.tree(5, of.model()::init)
            .map(p -> p.convert(dtype))
            .mapWithPath((path, p) ->
                path.endsWith("bias") ? Run.normal(dtype, p.type().shape().extents()) : p);
    NdArray x = of.inputs().type().dtype().isFloat() ? of.inputs().convert(dtype) : of.inputs();
    List<NdArray> inputs = new ArrayList<>(point.leaves());
    inputs.addAll(List.of(x, of.targets(), NdArray.scalar(9)));
    present.ifPresent(inputs::add);
    int count = point.size();
    return Run.of(
        inputs,
        in -> {
          Examples examples =
              new Examples(
                  in.get(count),
                  in.get(count + 1),
                  present.map(p -> in.get(count + 3)),
                  present.map(p -> in.get(count).constant(DType.F64, 2.5)));
          Objective objective =
              new BatchObjective(
                  of.model(), loss(), examples, Map.of(), new Key(in.get(count + 2)), true);
          return question.apply(objective, point.withLeaves(in.subList(0, count)));
        });
  }

  private static Loss loss() {
    return new Parts.CrossEntropy();
  }

  private static double norm(List<NdArray> leaves) {
    double sum = 0;
    for (NdArray leaf : leaves) {
      for (double x : leaf.toDoubles()) {
        sum += x * x;
      }
    }
    return Math.sqrt(sum);
  }

  private static double distance(List<NdArray> a, List<NdArray> b) {
    double sum = 0;
    assertThat(a).hasSameSizeAs(b);
    for (int i = 0; i < a.size(); i++) {
      assertThat(a.get(i).type()).isEqualTo(b.get(i).type());
      double[] x = a.get(i).toDoubles();
      double[] y = b.get(i).toDoubles();
      for (int j = 0; j < x.length; j++) {
        sum += (x[j] - y[j]) * (x[j] - y[j]);
      }
    }
    return Math.sqrt(sum);
  }

  private static List<Tensor> parts(Objective.ClippedSum of) {
    List<Tensor> all = new ArrayList<>(of.sum().leaves());
    all.addAll(of.norms().leaves());
    return all;
  }

  @ParameterizedTest
  @MethodSource("clippings")
  void threeWaysGiveTheSameSumAndNorms(Case of, DType dtype, String how) {
    Clipping clipping = clipping(how);
    List<NdArray> ghost =
        ask(of, dtype, Optional.empty(), (o, at) -> parts(o.clippedSum(at, clipping)));
    List<NdArray> vectorised =
        ask(
            of,
            dtype,
            Optional.empty(),
            (o, at) -> parts(clipping.of(o.value(at), o.perExampleGradients(at))));
    List<NdArray> loop =
        ask(
            of,
            dtype,
            Optional.empty(),
            (o, at) -> {
              List<Objective.ClippedSum> single = new ArrayList<>();
              for (int i = 0; i < 3; i++) {
                Objective one = o.part(i, i + 1);
                single.add(clipping.of(one.value(at), one.gradient(at).map(g -> g.expandDims(0))));
              }
              Tree<Tensor> sum =
                  at.mapWithPath((path, p) ->
                      single.stream().map(s -> s.sum().get(path)).reduce(Tensor::add).get());
              Tree<Tensor> norms =
                  single
                      .getFirst()
                      .norms()
                      .mapWithPath((path, n) ->
                          n.concat(
                              0, single.get(1).norms().get(path), single.get(2).norms().get(path)));
              return parts(new Objective.ClippedSum(o.value(at), sum, norms));
            });
    double bound = (dtype == DType.F64 ? 1e-12 : 1e-5) * norm(loop);
    assertThat(norm(loop)).isGreaterThan(0.1);
    assertThat(distance(vectorised, loop)).isLessThan(bound);
    assertThat(distance(ghost, loop)).isLessThan(bound);
  }

  static Stream<Case> models() {
    return cases();
  }

  @ParameterizedTest
  @MethodSource("models")
  void rowsThatAreNoExamplesCountForNothing(Case of) {
    NdArray present = NdArray.of(new double[] {1, 0, 1}, 3).convert(DType.BOOL);
    Clipping clipping = Clipping.flat(0.7);
    List<NdArray> padded =
        ask(
            of,
            DType.F64,
            Optional.of(present),
            (o, at) -> {
              List<Tensor> all = parts(o.clippedSum(at, clipping));
              all.addAll(o.gradient(at).leaves());
              all.add(o.value(at));
              all.addAll(o.perExampleGradients(at).map(g -> g.sum(0).div(2.5)).leaves());
              return all;
            });
    List<NdArray> apart =
        ask(
            of,
            DType.F64,
            Optional.empty(),
            (o, at) -> {
              Objective first = o.part(0, 1);
              Objective last = o.part(2, 3);
              Objective.ClippedSum a = first.clippedSum(at, clipping);
              Objective.ClippedSum b = last.clippedSum(at, clipping);
              List<Tensor> all = new ArrayList<>(a.sum().zip(b.sum(), Tensor::add).leaves());
              Tensor norm = a.norms().leaves().getFirst();
              all.add(norm.concat(0, norm.zerosLike(), b.norms().leaves().getFirst()));
              Tree<Tensor> mean =
                  first.gradient(at).zip(last.gradient(at), (x, y) -> x.add(y).div(2.5));
              all.addAll(mean.leaves());
              all.add(first.value(at).add(last.value(at)).div(2.5));
              all.addAll(mean.leaves());
              return all;
            });
    assertThat(distance(padded, apart)).isLessThan(1e-12 * norm(apart));
  }

  @ParameterizedTest
  @MethodSource("models")
  void layerStatisticsMakeTheGradients(Case of) {
    List<NdArray> found =
        ask(
            of,
            DType.F64,
            Optional.empty(),
            (o, at) -> {
              Tree<LayerStatistics> layers = o.layerStatistics(at, Optional.empty());
              assertThat(layers.paths())
                  .contains(
                      of.name().startsWith("gpt") ? "blocks/0/mlp/up/weight" : "output/weight")
                  .noneMatch(path -> path.endsWith("bias"));
              List<Tensor> differences = new ArrayList<>();
              layers
                  .asMap()
                  .forEach((path, s) -> {
                    int rows = s.inputs().shape().extent(0) * s.inputs().shape().extent(1);
                    Tensor a = s.inputs().reshape(rows, s.inputs().shape().extent(2));
                    Tensor g =
                        s.outputGradients().reshape(rows, s.outputGradients().shape().extent(2));
                    Tensor made = s.fromMatrix(a.transpose(1, 0).matmul(g)).div(3);
                    Tensor wanted = o.gradient(at).get(path);
                    differences.add(made.sub(wanted).abs().reduceMax());
                    differences.add(s.fromMatrix(s.toMatrix(wanted)).sub(wanted).abs().reduceMax());
                  });
              return differences;
            });
    assertThat(found).allSatisfy(d -> assertThat(d.getDouble(0)).isCloseTo(0, within(1e-13)));
  }
}
