package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Capabilities;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.subject.BackendSubject;
import dev.espalier.engine.reference.ReferenceBackendProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Wrong backends. */
public final class BackendMutants {
  private BackendMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        mutant("a backend that refuses running sums, which it claims", "BE-1", RefusesAClaim::new),
        mutant("a backend that compiles what it does not claim", "BE-2", ClaimsLess::new),
        mutant("a backend that does not verify graphs", "BE-3", NeverVerifies::new),
        mutant("a buffer that is read after its scope is closed", "BE-4", ReadsAfterClose::new),
        mutant("an executable that runs after it is closed", "BE-4", RunsAfterClose::new),
        mutant("a scope that is closed only once", "BE-5", ClosesOnce::new),
        mutant("a backend that leaves its scopes open", "BE-6", LeavesScopesOpen::new),
        mutant("a backend that counts what was ever allocated", "BE-7", CountsForEver::new),
        mutant("a backend that frees no buffer", "BE-8", Leaks::new),
        mutant("a backend that lets OutOfMemoryError through", "BE-9", RawOutOfMemory::new),
        mutant("a buffer that drops its last element", "BE-10", DropsTheLast::new),
        mutant("an executable that takes any backend's buffers", "BE-11", TakesForeign::new),
        mutant("an executable that uses an input as scratch", "BE-12", ScratchInInput::new),
        mutant("an executable with one scratch for all threads", "BE-13", SharedScratch::new),
        new Mutant(
            "a backend whose sums depend on its threads",
            "BE-14",
            Conformance.backend(
                new BackendSubject("mutant", new DependsOnThreads(), KnownGaps.NONE))),
        mutant("a listing with an address in it", "BE-15", ListsAddresses::new),
        new Mutant(
            "a provider that takes every option",
            "BE-16",
            Conformance.backend(
                new BackendSubject("mutant", new TakesAnyOption(), KnownGaps.NONE))),
        new Mutant(
            "a provider that finds something else each time",
            "BE-16",
            Conformance.backend(
                new BackendSubject("mutant", new Undecided(new AtomicInteger()), KnownGaps.NONE))),
        mutant("a backend that attends to the future", "BE-17", AttendsToTheFuture::new),
        mutant(
            "a backend whose attention has one scale for all sizes",
            "BE-17",
            AttendsWithoutScale::new),
        mutant("a backend that overwrites what it still reads", "BE-18", OverwritesTooEarly::new),
        mutant("a backend that takes any buffers for donated ones", "BE-18", IgnoresDonation::new),
        mutant("a backend that counts donated buffers twice", "BE-19", CountsTwice::new));
  }

  /** A mutant of the reference interpreter. */
  public static Mutant mutant(String name, String rule, UnaryOperator<Backend> mutation) {
    return new Mutant(
        name,
        rule,
        Conformance.backend(
            new BackendSubject("mutant", new Wrapped.Provider(mutation), KnownGaps.NONE)));
  }

  /** What it makes of the attention of a graph. */
  private abstract static class Attends extends Wrapped {
    Attends(Backend inner) {
      super(inner);
    }

    abstract List<Tensor> attend(List<Tensor> in);

    @Override
    public Executable compile(Graph graph) {
      boolean attention =
          graph.nodes().size() == 1
              && graph.nodes().getFirst().op() instanceof Composite composite
              && CausalAttention.isForward(composite);
      return super.compile(
          attention ? Graph.trace(graph.name(), graph.inputTypes(), this::attend) : graph);
    }
  }

  private static final class AttendsToTheFuture extends Attends {
    AttendsToTheFuture(Backend inner) {
      super(inner);
    }

    @Override
    List<Tensor> attend(List<Tensor> in) {
      int[] axes = IntStream.range(0, in.getFirst().shape().rank()).toArray();
      Tensor k = in.get(1).swapAxes(axes.length - 2, axes.length - 1);
      Tensor scores = in.get(0).matmul(k).mul(1 / Math.sqrt(in.getFirst().shape().extent(-1)));
      DType wide = scores.dtype().bytes() < 4 ? DType.F32 : scores.dtype();
      return List.of(
          scores.softmax(-1).matmul(in.get(2)), scores.to(wide).logSumExp(axes.length - 1));
    }
  }

  private static final class AttendsWithoutScale extends Attends {
    AttendsWithoutScale(Backend inner) {
      super(inner);
    }

    @Override
    List<Tensor> attend(List<Tensor> in) {
      double unscaled = Math.sqrt(in.getFirst().shape().extent(-1) / 64.0);
      CausalAttention.Attended attended =
          CausalAttention.apply(in.get(0).mul(unscaled), in.get(1), in.get(2));
      return List.of(attended.output(), attended.logSums());
    }
  }

  /** Reads donated inputs again after their buffers were written over. */
  private static final class OverwritesTooEarly extends Wrapped {
    OverwritesTooEarly(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph, List<Donation> donations) {
      return new Compiled(super.compile(graph, donations)) {
        @Override
        public void run(List<Buffer> inputs, List<Buffer> outputs) {
          super.run(inputs, outputs);
          if (!donations.isEmpty()) {
            super.run(inputs, outputs);
          }
        }
      };
    }
  }

  private static final class IgnoresDonation extends Wrapped {
    IgnoresDonation(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph, List<Donation> donations) {
      Executable donated = super.compile(graph, donations);
      Executable apart = super.compile(graph);
      return new Compiled(donated) {
        @Override
        public void run(List<Buffer> inputs, List<Buffer> outputs) {
          boolean shared = inputs.stream().anyMatch(outputs::contains);
          (shared ? donated : apart).run(inputs, outputs);
        }

        @Override
        public void close() {
          apart.close();
          super.close();
        }
      };
    }
  }

  private static final class CountsTwice extends Wrapped {
    CountsTwice(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph, List<Donation> donations) {
      return new Compiled(super.compile(graph, donations)) {
        @Override
        public MemoryUse memory() {
          return MemoryUse.ofEveryValue(graph, List.of());
        }
      };
    }
  }

  private static final class RefusesAClaim extends Wrapped {
    RefusesAClaim(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      if (graph.nodes().stream().anyMatch(node -> node.op() instanceof Cumulative)) {
        throw new EspalierException(
            ErrorCode.UNSUPPORTED_BY_BACKEND, "no running sums", "one", "write it as a scan");
      }
      return super.compile(graph);
    }
  }

  private static final class ClaimsLess extends Wrapped {
    ClaimsLess(Backend inner) {
      super(inner);
    }

    @Override
    public Capabilities capabilities() {
      return Capabilities.everythingOn(Set.of(DType.F32, DType.BOOL), Set.of());
    }
  }

  private static final class NeverVerifies extends Wrapped {
    NeverVerifies(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      try {
        return super.compile(graph);
      } catch (EspalierException e) {
        Graph same = Graph.trace("same", List.of(TensorType.of(DType.F32)), in -> in);
        return super.compile(same);
      }
    }
  }

  private static final class ReadsAfterClose extends Wrapped {
    ReadsAfterClose(Backend inner) {
      super(inner);
    }

    @Override
    public BufferScope openScope() {
      // Closed with the backend only.
      return new Scope(super.openScope()) {
        @Override
        public void close() {}
      };
    }
  }

  private static final class RunsAfterClose extends Wrapped {
    RunsAfterClose(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      return new Compiled(super.compile(graph)) {
        @Override
        public void close() {}
      };
    }
  }

  private static final class ClosesOnce extends Wrapped {
    ClosesOnce(Backend inner) {
      super(inner);
    }

    @Override
    public BufferScope openScope() {
      return new Scope(super.openScope()) {
        private boolean closed;

        @Override
        public void close() {
          if (closed) {
            throw new IllegalStateException("closed already");
          }
          closed = true;
          super.close();
        }
      };
    }
  }

  private static final class LeavesScopesOpen extends Wrapped {
    LeavesScopesOpen(Backend inner) {
      super(inner);
    }

    @Override
    public void close() {}
  }

  private static final class CountsForEver extends Wrapped {
    private final AtomicLong bytes = new AtomicLong();

    CountsForEver(Backend inner) {
      super(inner);
    }

    @Override
    public BufferScope openScope() {
      return new Scope(super.openScope()) {
        @Override
        public Buffer allocate(TensorType type) {
          bytes.addAndGet(type.bytes());
          return super.allocate(type);
        }
      };
    }

    @Override
    public long liveBytes() {
      return bytes.get();
    }
  }

  private static final class Leaks extends Wrapped {
    private final BufferScope forEver;

    Leaks(Backend inner) {
      super(inner);
      forEver = inner.openScope();
    }

    @Override
    public BufferScope openScope() {
      return new Scope(super.openScope()) {
        @Override
        public Buffer allocate(TensorType type) {
          return forEver.allocate(type);
        }
      };
    }
  }

  private static final class RawOutOfMemory extends Wrapped {
    RawOutOfMemory(Backend inner) {
      super(inner);
    }

    @Override
    public BufferScope openScope() {
      return new Scope(super.openScope()) {
        @Override
        public Buffer allocate(TensorType type) {
          if (type.bytes() > 1L << 40 || type.shape().size() > 1 << 30) {
            throw new OutOfMemoryError("Java heap space");
          }
          return super.allocate(type);
        }
      };
    }
  }

  private static final class DropsTheLast extends Wrapped {
    DropsTheLast(Backend inner) {
      super(inner);
    }

    private record Dropping(Buffer inner) implements Buffer {
      @Override
      public TensorType type() {
        return inner.type();
      }

      @Override
      public void write(NdArray values) {
        double[] kept = values.toDoubles();
        if (kept.length > 0) {
          kept[kept.length - 1] = 0;
        }
        inner.write(NdArray.wrap(values.type().withDType(DType.F64), kept).convert(type().dtype()));
      }

      @Override
      public NdArray read() {
        return inner.read();
      }
    }

    @Override
    public BufferScope openScope() {
      return new Scope(super.openScope()) {
        @Override
        public Buffer allocate(TensorType type) {
          return new Dropping(super.allocate(type));
        }
      };
    }
  }

  private static final class TakesForeign extends Wrapped {
    TakesForeign(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      return new Compiled(super.compile(graph)) {
        @Override
        public void run(List<Buffer> inputs, List<Buffer> outputs) {
          try (BufferScope own = TakesForeign.this.inner.openScope()) {
            List<Buffer> copies = inputs.stream().map(Buffer::read).map(own::upload).toList();
            super.run(copies, outputs);
          }
        }
      };
    }
  }

  private static final class ScratchInInput extends Wrapped {
    ScratchInInput(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      return new Compiled(super.compile(graph)) {
        @Override
        public void run(List<Buffer> inputs, List<Buffer> outputs) {
          super.run(inputs, outputs);
          inputs.getFirst().write(zeros(inputs.getFirst()));
        }
      };
    }
  }

  /** Two calls at once have both written their inputs before either runs, so one must be wrong. */
  private static final class SharedScratch extends Wrapped {
    private final Map<Graph, List<Buffer>> scratch = new ConcurrentHashMap<>();

    SharedScratch(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      BufferScope kept = inner.openScope();
      List<Buffer> mine =
          scratch.computeIfAbsent(
              graph, _ -> graph.inputTypes().stream().map(kept::allocate).toList());
      CyclicBarrier written = new CyclicBarrier(2);
      return new Compiled(super.compile(graph)) {
        @Override
        public void run(List<Buffer> inputs, List<Buffer> outputs) {
          for (int i = 0; i < mine.size(); i++) {
            mine.get(i).write(inputs.get(i).read());
          }
          meet(written);
          super.run(mine, outputs);
        }
      };
    }
  }

  /** Waits for a second call; one that comes alone breaks the barrier, which then holds nobody. */
  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      // Alone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record DependsOnThreads() implements BackendProvider {
    @Override
    public Probe probe() {
      return new Usable("a mutant");
    }

    @Override
    public Backend open(Map<String, String> options) {
      int threads = Integer.parseInt(options.getOrDefault("threads", "1"));
      return new Wrapped(new ReferenceBackendProvider().open(Map.of())) {
        @Override
        public Executable compile(Graph graph) {
          return new Compiled(super.compile(graph)) {
            @Override
            public void run(List<Buffer> inputs, List<Buffer> outputs) {
              super.run(inputs, outputs);
              outputs.forEach(output -> output.write(rounded(output.read(), threads)));
            }
          };
        }
      };
    }

    private static NdArray rounded(NdArray values, int threads) {
      double[] parts = values.toDoubles();
      for (int i = 0; i < parts.length; i++) {
        parts[i] *= 1 + 0x1p-22 * threads;
      }
      return NdArray.wrap(values.type().withDType(DType.F64), parts).convert(values.type().dtype());
    }
  }

  private static final class ListsAddresses extends Wrapped {
    ListsAddresses(Backend inner) {
      super(inner);
    }

    @Override
    public Executable compile(Graph graph) {
      return new Compiled(super.compile(graph)) {
        @Override
        public String listing() {
          return "kernel at " + System.identityHashCode(this);
        }
      };
    }
  }

  private record TakesAnyOption() implements BackendProvider {
    @Override
    public Probe probe() {
      return new Usable("a mutant");
    }

    @Override
    public Backend open(Map<String, String> options) {
      return new ReferenceBackendProvider().open(Map.of());
    }
  }

  private record Undecided(AtomicInteger asked) implements BackendProvider {
    @Override
    public Probe probe() {
      return new Usable("look number " + asked.incrementAndGet());
    }

    @Override
    public Backend open(Map<String, String> options) {
      return new ReferenceBackendProvider().open(options);
    }
  }
}
