package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run allocates nothing, in no thread. What the virtual machine has not compiled yet boxes its
 * vectors: runs go on until that is over.
 */
final class AllocationTest {
  private static final int RUNS = 500;

  /** So long are vectors boxed at most, on a busy machine. */
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  private static final int THREADS = 3;

  private static final Dot BY_ROWS = new Dot(List.of(), List.of(), List.of(0), List.of(0));

  static Stream<Arguments> graphs() {
    return Stream.of(
        of(
            "small products, many at once",
            List.of(Cpu.random(1, 40, 9, 7), Cpu.random(2, 40, 7, 11)),
            x -> List.of(x.get(0).matmul(x.get(1)))),
        of(
            "a product in blocks of rows, and the loop after it",
            List.of(Cpu.random(1, 70, 200), Cpu.random(2, 200, 160), Cpu.random(3, 160)),
            x -> {
              Tensor product = x.get(0).matmul(x.get(1));
              return List.of(product.add(x.get(2).broadcastLike(product)).relu());
            }),
        of(
            "a product in blocks of columns",
            List.of(Cpu.random(1, 9, 400), Cpu.random(2, 400, 900)),
            x -> List.of(x.get(0).matmul(x.get(1)))),
        of(
            "a product in tiles",
            List.of(Cpu.random(1, 1100, 30), Cpu.random(2, 1100, 250)),
            x -> List.of(x.get(0).dot(BY_ROWS, x.get(1)))),
        of(
            "convolutions, of patches where they stand and of strided ones",
            List.of(Cpu.random(1, 4, 3, 12, 12), Cpu.random(2, 8, 3, 3, 3)),
            x -> Stream.of(1, 2).map(stride -> convolve(x.get(0), x.get(1), stride)).toList()),
        of(
            "a convolution and the loop that follows on each image",
            List.of(Cpu.random(1, 17, 3, 16, 16), Cpu.random(2, 8, 3, 3, 3)),
            x -> List.of(convolve(x.get(0), x.get(1), 2).relu())),
        of(
            "attention and its derivative",
            CausalAttentionTest.inputs(DType.F32, 2, 4, 40, 16),
            CausalAttentionTest::there),
        of(
            "reductions and softmax",
            List.of(Cpu.random(1, 60, 70)),
            x -> {
              Tensor rows = x.getFirst();
              return List.of(rows.softmax(1), rows.sum(0), rows.sum(), rows.reduceMax(1));
            }),
        of(
            "reductions of rows that are narrow, or wide, and of middle axes",
            List.of(Cpu.random(1, 900, 7), Cpu.random(2, 110, 5000), Cpu.random(3, 110)),
            x -> {
              Tensor wide = x.get(1).mul(x.get(2).broadcast(x.get(1).shape(), 0));
              return List.of(
                  x.get(0).sum(0),
                  x.get(0).reduceMax(1),
                  wide.sum(0),
                  wide.square().sum(1),
                  x.get(1).reshape(10, 11, 5000).sum(1),
                  x.get(0).reshape(9, 100, 7).reduceMin(1));
            }),
        of(
            "one element of each row",
            List.of(Cpu.random(1, 60, 70), Cpu.random(2, 60).convert(DType.I32)),
            x -> {
              Tensor rows = x.getFirst();
              Tensor index = x.get(1).expandDims(1);
              Tensor taken = rows.logSoftmax(1).takeAlongLast(index);
              Tensor added =
                  rows.apply(new ScatterAdd(1, 1), List.of(rows.zerosLike(), index, taken))
                      .getFirst();
              return List.of(taken, added.sub(rows));
            }),
        of(
            "moves",
            List.of(Cpu.random(1, 64, 33)),
            x -> {
              Tensor turned = x.getFirst().transpose(1, 0);
              return List.of(turned, turned.slice(0, 3, 30).pad(1, 2, 3, 0.5), turned.argMax(1));
            }));
  }

  private static Arguments of(
      String name, List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> body) {
    return Arguments.of(name, inputs, body);
  }

  private static Tensor convolve(Tensor x, Tensor kernel, int stride) {
    List<Integer> ones = List.of(1, 1);
    Convolution op = new Convolution(List.of(stride, stride), ones, ones, ones, ones, 1);
    return x.apply(op, List.of(x, kernel)).getFirst();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void aRunAllocatesNothingInAnyThread(
      String name, List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> body)
      throws ReflectiveOperationException {
    Graph graph = Cpu.graph(inputs, body);
    try (Backend backend = Cpu.open(THREADS);
        Executable executable = backend.compile(graph);
        BufferScope scope = backend.openScope()) {
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      List<Buffer> out = graph.outputTypes().stream().map(scope::allocate).toList();
      executable.run(in, out);
      Allocated allocated = new Allocated();
      long bytes = Long.MAX_VALUE;
      long start = System.nanoTime();
      while (bytes > 0 && System.nanoTime() - start < PATIENCE_NANOS) {
        long before = allocated.bytes();
        for (int i = 0; i < RUNS; i++) {
          executable.run(in, out);
        }
        // Looking allocates a little itself, much less than an object for each run.
        bytes = (allocated.bytes() - before) / RUNS;
      }
      assertThat(bytes).as("bytes a run").isZero();
    }
  }

  /** What the calling thread and the workers of backends have allocated. */
  private static final class Allocated {
    private final List<Long> threads =
        Stream.concat(
                Stream.of(Thread.currentThread()),
                Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().matches("espalier-cpu-\\d+")))
            .map(Thread::threadId)
            .toList();

    private final Object bean;
    private final Method ofThread;

    /** By reflection: the module under test does not read those of management. */
    Allocated() throws ReflectiveOperationException {
      assertThat(threads).hasSize(THREADS);
      bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      ofThread =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getThreadAllocatedBytes", long.class);
    }

    long bytes() throws ReflectiveOperationException {
      long sum = 0;
      for (long thread : threads) {
        sum += (Long) ofThread.invoke(bean, thread);
      }
      return sum;
    }
  }
}
