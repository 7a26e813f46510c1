package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.Philox;

/**
 * Random bits for each of some keys.
 *
 * @param keys how many
 * @param size the bits' elements for each
 * @param key the slot of the keys
 * @param counter the slot of the counters
 * @param z the slot of the bits
 */
public record RandomBitsStep(int keys, int size, int key, int counter, int z)
    implements Step, WorkerPool.Task {
  private int parts() {
    return Math.ceilDiv(size, Partition.ELEMENTS);
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    pool.run(keys * parts(), frame, this);
  }

  @Override
  public void run(Frame frame, Scratch scratch, int index) {
    int b = index / parts();
    long from = (long) (index % parts()) * Partition.ELEMENTS;
    long to = Math.min(size, from + Partition.ELEMENTS);
    Philox.fill(
        frame.longs(key)[frame.offset(key) + b],
        frame.longs(counter)[frame.offset(counter) + b],
        0,
        frame.ints(z),
        frame.offset(z) + b * size,
        from,
        to);
  }

  @Override
  public String describe() {
    return "random_bits " + keys + " x " + size + " -> @" + z;
  }
}
