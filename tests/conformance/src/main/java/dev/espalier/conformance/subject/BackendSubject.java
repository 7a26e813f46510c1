package dev.espalier.conformance.subject;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Subject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A backend. It is opened once with each set of options that a rule asks for, at first use, and
 * closed with the subject; rules about the life of a backend open their own.
 */
public final class BackendSubject implements Subject {
  private final String name;
  private final BackendProvider provider;
  private final KnownGaps gaps;
  private final Map<Map<String, String>, Backend> open = new ConcurrentHashMap<>();

  /**
   * @param name its registered name
   * @param provider opens it
   * @param gaps what its author knows to be wrong with it
   */
  public BackendSubject(String name, BackendProvider provider, KnownGaps gaps) {
    this.name = name;
    this.provider = provider;
    this.gaps = gaps;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public KnownGaps gaps() {
    return gaps;
  }

  /** Opens backends. */
  public BackendProvider provider() {
    return provider;
  }

  /** The backend with its default options; shared, and not to be closed. */
  public Backend backend() {
    return backend(Map.of());
  }

  /** The backend with these options; shared, and not to be closed. */
  public Backend backend(Map<String, String> options) {
    return open.computeIfAbsent(options, provider::open);
  }

  /**
   * The backend on other numbers of threads than its default, shared and not to be closed; one that
   * has no such option, once more itself.
   */
  public List<Backend> withOtherThreads() {
    try {
      return List.of(backend(Map.of("threads", "1")), backend(Map.of("threads", "3")));
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.UNKNOWN_KEY) {
        return List.of(backend());
      }
      throw e;
    }
  }

  /** Compiles a graph on a backend and runs it once. */
  public static List<NdArray> run(Backend backend, Graph graph, List<NdArray> inputs) {
    try (Executable executable = backend.compile(graph);
        BufferScope scope = backend.openScope()) {
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      List<Buffer> out = graph.outputTypes().stream().map(scope::allocate).toList();
      executable.run(in, out);
      return out.stream().map(Buffer::read).toList();
    }
  }

  @Override
  public void close() {
    open.values().forEach(Backend::close);
    open.clear();
  }
}
