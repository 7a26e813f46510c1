package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.Segment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The kernels of a backend. A class that the virtual machine has not compiled yet is a hundred
 * times slower than the operations it stands for, so each is tried on data of its own, in a thread
 * of its own, and is used from when it is seen to be faster; one that never is, never is used.
 *
 * <p>Compiled code may later give way to worse. The same thread therefore looks at one kernel after
 * the other that has run of late, and tries a fresh variant of one that has lost its rate, a few
 * times at most. What is decided, and why, is logged at level DEBUG.
 */
public final class Kernels implements AutoCloseable {
  /** Between two looks, each of which takes well below a millisecond. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final LongSupplier nanoTime;
  private final Map<KernelText, Kernel> known = new ConcurrentHashMap<>();
  private final Set<Kernel> queued = ConcurrentHashMap.newKeySet();
  private final LinkedBlockingQueue<Trial> waiting = new LinkedBlockingQueue<>();

  /** The trials whose variants are in use, for the thread that tries; the next to look at first. */
  private final Deque<Trial> won = new ArrayDeque<>();

  private final Thread trials =
      Thread.ofPlatform().daemon().name("espalier-cpu-kernels").unstarted(this::tryAll);
  private volatile boolean closed;

  /** No kernel yet. */
  public Kernels() {
    this(System::nanoTime);
  }

  /** No kernel yet; what decides is this clock of nanoseconds. */
  Kernels(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

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

  /** Lets the kernels of these pieces be tried, each once, and be watched while they are used. */
  public synchronized void prepare(List<Segment> segments) {
    queue(segments);
    if (!waiting.isEmpty() && !closed && trials.getState() == Thread.State.NEW) {
      trials.start();
    }
  }

  /** Queues the kernels of these pieces, each once. */
  void queue(List<Segment> segments) {
    for (Segment segment : segments) {
      if (segment.kernel() instanceof BoundKernel bound && queued.add(bound.kernel())) {
        waiting.add(new Trial(segment, bound, nanoTime));
      }
    }
  }

  /** Uses the kernels of these pieces from now on, however fast they are. */
  public void useAll(List<Segment> segments) {
    for (Segment segment : segments) {
      if (segment.kernel() instanceof BoundKernel bound) {
        bound.kernel().use(new Variant(bound.kernel().text()));
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
        next(PAUSE);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Tries the kernel that waits; where none comes in time, looks at one that is used. */
  void next(Duration pause) throws InterruptedException {
    Trial trial = waiting.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
    if (trial == null) {
      look();
    } else if (trial.tryVariant()) {
      log(trial, "is used");
      won.add(trial);
    } else {
      log(trial, "is not faster than its operations");
      waitAgain(trial);
    }
  }

  private void look() {
    // The machine drops the code of what does not run: its rate says nothing.
    for (int i = won.size(); i > 0; i--) {
      Trial trial = won.remove();
      boolean ran = trial.kernel().ranSince();
      if (ran && trial.hasLost()) {
        trial.kernel().useOperations();
        log(trial, "fell behind its operations");
        waitAgain(trial);
      } else {
        won.add(trial);
      }
      if (ran) {
        return;
      }
    }
  }

  private void waitAgain(Trial trial) {
    if (trial.hasMore()) {
      waiting.add(trial);
    }
  }

  private static void log(Trial trial, String what) {
    System.getLogger(Kernels.class.getPackageName())
        .log(System.Logger.Level.DEBUG, () -> trial + " " + what);
  }

  /** Ends the trials. */
  @Override
  public synchronized void close() {
    closed = true;
    trials.interrupt();
  }
}
