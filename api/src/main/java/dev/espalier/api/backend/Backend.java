package dev.espalier.api.backend;

import dev.espalier.api.ir.Graph;
import java.util.List;

/**
 * Compiles graphs and holds buffers. May be used by several threads at once; closing it closes what
 * it made.
 *
 * <p>Errors: a graph outside {@link #capabilities()} is UNSUPPORTED_BY_BACKEND; any use after close
 * is USE_AFTER_CLOSE.
 */
public interface Backend extends AutoCloseable {
  /** What runs here, for people. */
  String description();

  /** What is claimed. */
  Capabilities capabilities();

  /** Compiles a verified graph, no buffer of which is donated. */
  default Executable compile(Graph graph) {
    return compile(graph, List.of());
  }

  /**
   * Compiles a verified graph.
   *
   * @param donations which outputs take the buffers of which inputs; see {@link Donation#require}
   * @throws dev.espalier.api.EspalierException UNSUPPORTED_BY_BACKEND; BAD_VALUE or TYPE_MISMATCH
   *     for a donation; OUT_OF_MEMORY, with both numbers, where {@link Executable#memory} is more
   *     than there can be
   */
  Executable compile(Graph graph, List<Donation> donations);

  /** A scope for buffers; closing it frees them all. */
  BufferScope openScope();

  /** The bytes of all buffers that are not freed: 0 when every scope is closed. */
  long liveBytes();

  @Override
  void close();
}
