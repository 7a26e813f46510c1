package dev.espalier.benchmarks;

import dev.espalier.api.backend.MemoryUse;

/** A compiled graph with its buffers in place, to be run again and again. */
public interface RunningGraph extends AutoCloseable {
  /**
   * Runs it once, on fresh data where it takes some, and gives the milliseconds of the run alone.
   */
  double milliseconds();

  /** What a run needs. */
  MemoryUse memory();

  @Override
  void close();
}
