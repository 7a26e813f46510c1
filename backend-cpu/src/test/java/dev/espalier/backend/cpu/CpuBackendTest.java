package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Value;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CpuBackendTest {
  private static final TensorType FOUR = TensorType.of(DType.F32, 4);

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  /** A graph with a step of every kind that is shared by threads. */
  private static List<Tensor> mixed(List<Tensor> v) {
    Tensor x = v.get(0);
    Tensor y = v.get(1);
    Tensor product = x.matmul(y);
    Tensor soft = product.add(1).softmax(1);
    Tensor image = x.reshape(2, 3, 50, 350);
    Tensor kernel = y.slice(0, 0, 2).slice(1, 0, 27).reshape(2, 3, 3, 3);
    Convolution op =
        new Convolution(
            List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), List.of(1, 1), 1);
    return List.of(
        soft,
        product.sum(),
        product.sum(0),
        product.transpose(1, 0).cumulativeSum(1),
        image.convolution(op, kernel),
        x.sort(1, true),
        product.tanh().mul(product).to(DType.BF16));
  }

  @Test
  void resultsAreTheSameBitsForAnyNumberOfThreads() {
    List<NdArray> inputs = List.of(Cpu.random(1, 300, 350), Cpu.random(2, 350, 700));
    Graph graph = Cpu.graph(inputs, CpuBackendTest::mixed);
    List<List<NdArray>> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (Backend backend = Cpu.open(threads)) {
        results.add(Cpu.run(backend, graph, inputs));
      }
    }
    for (List<NdArray> other : results) {
      assertThat(other.equals(results.getFirst())).isTrue();
    }
  }

  /** Rows, columns, depth and products, so that every kind of cut is there. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 700, 900, 1",
    "700, 1, 900, 1",
    "13, 900, 400, 1",
    "128, 512, 784, 1",
    "100, 10, 513, 2",
    "301, 203, 130, 3",
    "65, 33, 17, 40",
    "600, 500, 0, 1"
  })
  void productsAreTheSameBitsForAnyCutNumberOfThreadsAndLoops(int m, int n, int k, int products) {
    List<NdArray> inputs = List.of(Cpu.random(1, products, m, k), Cpu.random(2, products, k, n));
    List<NdArray> turned = List.of(Cpu.random(1, products, k, m), Cpu.random(2, products, n, k));
    Dot plain = new Dot(List.of(0), List.of(0), List.of(2), List.of(1));
    Dot transposed = new Dot(List.of(0), List.of(0), List.of(1), List.of(2));
    Graph first = Cpu.graph(inputs, v -> v.get(0).apply(plain, v));
    Graph second = Cpu.graph(turned, v -> v.get(0).apply(transposed, v));
    List<List<NdArray>> results = new ArrayList<>();
    for (String loops : List.of("off", "on")) {
      for (String threads : List.of("1", "2", "3", "8")) {
        try (Backend backend =
            new CpuBackendProvider().open(Map.of("threads", threads, "native", loops))) {
          results.add(
              List.of(
                  Cpu.run(backend, first, inputs).getFirst(),
                  Cpu.run(backend, second, turned).getFirst()));
        }
      }
    }
    for (List<NdArray> other : results) {
      assertThat(other.equals(results.getFirst())).isTrue();
    }
    float[] x = inputs.get(0).toFloats();
    float[] y = inputs.get(1).toFloats();
    double sum = 0;
    for (int p = 0; p < k; p++) {
      sum += (double) x[x.length - k + p] * y[y.length - k * n + p * n + n - 1];
    }
    float[] z = results.getFirst().getFirst().toFloats();
    assertThat((double) z[z.length - 1]).isCloseTo(sum, within(1e-4));
  }

  @Test
  void oneExecutableRunsInSeveralThreadsAtOnce() throws Exception {
    List<NdArray> inputs = List.of(Cpu.random(1, 300, 350), Cpu.random(2, 350, 700));
    Graph graph = Cpu.graph(inputs, CpuBackendTest::mixed);
    try (Backend backend = Cpu.open(3);
        Executable executable = backend.compile(graph);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<NdArray> expected = Cpu.run(backend, graph, inputs);
      Callable<Boolean> run =
          () -> {
            try (BufferScope scope = backend.openScope()) {
              List<Buffer> in = inputs.stream().map(scope::upload).toList();
              List<Buffer> out = graph.outputTypes().stream().map(scope::allocate).toList();
              boolean same = true;
              for (int i = 0; i < 3; i++) {
                executable.run(in, out);
                same &= out.stream().map(Buffer::read).toList().equals(expected);
              }
              return same;
            }
          };
      for (Future<Boolean> same : threads.invokeAll(List.of(run, run, run, run))) {
        assertThat(same.get()).isTrue();
      }
    }
  }

  @Test
  void whatIsClosedIsRefusedAndClosingTwiceIsAllowed() {
    Graph graph = Graph.trace("twice", List.of(FOUR), a -> List.of(a.getFirst().mul(2)));
    Backend backend = Cpu.open(2);
    Executable executable = backend.compile(graph);
    BufferScope scope = backend.openScope();
    Buffer in = scope.upload(Cpu.random(1, 4));
    Buffer out = scope.allocate(FOUR);
    BufferScope other = backend.openScope();
    Buffer gone = other.allocate(FOUR);
    other.close();
    other.close();
    assertCode(ErrorCode.USE_AFTER_CLOSE, gone::read);
    assertCode(ErrorCode.USE_AFTER_CLOSE, () -> gone.write(Cpu.random(1, 4)));
    assertCode(ErrorCode.USE_AFTER_CLOSE, () -> executable.run(List.of(gone), List.of(out)));
    assertCode(ErrorCode.USE_AFTER_CLOSE, () -> other.allocate(FOUR));
    executable.close();
    executable.close();
    assertCode(ErrorCode.USE_AFTER_CLOSE, () -> executable.run(List.of(in), List.of(out)));
    backend.close();
    backend.close();
    assertCode(ErrorCode.USE_AFTER_CLOSE, in::read);
    assertCode(ErrorCode.USE_AFTER_CLOSE, () -> backend.compile(graph));
    assertCode(ErrorCode.USE_AFTER_CLOSE, backend::openScope);
  }

  @Test
  void closingTheBackendClosesWhatIsOpen() {
    CpuBackend backend = (CpuBackend) Cpu.open(1);
    BufferScope scope = backend.openScope();
    Executable executable = backend.compile(Graph.trace("same", List.of(FOUR), a -> a));
    assertThat(backend.openCount()).isEqualTo(2);
    scope.close();
    assertThat(backend.openCount()).isEqualTo(1);
    backend.close();
    assertThat(backend.openCount()).isZero();
    assertCode(ErrorCode.USE_AFTER_CLOSE, () -> executable.run(List.of(), List.of()));
  }

  @Test
  void buffersOfAnotherTypeNumberOrPlaceAreRefused() {
    Graph graph = Graph.trace("two", List.of(FOUR), a -> List.of(a.getFirst(), a.getFirst().neg()));
    try (Backend backend = Cpu.open(1);
        Backend stranger = Cpu.open(1);
        Executable executable = backend.compile(graph);
        BufferScope scope = backend.openScope();
        BufferScope foreign = stranger.openScope()) {
      Buffer x = scope.allocate(FOUR);
      Buffer y = scope.allocate(FOUR);
      Buffer z = scope.allocate(FOUR);
      Buffer ints = scope.allocate(TensorType.of(DType.I32, 4));
      assertCode(ErrorCode.TYPE_MISMATCH, () -> ints.write(Cpu.random(1, 4)));
      assertCode(ErrorCode.TYPE_MISMATCH, () -> executable.run(List.of(ints), List.of(y, z)));
      assertCode(ErrorCode.TYPE_MISMATCH, () -> executable.run(List.of(x), List.of(y)));
      assertCode(ErrorCode.BAD_VALUE, () -> executable.run(List.of(x), List.of(y, y)));
      assertCode(ErrorCode.BAD_VALUE, () -> executable.run(List.of(x), List.of(x, y)));
      Buffer away = foreign.allocate(FOUR);
      assertCode(ErrorCode.BAD_VALUE, () -> executable.run(List.of(away), List.of(y, z)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "two", "", "1e3", "99999999999"})
  void aBadNumberOfThreadsIsRefused(String threads) {
    assertCode(
        ErrorCode.BAD_VALUE, () -> new CpuBackendProvider().open(Map.of("threads", threads)));
  }

  @Test
  void machineCodeCanBeSwitchedOff() {
    try (Backend off = new CpuBackendProvider().open(Map.of("threads", "1", "native", "off"))) {
      assertThat(off.description()).isEqualTo("cpu, 1 thread, products in Java");
    }
    assertCode(ErrorCode.BAD_VALUE, () -> new CpuBackendProvider().open(Map.of("native", "no")));
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertCode(ErrorCode.UNKNOWN_KEY, () -> new CpuBackendProvider().open(Map.of("cores", "2")));
  }

  @Test
  void theProviderSaysWhatItFinds() {
    assertThat(new CpuBackendProvider().probe()).isInstanceOf(BackendProvider.Usable.class);
  }

  @Test
  void aGraphThatBreaksARuleIsNotCompiled() {
    Graph graph = Graph.trace("same", List.of(FOUR), a -> a);
    Graph broken = new Graph("broken", graph.inputs(), List.of(), List.of(new Value(3, FOUR)));
    try (Backend backend = Cpu.open(1)) {
      assertCode(ErrorCode.INVALID_GRAPH, () -> backend.compile(broken));
    }
  }

  @Test
  void temporariesShareMemoryWhenTheirLivesDoNotOverlap() {
    Graph chain =
        Graph.trace(
            "chain",
            List.of(TensorType.of(DType.F32, 64, 64)),
            a -> {
              Tensor x = a.getFirst();
              for (int i = 0; i < 10; i++) {
                x = x.matmul(a.getFirst());
              }
              return List.of(x);
            });
    try (Backend backend = Cpu.open(1);
        Executable executable = backend.compile(chain)) {
      assertThat(executable.listing()).contains("10 steps, 2 arrays, peak 32768 bytes");
    }
  }

  @Test
  void thePluginIsProvidedToTheModulePathAndToTheClassPath() throws IOException {
    String services = "META-INF/services/" + Plugin.class.getName();
    try (InputStream file = CpuPlugin.class.getModule().getResourceAsStream(services)) {
      assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8).strip())
          .isEqualTo(CpuPlugin.class.getName());
    }
    assertThat(CpuPlugin.class.getModule().getDescriptor().provides())
        .anySatisfy(provided -> {
          assertThat(provided.service()).isEqualTo(Plugin.class.getName());
          assertThat(provided.providers()).containsExactly(CpuPlugin.class.getName());
        });
    assertThat(new CpuPlugin().info().id()).isEqualTo("espalier.backend-cpu");
  }
}
