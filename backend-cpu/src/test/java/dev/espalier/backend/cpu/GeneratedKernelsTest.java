package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.plan.Planner;
import dev.espalier.backend.cpu.run.Frame;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.Storage;
import dev.espalier.backend.cpu.run.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A generated kernel gives the bits of the operations that it stands for. */
final class GeneratedKernelsTest {
  private static final List<List<Integer>> SHAPES =
      List.of(
          List.of(1, 1),
          List.of(3, 7),
          List.of(5, 32),
          List.of(9, 100),
          List.of(700, 33),
          List.of(64, 1024),
          List.of(2, 4097),
          List.of(5, 4100));

  static IntStream seeds() {
    return IntStream.range(0, 80);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aRandomGraphGivesTheSameBitsByKernelsAndByOperations(int seed) {
    List<Integer> shape = SHAPES.get(seed % SHAPES.size());
    DType dtype = seed % 3 == 2 ? DType.F64 : DType.F32;
    int rows = shape.get(0);
    int width = shape.get(1);
    List<NdArray> inputs =
        List.of(
            special(seed, dtype, rows, width),
            special(seed + 1, dtype, rows, width),
            special(seed + 2, dtype, rows),
            special(seed + 3, dtype, width));
    Graph graph = Cpu.graph(inputs, x -> grow(x, seed));
    try (Kernels kernels = new Kernels();
        WorkerPool pool = new WorkerPool(2)) {
      Program program = Planner.compile(graph, kernels, Optional.empty(), List.of());
      List<NdArray> plain = run(program, graph, inputs, pool);
      kernels.useAll(program.segments());
      List<NdArray> generated = run(program, graph, inputs, pool);
      for (int i = 0; i < plain.size(); i++) {
        // As numbers: the virtual machine leaves open which NaN an operation gives.
        assertThat(generated.get(i).toDoubles()).containsExactly(plain.get(i).toDoubles());
      }
    }
  }

  @Test
  void aKernelIsSharedByLoopsOfOneText() {
    NdArray x = Cpu.random(1, 4000);
    NdArray y = Cpu.random(2, 50, 60);
    Graph graph =
        Cpu.graph(List.of(x, y), a -> a.stream().map(v -> v.mul(v).add(v).sqrt()).toList());
    try (Kernels kernels = new Kernels()) {
      Program program = Planner.compile(graph, kernels, Optional.empty(), List.of());
      assertThat(program.segments()).hasSize(2);
      assertThat(kernels.size()).isEqualTo(1);
    }
  }

  @Test
  void manyUpdatesOfOneLoopAreSeveralKernelsOfFewOperands() {
    List<NdArray> inputs = IntStream.range(0, 21).mapToObj(i -> Cpu.random(i, 500)).toList();
    Graph graph =
        Cpu.graph(
            inputs,
            x ->
                IntStream.rangeClosed(1, 10)
                    .mapToObj(i -> x.get(i).sub(x.get(10 + i).mul(x.get(0))))
                    .toList());
    try (Kernels kernels = new Kernels()) {
      Program program = Planner.compile(graph, kernels, Optional.empty(), List.of());
      // Twice five updates, which read eleven values.
      assertThat(program.segments()).hasSize(2);
    }
  }

  private static List<NdArray> run(
      Program program, Graph graph, List<NdArray> inputs, WorkerPool pool) {
    Frame frame = program.newFrame();
    for (int i = 0; i < inputs.size(); i++) {
      frame.bind(program.inputs().get(i), Storage.of(inputs.get(i).storage()), 0);
    }
    List<NdArray> outputs = new ArrayList<>();
    for (int i = 0; i < program.outputs().size(); i++) {
      Object storage = NdArray.allocate(graph.outputTypes().get(i));
      frame.bind(program.outputs().get(i), Storage.of(storage), 0);
      outputs.add(NdArray.wrap(graph.outputTypes().get(i), storage));
    }
    program.run(frame, pool);
    return outputs;
  }

  private static NdArray special(int seed, DType dtype, int... extents) {
    Random random = new Random(seed);
    double[] odd = {0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, -1e-42, 1e30, 2.5};
    double[] values = new double[Arrays.stream(extents).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? odd[random.nextInt(odd.length)] : random.nextGaussian();
    }
    return NdArray.of(values, extents).convert(dtype);
  }

  private static Tensor function(Tensor x, int which) {
    return switch (which) {
      case 0 -> x.exp();
      case 1 -> x.expm1();
      case 2 -> x.logistic();
      case 3 -> x.tanh();
      case 4 -> x.log();
      case 5 -> x.log1p();
      case 6 -> x.erf();
      default -> x.erfc();
    };
  }

  /** Each elementary function beside operations that keep it within a kernel. */
  @Test
  void aKernelHasTheBitsOfTheFunctionsInIt() {
    List<NdArray> inputs = List.of(special(5, DType.F32, 3, 1037), special(6, DType.F32, 3, 1037));
    for (int which = 0; which < 8; which++) {
      int function = which;
      Graph graph =
          Cpu.graph(
              inputs,
              x -> List.of(function(x.get(0).mul(x.get(1)).mul(3), function).mul(x.get(1))));
      try (Kernels kernels = new Kernels();
          WorkerPool pool = new WorkerPool(1)) {
        Program program = Planner.compile(graph, kernels, Optional.empty(), List.of());
        assertThat(program.segments()).as("function %s", which).hasSize(1);
        List<NdArray> plain = run(program, graph, inputs, pool);
        kernels.useAll(program.segments());
        List<NdArray> generated = run(program, graph, inputs, pool);
        assertThat(generated.getFirst().toDoubles())
            .as("function %s", which)
            .containsExactly(plain.getFirst().toDoubles());
      }
    }
  }

  private static List<Tensor> grow(List<Tensor> inputs, int seed) {
    Random random = new Random(seed);
    List<Tensor> values = new ArrayList<>(inputs.subList(0, 2));
    Tensor first = values.getFirst();
    for (int i = 0; i < 40; i++) {
      Tensor x = values.get(random.nextInt(values.size()));
      Tensor y = values.get(Math.max(0, values.size() - 1 - random.nextInt(4)));
      values.add(
          switch (random.nextInt(20)) {
            case 0 -> x.neg();
            case 1 -> x.add(y);
            case 2 -> x.mul(0.5).sub(y);
            case 3 -> x.sqrt();
            case 4 -> x.rsqrt().mul(y);
            case 5 -> x.max(y);
            case 6 -> x.min(y).abs();
            case 7 -> x.gt(y).select(x, y.neg());
            case 8 -> x.le(y).and(x.ne(0)).select(y, x);
            case 9 -> x.eq(y).or(x.lt(1)).not().select(x, y.zerosLike());
            case 10 -> x.div(y);
            case 11 -> x.add(inputs.get(2).broadcast(x.shape(), 0));
            case 12 -> x.mul(inputs.get(3).broadcast(x.shape(), 1));
            case 13 -> x.sub(x.mean(-1).spread(x.shape(), -1));
            case 14 -> function(x, random.nextInt(8));
            case 15 -> x.reduceMax(1).broadcast(x.shape(), 0).add(y);
            case 16 -> x.sum(0).broadcast(x.shape(), 1).sub(y);
            case 17 -> x.sum().broadcast(x.shape()).mul(y);
            case 18 -> x.ge(0).select(x.constantLike(2), y);
            default -> x.mul(x).add(first);
          });
    }
    List<Tensor> out = new ArrayList<>(values.subList(values.size() - 4, values.size()));
    out.add(out.getFirst().gt(out.getLast()));
    out.add(out.getFirst().sum(1));
    return out;
  }
}
