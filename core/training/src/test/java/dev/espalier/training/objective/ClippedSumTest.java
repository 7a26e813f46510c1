package dev.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.ClippedGradients;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.ExampleGradients;
import dev.espalier.engine.Simplify;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clipping by a loop over examples, by vectorisation, by ghost norms and in parts gives one sum.
 */
class ClippedSumTest {
  private static final int ROWS = 3;

  static Stream<Arguments> clippings() {
    return Clippable.all()
        .flatMap(c ->
            Stream.of(DType.F64, DType.F32)
                .flatMap(dtype ->
                    Stream.of("flat", "perLayer", "automatic", "automaticPerLayer")
                        .map(how -> Arguments.of(c, dtype, how))));
  }

  private static Clipping clipping(String how) {
    return switch (how) {
      case "flat" -> Clipping.flat(0.7);
      case "perLayer" -> Clipping.flat(0.9).perLayer();
      case "automatic" -> Clipping.automatic(1, 0.01);
      default -> Clipping.automatic(0.5, 0.1).perLayer();
    };
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

  /** The gradient of the loss of one example, that with a number, from its own slices. */
  private static List<Tensor> gradientOf(
      Clippable of, Tree<Tensor> at, Key key, Tensor input, Tensor target, Tensor number) {
    return Derivatives.gradient(
            tree -> {
              Tensor predicted =
                  of.model().apply(tree, input.expandDims(0), key.fold(number), true);
              return Clippable.loss().perExample(predicted, target.expandDims(0)).mean();
            },
            at)
        .leaves();
  }

  private static Objective.ClippedSum vectorised(
      Clippable of, Clippable.Traced in, Clipping clipping) {
    Tensor x = in.examples().inputs();
    List<Tensor> gradients =
        Derivatives.vmap(
            slice -> gradientOf(of, in.at(), in.key(), slice.get(0), slice.get(1), slice.get(2)),
            List.of(x, in.examples().targets(), x.iota(TensorType.of(DType.I64, ROWS), 0)),
            List.of(true, true, true));
    return clipping.of(x.constant(DType.F32, 0.0), in.at().withLeaves(gradients));
  }

  /** By ghost norms, but one example after the other, of those that there are. */
  private static List<Tensor> inParts(Clippable of, Clippable.Traced in, Clipping clipping) {
    Tensor x = in.examples().inputs();
    ClippedGradients.Clipped clipped =
        ClippedGradients.of(
            in.at(),
            List.of(x, in.examples().targets(), x.iota(TensorType.of(DType.I64, ROWS), 0)),
            (at, slice) -> {
              Tensor predicted =
                  of.model()
                      .apply(at, slice.get(0).expandDims(0), in.key().fold(slice.get(2)), true);
              return Clippable.loss().perExample(predicted, slice.get(1).expandDims(0)).mean();
            },
            clipping,
            in.examples().present(),
            ROWS);
    List<Tensor> all = new ArrayList<>(clipped.sum().leaves());
    all.addAll(clipped.norms().leaves());
    return all;
  }

  /** Norms and factors by arithmetic on single gradients, in groups of the clipping. */
  private static List<Tensor> loop(Clippable of, Clippable.Traced in, Clipping clipping) {
    Tensor x = in.examples().inputs();
    Tree<Tensor> sum = in.at().map(Tensor::zerosLike);
    Map<String, List<Tensor>> norms = new LinkedHashMap<>();
    List<String> groups = in.at().paths().stream().map(clipping::group).distinct().toList();
    for (int i = 0; i < ROWS; i++) {
      Tree<Tensor> single =
          in.at()
              .withLeaves(
                  gradientOf(
                      of,
                      in.at(),
                      in.key(),
                      x.slice(0, i, i + 1).squeeze(0),
                      in.examples().targets().slice(0, i, i + 1).squeeze(0),
                      x.constant(DType.I64, (long) i)));
      for (String group : groups) {
        Tensor square =
            single.filter(path -> clipping.group(path).equals(group)).leaves().stream()
                .map(g -> g.square().sum())
                .reduce(Tensor::add)
                .orElseThrow();
        Tensor norm = square.sqrt().expandDims(0);
        norms.computeIfAbsent(group, g -> new ArrayList<>()).add(norm);
        Tensor factor = clipping.factors(norm, groups.size()).squeeze(0);
        sum =
            sum.mapWithPath((path, total) ->
                clipping.group(path).equals(group)
                    ? total.add(single.get(path).mul(factor.broadcast(total.shape())))
                    : total);
      }
    }
    List<Tensor> all = new ArrayList<>(sum.leaves());
    norms.values().forEach(of3 -> all.add(of3.get(0).concat(0, of3.get(1), of3.get(2))));
    return all;
  }

  @ParameterizedTest
  @MethodSource("clippings")
  void fourWaysGiveTheSameSumAndNorms(Clippable of, DType dtype, String how) {
    Clipping clipping = clipping(how);
    List<NdArray> ghost =
        of.ask(dtype, Optional.empty(), (o, at) -> parts(o.clippedSum(at, clipping)));
    List<NdArray> vectorised =
        of.run(dtype, Optional.empty(), in -> parts(vectorised(of, in, clipping)));
    List<NdArray> inParts = of.run(dtype, Optional.empty(), in -> inParts(of, in, clipping));
    List<NdArray> loop = of.run(dtype, Optional.empty(), in -> loop(of, in, clipping));
    double bound = (dtype == DType.F64 ? 1e-12 : 1e-5) * norm(loop);
    assertThat(norm(loop)).isGreaterThan(0.1);
    assertThat(distance(inParts, loop)).isLessThan(bound);
    assertThat(distance(vectorised, loop)).isLessThan(bound);
    assertThat(distance(ghost, loop)).isLessThan(bound);
  }

  @ParameterizedTest
  @MethodSource("models")
  void rowsThatAreNoExamplesCountForNothingInParts(Clippable of) {
    Clipping clipping = Clipping.flat(0.7).perLayer();
    Optional<NdArray> present = Optional.of(NdArray.of(new boolean[] {true, false, true}, ROWS));
    List<NdArray> inParts = of.run(DType.F64, present, in -> inParts(of, in, clipping));
    List<NdArray> whole = of.ask(DType.F64, present, (o, at) -> parts(o.clippedSum(at, clipping)));
    assertThat(distance(inParts, whole)).isLessThan(1e-12 * norm(whole));
  }

  @Test
  void partsOfUnlikeSizesAreRefused() {
    assertThatThrownBy(() ->
            Run.of(
                List.of(Run.normal(DType.F32, 3)),
                in ->
                    ClippedGradients.of(
                            Tree.of("scale", in.getFirst().mean()),
                            in,
                            (at, slice) -> at.get("scale").mul(slice.getFirst()),
                            Clipping.flat(1),
                            Optional.empty(),
                            2)
                        .sum()
                        .leaves()))
        .hasMessageContaining("2 parts of 3 examples")
        .hasMessageContaining("divisor");
  }

  /** There is work for sixteen parts and more; four is most. */
  @Test
  void manyExamplesOfALargeModelAreGoneThroughInParts() {
    int examples = 64;
    int width = 512;
    Graph graph =
        Graph.trace(
            "clipped",
            List.of(TensorType.of(DType.F32, 4), TensorType.of(DType.F32, examples, width, width)),
            in ->
                ClippedGradients.of(
                        Tree.of("weight", in.get(0)),
                        List.of(in.get(1)),
                        (at, slice) ->
                            slice
                                .getFirst()
                                .mul(at.get("weight").sum().broadcast(slice.getFirst().shape()))
                                .tanh()
                                .sum(),
                        Clipping.flat(1),
                        Optional.empty())
                    .sum()
                    .leaves());
    List<Integer> lengths =
        graph.nodes().stream()
            .flatMap(
                node -> node.op() instanceof Scan scan ? Stream.of(scan.length()) : Stream.of())
            .toList();
    assertThat(lengths).containsExactly(4);
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsOfSingleExamplesAreThoseOfALoop(Clippable of) {
    Clipping nothing = (norms, groups) -> norms.onesLike();
    List<NdArray> single =
        of.ask(
            DType.F64,
            Optional.empty(),
            (o, at) -> parts(nothing.of(o.value(at), o.perExampleGradients(at))));
    List<NdArray> loop = of.run(DType.F64, Optional.empty(), in -> loop(of, in, nothing));
    assertThat(distance(single, loop)).isLessThan(1e-12 * norm(loop));
  }

  private static int largest(Graph graph) {
    int largest = 0;
    for (Node node : graph.nodes()) {
      for (Value result : node.results()) {
        largest = Math.max(largest, result.type().shape().size());
      }
      for (Graph inner : node.op().graphs()) {
        largest = Math.max(largest, largest(inner));
      }
    }
    return largest;
  }

  private static Graph graph(Clippable of, Function<Clippable.Traced, List<Tensor>> question) {
    Tree<NdArray> point = of.point(DType.F32);
    List<TensorType> types =
        of.values(DType.F32, Optional.empty()).stream().map(NdArray::type).toList();
    return Simplify.simplify(
        Graph.trace("clipped", types, in -> of.trace(in, point, false, question)).verify());
  }

  static Stream<Clippable> heldNowhere() {
    return Stream.of(Clippable.narrowing(), Clippable.wide());
  }

  /** Each example's gradient in the smallest matrix is larger than all that there is. */
  @ParameterizedTest
  @MethodSource("heldNowhere")
  void ghostNormsHoldNoGradientsOfSingleExamples(Clippable of) {
    int smallest =
        of.point(DType.F32).asMap().entrySet().stream()
            .filter(p -> p.getKey().endsWith("weight") && p.getValue().type().shape().rank() > 1)
            .filter(p -> !p.getKey().contains("embedding"))
            .mapToInt(p -> p.getValue().type().shape().size())
            .min()
            .orElseThrow();
    Graph ghost =
        graph(
            of,
            in ->
                new BatchObjective(
                        of.model(), Clippable.loss(), in.examples(), Map.of(), in.key(), true)
                    .clippedSum(in.at(), Clipping.flat(1))
                    .sum()
                    .leaves());
    Graph vectorised = graph(of, in -> vectorised(of, in, Clipping.flat(1)).sum().leaves());
    int whole =
        of.point(DType.F32).leaves().stream()
            .mapToInt(p -> p.type().shape().size())
            .max()
            .orElse(0);
    assertThat(largest(vectorised)).isGreaterThanOrEqualTo(ROWS * whole);
    assertThat(largest(ghost)).isLessThan(Math.max(ROWS * smallest, whole + 1));
  }

  /** Positions whose gradients cancel: what is left of the norm is rounding, of either sign. */
  @Test
  void aNormOfNothingIsNoNaN() {
    int examples = 64;
    double[] weights = Run.normal(DType.F64, examples, 4).toDoubles().clone();
    for (int i = 0; i < examples; i++) {
      weights[4 * i + 3] = -weights[4 * i] - weights[4 * i + 1] - weights[4 * i + 2];
    }
    List<NdArray> found =
        Run.of(
            List.of(
                Run.normal(DType.F32, 6, 5),
                Run.normal(DType.F32, examples, 6),
                NdArray.of(weights, examples, 4).convert(DType.F32)),
            in -> {
              Tensor x = in.get(1).broadcast(Shape.of(examples, 4, 6), 0, 2);
              ExampleGradients of =
                  new ExampleGradients(
                      Tree.of("weight", in.get(0)),
                      List.of(x, in.get(2)),
                      (at, slice) -> {
                        Tensor y = slice.get(0).matmul(at.get("weight")).tanh();
                        return y.mul(slice.get(1).broadcast(y.shape(), 0)).sum();
                      });
              return of.norms(Clipping.flat(1)).leaves();
            });
    for (double norm : found.getFirst().toDoubles()) {
      assertThat(norm).isBetween(0.0, 0.1);
    }
  }

  static Stream<Clippable> models() {
    return Clippable.all();
  }

  /** Also where units are dropped, and where labels are drawn. */
  @ParameterizedTest
  @MethodSource("models")
  void thePartsMakeTheWhole(Clippable of) {
    Clipping clipping = Clipping.flat(0.7);
    List<NdArray> whole =
        of.ask(
            DType.F64,
            Optional.empty(),
            (o, at) -> {
              Key key = new Key(at.leaves().getFirst().constant(DType.I64, 5L));
              List<Tensor> all = new ArrayList<>(o.clippedSum(at, clipping).sum().leaves());
              if (!of.name().contains("dropout")) {
                all.addAll(o.gradient(at).leaves());
                all.addAll(o.sampledGradient(at, key).leaves());
              }
              return all;
            });
    List<NdArray> parts =
        of.ask(
            DType.F64,
            Optional.empty(),
            (o, at) -> {
              Key key = new Key(at.leaves().getFirst().constant(DType.I64, 5L));
              Objective one = o.part(0, 1);
              Objective two = o.part(1, 3);
              List<Tensor> all =
                  new ArrayList<>(
                      one.clippedSum(at, clipping)
                          .sum()
                          .zip(two.clippedSum(at, clipping).sum(), Tensor::add)
                          .leaves());
              if (!of.name().contains("dropout")) {
                all.addAll(
                    one.gradient(at)
                        .zip(two.gradient(at), (a, b) -> a.add(b.mul(2)).div(3))
                        .leaves());
                all.addAll(
                    one.sampledGradient(at, key)
                        .zip(
                            two.sampledGradient(at, key),
                            (a, b) -> a.add(b.mul(Math.sqrt(2))).div(Math.sqrt(3)))
                        .leaves());
              }
              return all;
            });
    assertThat(distance(parts, whole)).isLessThan(1e-12 * norm(whole));
  }

  /** What privacy rests on: no example adds more than the bound. */
  @ParameterizedTest
  @MethodSource("clippings")
  void noExampleAddsMoreThanTheBound(Clippable of, DType dtype, String how) {
    double bound =
        switch (how) {
          case "flat" -> 0.7;
          case "perLayer" -> 0.9;
          case "automatic" -> 1;
          default -> 0.5;
        };
    for (int row = 0; row < ROWS; row++) {
      int only = row;
      List<NdArray> sum =
          of.ask(
              dtype,
              Optional.empty(),
              (o, at) -> o.part(only, only + 1).clippedSum(at, clipping(how)).sum().leaves());
      assertThat(norm(sum)).isBetween(1e-5, bound * (1 + (dtype == DType.F64 ? 1e-12 : 1e-5)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void boundsThatClipNothingOrEverythingAreRefused(double bound) {
    assertThatThrownBy(() -> Clipping.flat(bound)).hasMessageContaining("" + bound);
    assertThatThrownBy(() -> Clipping.automatic(bound, 1)).hasMessageContaining("" + bound);
    assertThatThrownBy(() -> Clipping.automatic(1, bound)).hasMessageContaining("" + bound);
  }

  static Stream<Clippable> layered() {
    return withoutDropout().filter(c -> !c.name().equals("odd"));
  }

  static Stream<Clippable> withoutDropout() {
    return Clippable.all().filter(c -> !c.name().contains("dropout"));
  }

  @ParameterizedTest
  @MethodSource("withoutDropout")
  void rowsThatAreNoExamplesCountForNothing(Clippable of) {
    NdArray present = NdArray.of(new double[] {1, 0, 1}, 3).convert(DType.BOOL);
    Clipping clipping = Clipping.flat(0.7);
    List<NdArray> padded =
        of.ask(
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
        of.ask(
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
  @MethodSource("layered")
  void layerStatisticsMakeTheGradients(Clippable of) {
    List<NdArray> found =
        of.ask(
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
