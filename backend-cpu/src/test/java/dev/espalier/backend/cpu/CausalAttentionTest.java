package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attention as a step: where it is known, in which order it reads and writes, what it holds. */
final class CausalAttentionTest {
  /** Attention and, for random cotangents, its derivative: all that a training step asks for. */
  static List<Tensor> there(List<Tensor> in) {
    CausalAttention.Attended y = CausalAttention.apply(in.get(0), in.get(1), in.get(2));
    List<Tensor> all = new ArrayList<>(in.subList(0, 3));
    all.add(y.output());
    all.add(y.logSums());
    all.addAll(in.subList(3, 5));
    List<Tensor> results = new ArrayList<>(CausalAttention.applyBackward(all));
    results.add(y.output());
    results.add(y.logSums());
    return results;
  }

  static List<NdArray> inputs(DType dtype, int... shape) {
    List<NdArray> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      inputs.add(Cpu.random(i, shape).convert(dtype));
    }
    DType wide = dtype == DType.F64 ? DType.F64 : DType.F32;
    int[] scalars = java.util.Arrays.copyOf(shape, shape.length - 1);
    inputs.add(Cpu.random(4, scalars).convert(wide));
    return inputs;
  }

  /** The same, of composites that nobody knows. */
  private static Graph anonymous(Graph graph) {
    return Graph.trace(
        "anonymous",
        graph.inputTypes(),
        in -> {
          Tensor[] values = new Tensor[graph.valueCount()];
          for (int i = 0; i < in.size(); i++) {
            values[i] = in.get(i);
          }
          graph
              .nodes()
              .forEach(node -> {
                List<Tensor> operands = node.operands().stream().map(v -> values[v.id()]).toList();
                List<Tensor> results =
                    node.op() instanceof Composite composite
                        ? composite.body().apply(operands)
                        : in.getFirst().apply(node.op(), operands);
                for (int i = 0; i < results.size(); i++) {
                  values[node.results().get(i).id()] = results.get(i);
                }
              });
          return graph.outputs().stream().map(v -> values[v.id()]).toList();
        });
  }

  @Test
  void theStepsGiveWhatTheBodiesGive() {
    int[][] shapes = {{7, 5}, {3, 1, 1}, {2, 3, 33, 8}, {1, 2, 130, 5}, {2, 1, 2, 9, 64}};
    for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16, DType.F16)) {
      for (int[] shape : shapes) {
        List<NdArray> inputs = inputs(dtype, shape);
        Graph graph = Cpu.graph(inputs, CausalAttentionTest::there);
        assertThat(Cpu.program(graph).listing()).contains("attention ", "attention_backward ");
        Graph bodies = anonymous(graph);
        assertThat(Cpu.program(bodies).listing()).doesNotContain("attention");
        double epsilon =
            switch (dtype) {
              case F64 -> 1e-14;
              case F32 -> 4e-6;
              case F16 -> 1e-3;
              default -> 8e-3;
            };
        try (Backend backend = Cpu.open(2)) {
          List<NdArray> found = Cpu.run(backend, graph, inputs);
          List<NdArray> wanted = Cpu.run(backend, bodies, inputs);
          for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).type()).isEqualTo(wanted.get(i).type());
            for (int j = 0; j < found.get(i).type().shape().size(); j++) {
              double value = wanted.get(i).getDouble(j);
              assertThat(found.get(i).getDouble(j))
                  .isCloseTo(value, within(epsilon * (8 + Math.abs(value))));
            }
          }
        }
      }
    }
  }

  @Test
  void noBitDependsOnTheThreads() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      // Few long heads are cut into parts, many short ones are taken together.
      for (int[] shape : new int[][] {{1, 2, 300, 16}, {40, 1, 70, 3}, {300, 2, 5, 2}}) {
        List<NdArray> inputs = inputs(dtype, shape);
        Graph graph = Cpu.graph(inputs, CausalAttentionTest::there);
        List<List<NdArray>> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3, 8}) {
          try (Backend backend = Cpu.open(threads)) {
            results.add(Cpu.run(backend, graph, inputs));
          }
        }
        assertThat(results).allMatch(results.getFirst()::equals);
      }
    }
  }

  private static Tensor heads(Tensor x, int heads) {
    int[] extents = x.shape().extents();
    return x.reshape(extents[0], extents[1], heads, extents[2] / heads).transpose(0, 2, 1, 3);
  }

  private static Tensor joined(Tensor x) {
    int[] extents = x.shape().extents();
    return x.transpose(0, 2, 1, 3).reshape(extents[0], extents[2], extents[1] * extents[3]);
  }

  @Test
  void headsOfOneArrayAreReadAndWrittenWithoutCopies() {
    int width = 12;
    NdArray all = Cpu.random(1, 2, 70, 3 * width);
    NdArray bar = Cpu.random(2, 2, 70, width);
    Graph graph =
        Cpu.graph(
            List.of(all, bar),
            in -> {
              List<Tensor> parts = new ArrayList<>();
              for (Tensor part : in.get(0).split(-1, width, width, width)) {
                parts.add(heads(part, 3));
              }
              CausalAttention.Attended y =
                  CausalAttention.apply(parts.get(0), parts.get(1), parts.get(2));
              parts.addAll(
                  List.of(y.output(), y.logSums(), heads(in.get(1), 3), y.logSums().zerosLike()));
              List<Tensor> bars =
                  CausalAttention.applyBackward(parts).stream()
                      .map(CausalAttentionTest::joined)
                      .toList();
              return List.of(joined(y.output()), bars.get(0).concat(-1, bars.get(1), bars.get(2)));
            });
    assertThat(Cpu.program(graph).listing()).doesNotContain("transpose", "slice", "pad");
    List<NdArray> inputs = List.of(all, bar);
    try (Backend backend = Cpu.open(2)) {
      List<NdArray> found = Cpu.run(backend, graph, inputs);
      List<NdArray> wanted = Cpu.run(backend, anonymous(graph), inputs);
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < found.get(i).type().shape().size(); j++) {
          assertThat(found.get(i).getDouble(j)).isCloseTo(wanted.get(i).getDouble(j), within(1e-5));
        }
      }
    }
  }

  @Test
  void aPartThatIsAlsoUsedElsewhereIsStillMade() {
    NdArray x = Cpu.random(1, 2, 5, 9);
    Graph graph =
        Cpu.graph(
            List.of(x),
            in -> {
              List<Tensor> parts = in.getFirst().split(-1, 3, 3, 3);
              Tensor y =
                  CausalAttention.apply(parts.get(0), parts.get(1).reverse(1), parts.get(2))
                      .output();
              return List.of(y.add(parts.get(2)), y.transpose(0, 2, 1), parts.get(0), y);
            });
    List<NdArray> inputs = List.of(x);
    try (Backend backend = Cpu.open(2)) {
      List<NdArray> found = Cpu.run(backend, graph, inputs);
      List<NdArray> wanted = Cpu.run(backend, anonymous(graph), inputs);
      for (int i = 0; i < found.size(); i++) {
        for (int j = 0; j < found.get(i).type().shape().size(); j++) {
          assertThat(found.get(i).getDouble(j)).isCloseTo(wanted.get(i).getDouble(j), within(1e-5));
        }
      }
    }
  }

  @Test
  void memoryGrowsAsTheContextAndNotAsItsSquare() {
    long shorter = program(1024).frameBytes();
    long longer = program(2048).frameBytes();
    assertThat(longer).isLessThanOrEqualTo(shorter * 21 / 10);
    // A third of the scores of the two heads.
    assertThat(longer).isLessThan(2L * 2048 * 2048 * 4 / 3);
  }

  private static Program program(int time) {
    TensorType type = TensorType.of(DType.F32, 1, 2, time, 32);
    TensorType scalars = TensorType.of(DType.F32, 1, 2, time);
    return Cpu.program(
        Graph.trace("long", List.of(type, type, type, type, scalars), CausalAttentionTest::there));
  }

  @Test
  void aCompositeOfTheSameNameOnOtherOperandsIsItsBody() {
    NdArray x = Cpu.random(1, 3, 4);
    NdArray y =
        Cpu.run(
                List.of(x),
                in -> Composites.apply(CausalAttention.NAME, in, v -> List.of(v.getFirst().mul(2))))
            .getFirst();
    for (int i = 0; i < 12; i++) {
      assertThat(y.getDouble(i)).isEqualTo(2 * x.getDouble(i));
    }
  }
}
