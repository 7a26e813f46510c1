package dev.espalier.backend.cpu.run;

/** Cuts a range into parts of a fixed size, so that the parts do not depend on the threads. */
final class Partition {
  /** Elements that are worth a task of their own. */
  static final int ELEMENTS = 16 * 1024;

  private Partition() {}

  /** Work on a part of a range. */
  @FunctionalInterface
  interface Part {
    void run(int from, int to);
  }

  /** Runs parts of {@code grain} of the range from 0 to size. */
  static void run(Frame frame, WorkerPool pool, int size, int grain, Part part) {
    int step = Math.max(grain, 1);
    pool.run(
        Math.ceilDiv(size, step),
        frame.scratch(),
        (task, scratch) -> part.run(task * step, (int) Math.min(size, (task + 1L) * step)));
  }

  /**
   * As {@link #run(Frame, WorkerPool, int, int, Part)} where each item is {@code cost} elements.
   */
  static void ofCost(Frame frame, WorkerPool pool, int size, long cost, Part part) {
    run(frame, pool, size, (int) Math.max(1, ELEMENTS / Math.max(1, cost)), part);
  }
}
