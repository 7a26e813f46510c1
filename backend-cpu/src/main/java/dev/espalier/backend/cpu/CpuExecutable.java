package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.Frame;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.WorkerPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** A program and the frames of its runs, which are kept for the next. */
final class CpuExecutable implements Executable, CpuBackend.AutoCloseableQuietly {
  /** What runs once or twice is not worth a kernel. */
  private static final int RUNS_BEFORE_KERNELS = 3;

  private final CpuBackend backend;
  private final List<TensorType> inputTypes;
  private final List<TensorType> outputTypes;
  private final SharedPrograms.Use use;
  private final Program program;
  private final WorkerPool pool;
  private final ConcurrentLinkedDeque<Frame> frames = new ConcurrentLinkedDeque<>();
  private final AtomicInteger runs = new AtomicInteger();
  private volatile boolean closed;

  CpuExecutable(
      CpuBackend backend,
      List<TensorType> inputTypes,
      List<TensorType> outputTypes,
      SharedPrograms.Use use,
      String name,
      WorkerPool pool) {
    this.backend = backend;
    this.inputTypes = inputTypes;
    this.outputTypes = outputTypes;
    this.use = use;
    this.program = use.program().named(name);
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
    List<Object> in = storage("inputs", inputs, inputTypes);
    List<Object> out = storage("outputs", outputs, outputTypes);
    requireDistinct(in, out);
    Frame frame = frame();
    for (int i = 0; i < in.size(); i++) {
      frame.bind(program.inputs().get(i), in.get(i), 0);
    }
    for (int i = 0; i < out.size(); i++) {
      frame.bind(program.outputs().get(i), out.get(i), 0);
    }
    program.run(frame, pool);
    program.release(frame);
    if (runs.incrementAndGet() == RUNS_BEFORE_KERNELS) {
      backend.kernels().prepare(program.segments());
    }
    if (!closed) {
      frames.push(frame);
    }
  }

  private Frame frame() {
    Frame kept = frames.poll();
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

  private List<Object> storage(String what, List<Buffer> buffers, List<TensorType> types) {
    List<TensorType> given = buffers.stream().map(Buffer::type).toList();
    if (!given.equals(types)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "the " + what + " of " + program.name() + " are " + types,
          given.toString(),
          "pass buffers of these types in this order");
    }
    List<Object> storage = new ArrayList<>();
    for (Buffer buffer : buffers) {
      if (!(buffer instanceof CpuBuffer own) || own.backend() != backend) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "an executable runs on buffers of its own backend",
            "one of the " + what + " belongs to another backend",
            "allocate it in a scope of the backend that compiled the graph");
      }
      storage.add(own.storage());
    }
    return storage;
  }

  private void requireDistinct(List<Object> in, List<Object> out) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(in);
    for (int i = 0; i < out.size(); i++) {
      if (!seen.add(out.get(i))) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "each output of " + program.name() + " has a buffer of its own",
            "output " + i + " is an input or another output",
            "allocate another buffer for it");
      }
    }
  }

  @Override
  public String listing() {
    return program.listing();
  }

  @Override
  public void close() {
    closed = true;
    frames.clear();
    backend.forget(this, use);
  }
}
