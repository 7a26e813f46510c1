package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Attention by its own reverse rule against the derivatives of its body, in every mode. */
class AttentionDerivativesTest {
  private static final TensorType TYPE = TensorType.of(DType.F64, 2, 1, 4, 3);
  private final Engine engine = new Engine();

  /** A scalar of both results, so that both have cotangents. */
  private static Graph scalar(boolean byBody) {
    return Graph.trace(
        byBody ? "by_body" : "by_rule",
        List.of(TYPE, TYPE, TYPE),
        in -> {
          List<Tensor> results = results(in, byBody);
          Tensor y = results.get(0);
          Tensor weights = y.iota(y.type(), 3).sub(y.iota(y.type(), 2)).mul(0.3).add(1);
          Tensor l = results.get(1);
          return List.of(y.square().mul(weights).sum().add(l.mul(l).sum()));
        });
  }

  private static List<Tensor> results(List<Tensor> in, boolean byBody) {
    if (byBody) {
      Graph attention =
          Graph.trace("attention", List.of(TYPE, TYPE, TYPE), inner -> results(inner, false));
      return ((Composite) attention.nodes().getFirst().op()).body().apply(in);
    }
    CausalAttention.Attended y = CausalAttention.apply(in.get(0), in.get(1), in.get(2));
    return List.of(y.output(), y.logSums());
  }

  private static List<NdArray> random(Graph graph) {
    Random random = new Random(3);
    List<NdArray> inputs = new ArrayList<>();
    for (TensorType type : graph.inputTypes()) {
      double[] values = new double[type.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextGaussian();
      }
      inputs.add(NdArray.of(values, type.shape().extents()));
    }
    return inputs;
  }

  private void sameByRuleAndByBody(UnaryOperator<Graph> transformation) {
    Graph byRule = transformation.apply(scalar(false));
    Graph byBody = transformation.apply(scalar(true));
    List<NdArray> inputs = random(byRule);
    List<NdArray> found = engine.interpret(byRule, inputs);
    List<NdArray> wanted = engine.interpret(byBody, inputs);
    assertThat(found).hasSameSizeAs(wanted).isNotEmpty();
    for (int i = 0; i < found.size(); i++) {
      double[] values = found.get(i).toDoubles();
      for (int j = 0; j < values.length; j++) {
        double value = wanted.get(i).getDouble(j);
        assertThat(values[j])
            .as("output %d, element %d", i, j)
            .isCloseTo(value, within(1e-11 * (1 + Math.abs(value))));
      }
    }
  }

  private static Graph sums(Graph graph) {
    return Graph.trace(
        graph.name() + "_sum",
        graph.inputTypes(),
        in -> {
          Tensor sum = in.getFirst().constant(DType.F64, 0);
          int power = 1;
          for (Tensor output : graph.apply(in)) {
            sum = sum.add(output.mul(output).sum().mul(0.1 * power++));
          }
          return List.of(sum);
        });
  }

  @Test
  void forwardAndReverse() {
    sameByRuleAndByBody(engine::gradient);
    sameByRuleAndByBody(engine::jvp);
  }

  @Test
  void secondDerivativesInEveryOrderOfModes() {
    sameByRuleAndByBody(graph -> engine.gradient(sums(engine.gradient(graph))));
    sameByRuleAndByBody(graph -> engine.jvp(engine.gradient(graph)));
    sameByRuleAndByBody(graph -> engine.gradient(sums(engine.jvp(graph))));
    sameByRuleAndByBody(graph -> engine.jvp(engine.jvp(graph)));
  }

  @Test
  void thirdDerivatives() {
    sameByRuleAndByBody(graph -> engine.jvp(engine.gradient(sums(engine.gradient(graph)))));
    sameByRuleAndByBody(graph ->
        engine.trace(
            "series",
            graph.inputTypes(),
            in ->
                Derivatives.directionalDerivatives(graph::apply, in, in, 3).stream()
                    .flatMap(List::stream)
                    .toList()));
  }

  @Test
  void gradientsOfEachExample() {
    List<Boolean> all = Collections.nCopies(3, true);
    sameByRuleAndByBody(graph -> engine.vectorise(engine.gradient(graph), 5, all));
    sameByRuleAndByBody(graph -> engine.gradient(sums(engine.vectorise(graph, 5, all))));
    sameByRuleAndByBody(
        graph -> engine.vectorise(engine.gradient(graph), 5, List.of(false, true, false)));
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> node.op() instanceof Composite)
        .map(node -> node.op().name())
        .toList();
  }

  @Test
  void firstDerivativesKeepTheNamesThatABackendKnows() {
    Graph gradient = engine.gradient(scalar(false));
    assertThat(names(gradient)).containsExactly(CausalAttention.NAME, CausalAttention.BACKWARD);
    Graph each = engine.vectorise(gradient, 5, List.of(true, true, true));
    assertThat(each.nodes())
        .filteredOn(node -> node.op() instanceof Composite)
        .satisfiesExactly(
            node -> assertThat(CausalAttention.isForward((Composite) node.op())).isTrue(),
            node -> assertThat(CausalAttention.isBackward((Composite) node.op())).isTrue());
    assertThat(names(each)).allMatch(name -> name.endsWith(Composite.VECTORISED));
  }

  @Test
  void secondDerivativesShareTheValuesOfFirstOnes() {
    Graph gradient = engine.gradient(scalar(false));
    assertThat(names(engine.jvp(gradient)))
        .containsExactly(CausalAttention.NAME, CausalAttention.BACKWARD);
    assertThat(names(engine.jvp(scalar(false)))).containsExactly(CausalAttention.NAME);
  }

  @Test
  void splittingIsUndoneByOneConcatenation() {
    TensorType type = TensorType.of(DType.F64, 2, 7);
    Graph graph =
        Graph.trace(
            "split",
            List.of(type),
            in -> {
              List<Tensor> parts = in.getFirst().split(-1, 3, 0, 4);
              return List.of(parts.get(0).square().sum().add(parts.get(2).exp().sum()));
            });
    Graph gradient = engine.gradient(graph);
    assertThat(gradient.nodes().stream().map(node -> node.op().name()))
        .contains("concat")
        .doesNotContain("pad");
    List<NdArray> inputs = random(gradient);
    double[] found = engine.interpret(gradient, inputs).get(1).toDoubles();
    for (int i = 0; i < found.length; i++) {
      double x = inputs.getFirst().getDouble(i);
      assertThat(found[i]).isCloseTo(i % 7 < 3 ? 2 * x : Math.exp(x), within(1e-14 * 10));
    }
  }
}
