package dev.espalier.api.backend;

import dev.espalier.api.ir.Graph;

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

  /** Compiles a verified graph. */
  Executable compile(Graph graph);

  /** A scope for buffers; closing it frees them all. */
  BufferScope openScope();

  /** The bytes of all buffers that are not freed: 0 when every scope is closed. */
  long liveBytes();

  @Override
  void close();
}
