package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Any thread may use a backend, several at once, and no bit depends on their number. */
final class ConcurrencyRules {
  private static final int RUNS = 20;
  private static final int LENGTH = 20_000;

  private ConcurrencyRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("BE-13", ConcurrencyRules::severalThreads),
        Check.single("BE-14", ConcurrencyRules::sameBits));
  }

  private static void severalThreads(BackendSubject subject, Findings findings) throws Exception {
    try (Backend backend = subject.provider().open(Map.of())) {
      SmallGraph first = SmallGraph.of(backend, LENGTH);
      SmallGraph second = SmallGraph.of(backend, LENGTH + 1);
      try (Executable one = backend.compile(first.graph());
          Executable two = backend.compile(second.graph());
          ExecutorService threads = Executors.newFixedThreadPool(4)) {
        CyclicBarrier start = new CyclicBarrier(4);
        List<Callable<String>> users =
            List.of(
                user(backend, first, one, 1, start),
                user(backend, first, one, 2, start),
                user(backend, second, two, 3, start),
                user(backend, second, two, 4, start));
        for (Future<String> wrong : threads.invokeAll(users)) {
          findings.require(wrong.get().isEmpty(), wrong.get());
        }
      } catch (ExecutionException e) {
        findings.problem("a thread of several ends in " + e.getCause());
      }
    }
  }

  /**
   * Runs an executable again and again on buffers of its own; says what is wrong. What can be made
   * beforehand is, so that the threads spend their time inside of {@code run}, together.
   */
  private static Callable<String> user(
      Backend backend, SmallGraph small, Executable executable, int seed, CyclicBarrier start) {
    return () -> {
      List<List<NdArray>> given = new ArrayList<>();
      List<List<NdArray>> wanted = new ArrayList<>();
      for (int run = 0; run < RUNS; run++) {
        given.add(small.inputs(seed * RUNS + run));
        wanted.add(small.outputs(given.getLast()));
      }
      try (BufferScope scope = backend.openScope()) {
        List<Buffer> in = given.getFirst().stream().map(scope::upload).toList();
        List<Buffer> out = given.getFirst().stream().map(v -> scope.allocate(v.type())).toList();
        start.await();
        for (int run = 0; run < RUNS; run++) {
          for (int i = 0; i < in.size(); i++) {
            in.get(i).write(given.get(run).get(i));
          }
          executable.run(in, out);
          if (!out.stream().map(Buffer::read).toList().equals(wanted.get(run))) {
            return "with four threads at once, run " + run + " of thread " + seed + " is wrong";
          }
        }
      }
      return "";
    };
  }

  private static void sameBits(BackendSubject subject, Findings findings) {
    DType dtype =
        SmallGraph.dtypes(subject.backend()).filter(DType::isFloat).findFirst().orElse(DType.I32);
    TensorType matrix = new TensorType(dtype, Shape.of(97, 131));
    SplittableRandom random = new SplittableRandom(7);
    double[] values = new double[matrix.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble(-2, 2);
    }
    List<NdArray> inputs =
        List.of(NdArray.wrap(matrix.withDType(DType.F64), values).convert(dtype));
    for (Graph graph : reductions(matrix)) {
      if (!subject.backend().capabilities().claims(graph)) {
        continue;
      }
      List<NdArray> wanted = BackendSubject.run(subject.backend(), graph, inputs);
      findings.require(
          BackendSubject.run(subject.backend(), graph, inputs).equals(wanted),
          graph.name() + " gives other bits the second time");
      for (String threads : List.of("1", "2", "3", "8")) {
        try {
          Backend backend = subject.backend(Map.of("threads", threads));
          findings.require(
              BackendSubject.run(backend, graph, inputs).equals(wanted),
              graph.name() + " gives other bits on " + threads + " threads");
        } catch (EspalierException e) {
          // A backend without threads has no such option.
          findings.require(
              e.code() == ErrorCode.UNKNOWN_KEY, "the option threads=" + threads + ": " + e);
        }
      }
    }
  }

  /** Graphs whose bits depend on the order of summation. */
  private static List<Graph> reductions(TensorType matrix) {
    List<Graph> graphs = new ArrayList<>();
    graphs.add(graph("the sum of a matrix", matrix, x -> x.sum()));
    graphs.add(graph("the sums of columns", matrix, x -> x.sum(0)));
    graphs.add(graph("the sums of rows", matrix, x -> x.sum(1)));
    graphs.add(graph("a running sum", matrix, x -> x.cumulativeSum(1)));
    graphs.add(graph("a matrix product", matrix, x -> x.matmul(x.transpose(1, 0))));
    if (matrix.dtype().isFloat()) {
      graphs.add(graph("a softmax", matrix, x -> x.softmax(1)));
    }
    return graphs;
  }

  private static Graph graph(
      String name, TensorType type, java.util.function.UnaryOperator<Tensor> body) {
    return Graph.trace(name, List.of(type), in -> List.of(body.apply(in.getFirst())));
  }
}
