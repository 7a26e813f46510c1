package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.Frame;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.WorkerPool;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A program and the frames of its runs, which are kept for the next. */
final class CpuExecutable implements Executable, CpuBackend.AutoCloseableQuietly {
  /** What runs once or twice is not worth a kernel. */
  private static final int RUNS_BEFORE_KERNELS = 3;

  private final CpuBackend backend;
  private final List<TensorType> inputTypes;
  private final List<TensorType> outputTypes;
  private final SharedPrograms.Use use;
  private final List<Donation> donations;
  private final Program program;
  private final MemoryUse memory;
  private final WorkerPool pool;

  /** The frame of the last run, and those of runs beside it. */
  private final AtomicReference<@Nullable Frame> spare = new AtomicReference<>();

  private final ConcurrentLinkedDeque<Frame> frames = new ConcurrentLinkedDeque<>();
  private final AtomicInteger runs = new AtomicInteger();
  private volatile boolean closed;

  CpuExecutable(
      CpuBackend backend,
      Graph graph,
      List<Donation> donations,
      SharedPrograms.Use use,
      MemoryUse memory,
      WorkerPool pool) {
    this.backend = backend;
    this.inputTypes = graph.inputTypes();
    this.outputTypes = graph.outputTypes();
    this.donations = List.copyOf(donations);
    this.use = use;
    this.program = use.program().named(graph.name());
    this.memory = memory;
    this.pool = pool;
  }

  @Override
  public List<TensorType> inputTypes() {
    return inputTypes;
  }

  @Override
  public List<TensorType> outputTypes() {
    return outputTypes;
  }

  @Override
  public void run(List<Buffer> inputs, List<Buffer> outputs) {
    if (closed) {
      throw Closing.useAfterClose("an executable", "compile the graph again");
    }
    backend.requireOpen();
    requireOwn("inputs", inputs, inputTypes);
    requireOwn("outputs", outputs, outputTypes);
    Donation.requireBuffers(program.name(), donations, inputs, outputs);
    Frame frame = frame();
    bind(frame, program.inputs(), inputs);
    bind(frame, program.outputs(), outputs);
    program.run(frame, pool);
    program.release(frame);
    if (runs.incrementAndGet() == RUNS_BEFORE_KERNELS) {
      backend.kernels().prepare(program.segments());
    }
    if (!closed && !spare.compareAndSet(null, frame)) {
      frames.push(frame);
    }
  }

  private static void bind(Frame frame, List<Integer> slots, List<Buffer> buffers) {
    for (int i = 0; i < buffers.size(); i++) {
      frame.bind(slots.get(i), ((CpuBuffer) buffers.get(i)).storage(), 0);
    }
  }

  private Frame frame() {
    Frame last = spare.getAndSet(null);
    Frame kept = last != null ? last : frames.poll();
    if (kept != null) {
      return kept;
    }
    try {
      return program.newFrame(pool.newScratch());
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          program.name() + " needs " + program.frameBytes() + " bytes for a run",
          "the heap has no such room: " + e.getMessage(),
          "give the JVM more memory (-Xmx) or use a smaller batch",
          e);
    }
  }

  private void requireOwn(String what, List<Buffer> buffers, List<TensorType> types) {
    boolean same = buffers.size() == types.size();
    for (int i = 0; same && i < types.size(); i++) {
      same = buffers.get(i).type().equals(types.get(i));
    }
    if (!same) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "the " + what + " of " + program.name() + " are " + types,
          buffers.stream().map(Buffer::type).toList().toString(),
          "pass buffers of these types in this order");
    }
    for (int i = 0; i < buffers.size(); i++) {
      if (!(buffers.get(i) instanceof CpuBuffer own) || own.backend() != backend) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "an executable runs on buffers of its own backend",
            "one of the " + what + " belongs to another backend",
            "allocate it in a scope of the backend that compiled the graph");
      }
      own.storage();
    }
  }

  @Override
  public MemoryUse memory() {
    return memory;
  }

  @Override
  public String listing() {
    return program.listing();
  }

  @Override
  public void close() {
    closed = true;
    spare.set(null);
    frames.clear();
    backend.forget(this, use);
  }
}
