package dev.espalier.backend.cpu.run;

/** Work on a range in parts of a fixed size, so that the parts do not depend on the threads. */
interface Partition extends WorkerPool.Task {
  /** Elements that are worth a task of their own. */
  int ELEMENTS = 16 * 1024;

  /** The length of the range. */
  int size();

  /** The length of a part. */
  default int grain() {
    return ELEMENTS;
  }

  /** Does the part from one place to another, with temporaries that no other thread uses. */
  void part(Frame frame, Scratch scratch, int from, int to);

  /** The length of a part where each item is {@code cost} elements. */
  static int grainOf(long cost) {
    return (int) Math.max(1, ELEMENTS / Math.max(1, cost));
  }

  @Override
  default void run(Frame frame, Scratch scratch, int index) {
    int from = index * grain();
    part(frame, scratch, from, (int) Math.min(size(), (long) from + grain()));
  }

  /** Does all parts. */
  default void runParts(Frame frame, WorkerPool pool) {
    pool.run(Math.ceilDiv(size(), grain()), frame, this);
  }
}
