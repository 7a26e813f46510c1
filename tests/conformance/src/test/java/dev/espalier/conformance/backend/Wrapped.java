package dev.espalier.conformance.backend;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Capabilities;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.reference.ReferenceBackendProvider;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A backend that does what another does; mutants do one thing otherwise. */
public class Wrapped implements Backend {
  /** The right one. */
  protected final Backend inner;

  /** Around the reference interpreter. */
  public Wrapped() {
    this(new ReferenceBackendProvider().open(Map.of()));
  }

  /** Around a backend. */
  public Wrapped(Backend inner) {
    this.inner = inner;
  }

  /** A provider of mutants that takes any options. */
  public record Provider(UnaryOperator<Backend> mutation) implements BackendProvider {
    @Override
    public Probe probe() {
      return new Usable("a mutant");
    }

    @Override
    public Backend open(Map<String, String> options) {
      return mutation.apply(new ReferenceBackendProvider().open(options));
    }
  }

  @Override
  public String description() {
    return inner.description();
  }

  @Override
  public Capabilities capabilities() {
    return inner.capabilities();
  }

  /** Without donations, as most mutants are. */
  @Override
  public Executable compile(Graph graph) {
    return inner.compile(graph);
  }

  @Override
  public Executable compile(Graph graph, List<Donation> donations) {
    return inner.compile(graph, donations);
  }

  @Override
  public BufferScope openScope() {
    return inner.openScope();
  }

  @Override
  public long liveBytes() {
    return inner.liveBytes();
  }

  @Override
  public void close() {
    inner.close();
  }

  /** A scope that does what another does. */
  public static class Scope implements BufferScope {
    /** The right one. */
    protected final BufferScope inner;

    /** Around a scope. */
    public Scope(BufferScope inner) {
      this.inner = inner;
    }

    @Override
    public Buffer allocate(TensorType type) {
      return inner.allocate(type);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** An executable that does what another does. */
  public static class Compiled implements Executable {
    /** The right one. */
    protected final Executable inner;

    /** Around an executable. */
    public Compiled(Executable inner) {
      this.inner = inner;
    }

    @Override
    public List<TensorType> inputTypes() {
      return inner.inputTypes();
    }

    @Override
    public List<TensorType> outputTypes() {
      return inner.outputTypes();
    }

    @Override
    public void run(List<Buffer> inputs, List<Buffer> outputs) {
      inner.run(inputs, outputs);
    }

    @Override
    public MemoryUse memory() {
      return inner.memory();
    }

    @Override
    public String listing() {
      return inner.listing();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** Zeros of a buffer's type. */
  public static NdArray zeros(Buffer like) {
    return NdArray.filled(like.type(), 0);
  }
}
