package dev.espalier.benchmarks.kernels;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.benchmarks.Installation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time of a compiled graph on the CPU backend, its buffers in place. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CompiledGraphBenchmark {
  /** The name of the workload, see {@link Workloads}. */
  @Param("elementwise/copy")
  public String workload = "";

  /** The backend's threads. */
  @Param({"1", "2"})
  public int threads;

  private @Nullable Running running;

  /**
   * What is open while it is measured.
   *
   * @param backend the backend
   * @param scope the scope of the buffers
   * @param executable the compiled graph
   * @param inputs its inputs, filled
   * @param outputs its outputs
   */
  private record Running(
      Backend backend,
      BufferScope scope,
      Executable executable,
      List<Buffer> inputs,
      List<Buffer> outputs) {}

  /** Compiles the graph and fills the inputs. */
  @Setup
  public void open() {
    Installation installation = Installation.discover();
    Workload chosen = new Workloads(installation).get(workload);
    Backend backend = installation.openCpu(threads);
    BufferScope scope = backend.openScope();
    Executable executable = backend.compile(chosen.graph());
    running =
        new Running(
            backend,
            scope,
            executable,
            chosen.inputs().stream().map(scope::upload).toList(),
            executable.outputTypes().stream().map(scope::allocate).toList());
  }

  /** Runs it once. */
  @Benchmark
  public void run() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException("open() comes first");
    }
    now.executable.run(now.inputs, now.outputs);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    Running now = running;
    if (now != null) {
      now.executable.close();
      now.scope.close();
      now.backend.close();
      running = null;
    }
  }
}
