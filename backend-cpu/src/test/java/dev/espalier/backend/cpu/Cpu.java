package dev.espalier.backend.cpu;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.plan.Planner;
import dev.espalier.backend.cpu.run.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Runs small graphs. */
final class Cpu {
  private Cpu() {}

  static Backend open(int threads) {
    return new CpuBackendProvider().open(Map.of("threads", Integer.toString(threads)));
  }

  static Graph graph(List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> body) {
    return Graph.trace("test", inputs.stream().map(NdArray::type).toList(), body);
  }

  /** A graph as the backend plans it. */
  static Program program(Graph graph) {
    return Planner.compile(graph, new Kernels(), Optional.empty(), List.of());
  }

  /** The outputs of a function, run by two threads. */
  static List<NdArray> run(List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> body) {
    try (Backend backend = open(2)) {
      return run(backend, graph(inputs, body), inputs);
    }
  }

  static NdArray run1(Function<Tensor, Tensor> body, NdArray input) {
    return run(List.of(input), x -> List.of(body.apply(x.getFirst()))).getFirst();
  }

  static List<NdArray> run(Backend backend, Graph graph, List<NdArray> inputs) {
    try (Executable executable = backend.compile(graph);
        BufferScope scope = backend.openScope()) {
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      List<Buffer> out = graph.outputTypes().stream().map(scope::allocate).toList();
      executable.run(in, out);
      executable.run(in, out);
      return out.stream().map(Buffer::read).toList();
    }
  }

  /** A batch of identity matrices of the element type of a tensor. */
  static Tensor identity(Tensor like, int batch, int n) {
    float[] values = new float[batch * n * n];
    for (int i = 0; i < batch * n; i++) {
      values[i * n + i % n] = 1;
    }
    return like.constant(NdArray.of(values, batch, n, n));
  }

  static NdArray random(int seed, int... extents) {
    NdArray zeros = NdArray.of(new float[Shape.of(extents).size()], extents);
    float[] values = zeros.toFloats();
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return NdArray.of(values, extents);
  }
}
