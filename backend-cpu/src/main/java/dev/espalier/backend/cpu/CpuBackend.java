package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Capabilities;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.WorkerPool;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The CPU backend: its worker threads, and the scopes and executables that are open. Results do not
 * depend on the number of threads, not in a bit.
 */
public final class CpuBackend implements Backend {
  private final PanelKernels panels;
  private final ChosenProducts products;
  private final Kernels kernels = new Kernels();
  private final SharedPrograms programs;
  private final WorkerPool pool;
  private final Set<AutoCloseableQuietly> open = ConcurrentHashMap.newKeySet();
  private final LongAdder liveBytes = new LongAdder();
  private volatile boolean closed;

  /** Something that the backend closes with itself. */
  interface AutoCloseableQuietly extends AutoCloseable {
    @Override
    void close();
  }

  CpuBackend(int threads, PanelKernels panels, ChosenProducts products) {
    this.panels = panels;
    this.products = products;
    programs = new SharedPrograms(kernels, products.products());
    pool = new WorkerPool(threads, panels);
  }

  @Override
  public String description() {
    return "cpu, "
        + pool.threads()
        + (pool.threads() == 1 ? " thread, " : " threads, ")
        + panels.description()
        + (products.description().isEmpty() ? "" : ", " + products.description());
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.everythingOn(
        EnumSet.allOf(DType.class), Set.of(CausalAttention.NAME, CausalAttention.BACKWARD));
  }

  @Override
  public long liveBytes() {
    return liveBytes.sum();
  }

  /** Buffers of these bytes came, or went where negative. */
  void count(long bytes) {
    liveBytes.add(bytes);
  }

  @Override
  public Executable compile(Graph graph, List<Donation> donations) {
    requireOpen();
    capabilities().require(graph);
    SharedPrograms.Use use =
        programs.acquire(graph, donations, program -> requireRoom(graph, donations, program));
    CpuExecutable executable =
        new CpuExecutable(
            this, graph, donations, use, memory(graph, donations, use.program()), pool);
    open.add(executable);
    return executable;
  }

  private static MemoryUse memory(Graph graph, List<Donation> donations, Program program) {
    return new MemoryUse(
        MemoryUse.buffersOf(graph, donations), program.frameBytes(), program.constantBytes());
  }

  /**
   * Refuses what the heap can never hold, whatever else is freed. What fits alone may still not fit
   * beside something else; that is told when it is allocated.
   */
  private static void requireRoom(Graph graph, List<Donation> donations, Program program) {
    MemoryUse memory = memory(graph, donations, program);
    long most = Runtime.getRuntime().maxMemory();
    if (memory.total() > most) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          graph.name()
              + " takes "
              + memory.total()
              + " bytes: buffers "
              + memory.buffers()
              + ", intermediate values "
              + memory.intermediates()
              + ", constants "
              + memory.constants(),
          "the heap holds " + most + " bytes at most",
          "give the JVM more memory (-Xmx) or use a smaller batch");
    }
  }

  @Override
  public BufferScope openScope() {
    requireOpen();
    CpuBufferScope scope = new CpuBufferScope(this);
    open.add(scope);
    return scope;
  }

  /** The number of scopes and executables that nobody has closed. */
  public int openCount() {
    return open.size();
  }

  /** The number of different programs that open executables run. */
  int programCount() {
    return programs.size();
  }

  /** Closes the scopes and executables that are still open, and ends the threads. */
  @Override
  public void close() {
    closed = true;
    List.copyOf(open).forEach(AutoCloseableQuietly::close);
    kernels.close();
    pool.close();
  }

  /** Where the kernels of its programs come from. */
  Kernels kernels() {
    return kernels;
  }

  void forget(AutoCloseableQuietly resource) {
    open.remove(resource);
  }

  /** Forgets an executable, once, and its use of a program. */
  void forget(CpuExecutable executable, SharedPrograms.Use use) {
    if (open.remove(executable)) {
      programs.release(use);
    }
  }

  void requireOpen() {
    if (closed) {
      throw Closing.useAfterClose("a backend", "open the backend again");
    }
  }
}
