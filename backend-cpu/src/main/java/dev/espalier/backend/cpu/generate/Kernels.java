package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Lane;
import dev.espalier.backend.cpu.run.Segment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The kernels of a backend. A class that the virtual machine has not compiled yet is a hundred
 * times slower than the operations it stands for, so each is tried on data of its own, in a thread
 * of its own, and is used from when it is seen to be faster; one that never is, never is used.
 */
public final class Kernels implements AutoCloseable {
  private static final long TRIAL_NANOS = 3_000_000_000L;
  private static final int CALLS = 200;

  /** How often in a row a kernel has to be faster. */
  private static final int WINS = 3;

  private final Map<KernelText, Kernel> known = new ConcurrentHashMap<>();
  private final Set<Kernel> tried = ConcurrentHashMap.newKeySet();
  private final LinkedBlockingQueue<Segment> waiting = new LinkedBlockingQueue<>();
  private final Thread trials =
      Thread.ofPlatform().daemon().name("espalier-cpu-kernels").unstarted(this::tryAll);
  private volatile boolean closed;

  /** No kernel yet. */
  public Kernels() {}

  /**
   * A kernel on registers.
   *
   * @param text what it computes
   * @param registers those of the operands, then those of the outputs
   * @param width the elements of a row
   * @param blockElements the elements of a block
   */
  public Segment.Kernel kernel(
      KernelText text, List<Integer> registers, int width, int blockElements) {
    return new BoundKernel(
        known.computeIfAbsent(text, Kernel::new),
        registers.stream().mapToInt(i -> i).toArray(),
        width,
        blockElements);
  }

  /** Lets the kernels of these pieces be tried, each once. */
  public synchronized void prepare(List<Segment> segments) {
    for (Segment segment : segments) {
      if (segment.kernel() instanceof BoundKernel bound && tried.add(bound.kernel())) {
        waiting.add(segment);
      }
    }
    if (!waiting.isEmpty() && !closed && trials.getState() == Thread.State.NEW) {
      trials.start();
    }
  }

  /** Uses the kernels of these pieces from now on, however fast they are. */
  public void useAll(List<Segment> segments) {
    for (Segment segment : segments) {
      if (segment.kernel() instanceof BoundKernel bound) {
        bound.kernel().setReady();
      }
    }
  }

  /** The number of different kernels. */
  public int size() {
    return known.size();
  }

  private void tryAll() {
    while (!closed) {
      try {
        trial(waiting.take());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void trial(Segment segment) {
    if (!(segment.kernel() instanceof BoundKernel bound)) {
      return;
    }
    BlockOp kernel = bound.bind();
    Lane lane = segment.trialLane(bound.blockElements());
    int n = bound.blockElements();
    int wins = 0;
    long end = System.nanoTime() + TRIAL_NANOS;
    while (!closed && wins < WINS && System.nanoTime() < end) {
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        segment.runPlain(lane, 0, n);
      }
      long middle = System.nanoTime();
      for (int i = 0; i < CALLS && !closed; i++) {
        kernel.run(lane, 0, n);
      }
      wins = System.nanoTime() - middle < middle - start ? wins + 1 : 0;
    }
    if (wins == WINS) {
      bound.kernel().setReady();
    }
  }

  /** Ends the trials. */
  @Override
  public synchronized void close() {
    closed = true;
    trials.interrupt();
  }
}
