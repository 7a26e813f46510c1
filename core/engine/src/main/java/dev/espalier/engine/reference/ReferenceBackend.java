package dev.espalier.engine.reference;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Capabilities;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The reference interpreter as a backend: every operation on every element type, one node after the
 * other. For finding out what a graph means, and for holding it against the same rules as others.
 */
final class ReferenceBackend implements Backend {
  private final Set<Closing> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong liveBytes = new AtomicLong();
  private volatile boolean closed;

  /** Something that the backend closes with itself. */
  private interface Closing {
    void close();
  }

  @Override
  public String description() {
    return "reference interpreter";
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.everythingOn(EnumSet.allOf(DType.class), Set.of());
  }

  @Override
  public Executable compile(Graph graph, List<Donation> donations) {
    requireOpen(closed, "a backend", "open the backend again");
    capabilities().require(graph);
    Donation.require(graph.verify(), donations);
    Interpreted executable = new Interpreted(graph, List.copyOf(donations));
    open.add(executable);
    return executable;
  }

  @Override
  public BufferScope openScope() {
    requireOpen(closed, "a backend", "open the backend again");
    Scope scope = new Scope();
    open.add(scope);
    return scope;
  }

  @Override
  public long liveBytes() {
    return liveBytes.get();
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(Closing::close);
  }

  private static void requireOpen(boolean closed, String what, String repair) {
    if (closed) {
      throw new EspalierException(
          ErrorCode.USE_AFTER_CLOSE, what + " is used while it is open", "it is closed", repair);
    }
  }

  /** The buffers of a scope. */
  private final class Scope implements BufferScope, Closing {
    private final Set<Held> buffers = ConcurrentHashMap.newKeySet();
    private volatile boolean scopeClosed;

    @Override
    public Buffer allocate(TensorType type) {
      requireOpen(scopeClosed || closed, "a buffer scope", "allocate before the scope is closed");
      Held buffer = new Held(type, zeros(type));
      buffers.add(buffer);
      liveBytes.addAndGet(type.bytes());
      if (scopeClosed) {
        // Closed meanwhile by another thread, which may not have seen this buffer.
        free(buffer);
      }
      return buffer;
    }

    private static NdArray zeros(TensorType type) {
      try {
        return NdArray.wrap(type, NdArray.allocate(type));
      } catch (OutOfMemoryError e) {
        throw new EspalierException(
            ErrorCode.OUT_OF_MEMORY,
            "a buffer of " + type + " takes " + type.bytes() + " bytes",
            "the heap has no such room: " + e.getMessage(),
            "give the JVM more memory (-Xmx) or use a smaller batch",
            e);
      }
    }

    private void free(Held buffer) {
      if (buffers.remove(buffer)) {
        buffer.values = null;
        liveBytes.addAndGet(-buffer.type.bytes());
      }
    }

    @Override
    public void close() {
      scopeClosed = true;
      buffers.forEach(this::free);
      open.remove(this);
    }
  }

  /** Immutable values, others with each write. */
  private final class Held implements Buffer {
    private final TensorType type;
    private volatile @Nullable NdArray values;

    Held(TensorType type, NdArray values) {
      this.type = type;
      this.values = values;
    }

    ReferenceBackend owner() {
      return ReferenceBackend.this;
    }

    @Override
    public TensorType type() {
      return type;
    }

    @Override
    public void write(NdArray written) {
      read();
      if (!written.type().equals(type)) {
        throw new EspalierException(
            ErrorCode.TYPE_MISMATCH,
            "a buffer of " + type + " takes values of its type",
            written.type().toString(),
            "convert or reshape the values first");
      }
      values = written;
    }

    @Override
    public NdArray read() {
      NdArray held = values;
      if (held == null) {
        requireOpen(true, "a buffer", "use the buffer before its scope is closed");
        throw new AssertionError("it is closed");
      }
      return held;
    }
  }

  /** A verified graph. */
  private final class Interpreted implements Executable, Closing {
    private final Graph graph;
    private final List<Donation> donations;
    private volatile boolean executableClosed;

    Interpreted(Graph graph, List<Donation> donations) {
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
      requireOpen(executableClosed || closed, "an executable", "compile the graph again");
      List<Held> in = held("inputs", inputs, inputTypes());
      List<Held> out = held("outputs", outputs, outputTypes());
      Donation.requireBuffers(graph.name(), donations, inputs, outputs);
      out.forEach(Held::read);
      List<NdArray> results = Reference.run(graph, in.stream().map(Held::read).toList());
      for (int i = 0; i < results.size(); i++) {
        out.get(i).write(results.get(i));
      }
    }

    private List<Held> held(String what, List<Buffer> buffers, List<TensorType> types) {
      List<TensorType> given = buffers.stream().map(Buffer::type).toList();
      if (!given.equals(types)) {
        throw new EspalierException(
            ErrorCode.TYPE_MISMATCH,
            "the " + what + " of " + graph.name() + " are " + types,
            given.toString(),
            "pass buffers of these types in this order");
      }
      return buffers.stream().map(buffer -> own(what, buffer)).toList();
    }

    private Held own(String what, Buffer buffer) {
      if (buffer instanceof Held own && own.owner() == ReferenceBackend.this) {
        return own;
      }
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an executable runs on buffers of its own backend",
          "one of the " + what + " belongs to another backend",
          "allocate it in a scope of the backend that compiled the graph");
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
      open.remove(this);
    }
  }
}
