package com.example.plainbackend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Capabilities;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What is claimed, and the life of buffers and executables. */
final class PlainBackend implements Backend {
  private static final Capabilities CLAIMED =
      new Capabilities(
          Set.of(DType.F64, DType.BOOL),
          Set.of(
              Binary.class,
              Broadcast.class,
              Compare.class,
              Composite.class,
              Concat.class,
              Constant.class,
              Dot.class,
              Reduce.class,
              Reshape.class,
              Reverse.class,
              Select.class,
              Slice.class,
              Transpose.class),
          Set.of());

  private final AtomicLong liveBytes = new AtomicLong();
  private volatile boolean closed;

  @Override
  public String description() {
    return "plain loops";
  }

  @Override
  public Capabilities capabilities() {
    return CLAIMED;
  }

  @Override
  public Executable compile(Graph graph, List<Donation> donations) {
    require(!closed, "a backend");
    CLAIMED.require(graph);
    Donation.require(graph.verify(), donations);
    return new Compiled(graph, List.copyOf(donations));
  }

  @Override
  public BufferScope openScope() {
    require(!closed, "a backend");
    return new Scope();
  }

  @Override
  public long liveBytes() {
    return liveBytes.get();
  }

  @Override
  public void close() {
    closed = true;
  }

  private static void require(boolean open, String what) {
    if (!open) {
      throw new EspalierException(
          ErrorCode.USE_AFTER_CLOSE,
          what + " is used while it is open",
          "it is closed",
          "open another");
    }
  }

  private static EspalierException refused(ErrorCode code, String asked, String found) {
    return new EspalierException(code, asked, found, "pass what the graph takes");
  }

  private final class Scope implements BufferScope {
    private final Set<Held> buffers = ConcurrentHashMap.newKeySet();
    private volatile boolean scopeClosed;

    @Override
    public Buffer allocate(TensorType type) {
      require(!scopeClosed && !closed, "a scope");
      try {
        Held buffer = new Held(this, type, NdArray.wrap(type, NdArray.allocate(type)));
        buffers.add(buffer);
        liveBytes.addAndGet(type.bytes());
        return buffer;
      } catch (OutOfMemoryError e) {
        throw refused(ErrorCode.OUT_OF_MEMORY, "a buffer of " + type, String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void close() {
      scopeClosed = true;
      for (Held buffer : buffers) {
        if (buffers.remove(buffer)) {
          buffer.values = null;
          liveBytes.addAndGet(-buffer.type.bytes());
        }
      }
    }
  }

  /** Immutable values, others with each write. */
  private final class Held implements Buffer {
    private final Scope scope;
    private final TensorType type;
    private volatile NdArray values;

    Held(Scope scope, TensorType type, NdArray values) {
      this.scope = scope;
      this.type = type;
      this.values = values;
    }

    PlainBackend owner() {
      return PlainBackend.this;
    }

    @Override
    public TensorType type() {
      return type;
    }

    @Override
    public void write(NdArray written) {
      read();
      if (!written.type().equals(type)) {
        throw refused(ErrorCode.TYPE_MISMATCH, "values of " + type, written.type().toString());
      }
      values = written;
    }

    @Override
    public NdArray read() {
      NdArray held = values;
      require(held != null && !scope.scopeClosed && !closed, "a buffer");
      return held;
    }
  }

  private final class Compiled implements Executable {
    private final Graph graph;
    private final List<Donation> donations;
    private volatile boolean executableClosed;

    Compiled(Graph graph, List<Donation> donations) {
      this.graph = graph;
      this.donations = donations;
    }

    @Override
    public List<TensorType> inputTypes() {
      return graph.inputTypes();
    }

    @Override
    public List<TensorType> outputTypes() {
      return graph.outputTypes();
    }

    @Override
    public void run(List<Buffer> inputs, List<Buffer> outputs) {
      require(!executableClosed && !closed, "an executable");
      List<NdArray> in = own(inputs, inputTypes()).stream().map(Held::read).toList();
      List<Held> out = own(outputs, outputTypes());
      Donation.requireBuffers(graph.name(), donations, inputs, outputs);
      out.forEach(Held::read);
      List<NdArray> results = Interpreter.run(graph, in);
      for (int i = 0; i < results.size(); i++) {
        out.get(i).write(results.get(i));
      }
    }

    private List<Held> own(List<Buffer> buffers, List<TensorType> types) {
      List<TensorType> given = buffers.stream().map(Buffer::type).toList();
      if (!given.equals(types)) {
        throw refused(ErrorCode.TYPE_MISMATCH, "buffers of " + types, given.toString());
      }
      return buffers.stream()
          .map(buffer -> {
            if (buffer instanceof Held held && held.owner() == PlainBackend.this) {
              return held;
            }
            throw refused(ErrorCode.BAD_VALUE, "buffers of this backend", "one of another");
          })
          .toList();
    }

    @Override
    public MemoryUse memory() {
      return MemoryUse.ofEveryValue(graph, donations);
    }

    @Override
    public String listing() {
      return graph.toString();
    }

    @Override
    public void close() {
      executableClosed = true;
    }
  }
}
