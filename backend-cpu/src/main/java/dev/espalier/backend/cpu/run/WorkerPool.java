package dev.espalier.backend.cpu.run;

import static java.util.Objects.requireNonNull;

import dev.espalier.backend.cpu.kernel.PanelKernels;
import dev.espalier.backend.cpu.machine.MachineKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the tasks of a step. Which tasks there are is the step's choice and never
 * depends on the number of threads, so that results do not either. One caller at a time has the
 * workers; another does its tasks alone.
 */
public final class WorkerPool implements AutoCloseable {
  /** Waiting threads stay awake so long: between two steps of a run, but not between two runs. */
  private static final long AWAKE_NANOS = 1_000_000;

  /** After so long they let others have the processor, if others want it. */
  private static final long SPIN_NANOS = 50_000;

  private final PanelKernels kernels;
  private final List<Worker> workers = new ArrayList<>();
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile boolean closed;

  // One job at a time, in place of an object a job: a run allocates nothing. Who has lowered
  // unclaimed by one has one of its tasks, and the other fields stay as they are until that is
  // done.
  private final AtomicInteger unclaimed = new AtomicInteger();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private int count;
  private @Nullable Task task;
  private @Nullable Thread caller;

  /** One of the tasks of a step. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does the task.
     *
     * @param index which of the tasks
     * @param scratch temporaries that no other thread uses
     */
    void run(int index, Scratch scratch);
  }

  /**
   * A pool in which so many threads work, the caller being one of them, with the fastest kernels
   * that can run.
   *
   * @param threads at least 1
   */
  public WorkerPool(int threads) {
    this(threads, MachineKernels.orJava());
  }

  /**
   * A pool in which so many threads work, the caller being one of them.
   *
   * @param threads at least 1
   * @param kernels the inner loops of matrix products
   */
  public WorkerPool(int threads, PanelKernels kernels) {
    this.kernels = kernels;
    for (int i = 1; i < threads; i++) {
      workers.add(new Worker("espalier-cpu-" + i));
    }
    workers.forEach(worker -> worker.thread.start());
  }

  /** The number of threads, the caller's included. */
  public int threads() {
    return workers.size() + 1;
  }

  /** Temporaries for a thread of its own. */
  public Scratch newScratch() {
    return new Scratch(kernels);
  }

  /**
   * Does tasks 0 to count - 1 and returns when all are done.
   *
   * @param scratch the caller's temporaries
   */
  public void run(int count, Scratch scratch, Task task) {
    if (count <= 1 || workers.isEmpty() || closed || !taken.compareAndSet(false, true)) {
      for (int i = 0; i < count; i++) {
        task.run(i, scratch);
      }
      return;
    }
    Throwable thrown;
    try {
      this.task = task;
      this.count = count;
      caller = Thread.currentThread();
      unfinished.set(count);
      unclaimed.set(count);
      for (int i = 0; i < Math.min(workers.size(), count - 1); i++) {
        workers.get(i).wake();
      }
      help(scratch);
      await();
      thrown = failure.getAndSet(null);
    } finally {
      // A finished task is let go of, since it holds the arrays of its step.
      this.task = null;
      caller = null;
      taken.set(false);
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void help(Scratch scratch) {
    for (int left = claim(); left > 0; left = claim()) {
      try {
        if (failure.get() == null) {
          requireNonNull(task).run(count - left, scratch);
        }
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      } finally {
        Thread waiting = requireNonNull(caller);
        if (unfinished.decrementAndGet() == 0) {
          LockSupport.unpark(waiting);
        }
      }
    }
  }

  /** How many tasks were unclaimed before this took one; 0 where none was. */
  private int claim() {
    int left = unclaimed.get();
    while (left > 0) {
      int found = unclaimed.compareAndExchange(left, left - 1);
      if (found == left) {
        return left;
      }
      left = found;
    }
    return 0;
  }

  private void await() {
    long since = System.nanoTime();
    while (unfinished.get() > 0) {
      if (!rest(since)) {
        LockSupport.park(this);
      }
    }
  }

  /**
   * Waits a moment: takes the processor at first, then only where nobody else wants it. False when
   * it has been long enough since the time.
   */
  @SuppressWarnings("ThreadPriorityCheck") // Right either way: yielding only leaves time to others.
  private static boolean rest(long since) {
    long waited = System.nanoTime() - since;
    if (waited > AWAKE_NANOS) {
      return false;
    }
    if (waited > SPIN_NANOS) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
    return true;
  }

  /** A thread that helps with each job. */
  private final class Worker {
    private final Thread thread;
    private volatile boolean asleep;

    Worker(String name) {
      thread = Thread.ofPlatform().daemon().name(name).unstarted(this::work);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }

    private void work() {
      Scratch scratch = newScratch();
      long since = System.nanoTime();
      while (!closed) {
        if (unclaimed.get() > 0) {
          help(scratch);
          since = System.nanoTime();
        } else if (!rest(since)) {
          asleep = true;
          if (unclaimed.get() == 0 && !closed) {
            LockSupport.park(WorkerPool.this);
          }
          asleep = false;
          since = System.nanoTime();
        }
      }
    }
  }

  /** Ends the threads. Callers that are at work finish alone. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(worker -> LockSupport.unpark(worker.thread));
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.thread.isAlive()) {
        try {
          worker.thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
