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

  /** The number of the thread that has a job done; workers count from 1. */
  private static final int CALLER = 0;

  private final PanelKernels kernels;
  private final List<Worker> workers = new ArrayList<>();
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile boolean closed;

  // One job at a time, in place of an object a job: a run allocates nothing. Who has taken one of
  // its tasks finds the other fields as they are until that is done.
  private final TaskShares shares;
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable Task task;
  private @Nullable Frame frame;
  private @Nullable Thread caller;

  /**
   * The tasks of a step. A step makes it once and not in every run: it would be memory that each
   * run allocates.
   */
  @FunctionalInterface
  public interface Task {
    /**
     * Does the task.
     *
     * @param frame the memory of the run
     * @param scratch temporaries that no other thread uses
     * @param index which of the tasks
     */
    void run(Frame frame, Scratch scratch, int index);
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
    this.shares = new TaskShares(threads);
    for (int i = 1; i < threads; i++) {
      workers.add(new Worker(i));
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
   * @param frame the memory of the run, with the caller's temporaries
   */
  public void run(int count, Frame frame, Task task) {
    if (count <= 1 || workers.isEmpty() || closed || !taken.compareAndSet(false, true)) {
      for (int i = 0; i < count; i++) {
        task.run(frame, frame.scratch(), i);
      }
      return;
    }
    Throwable thrown;
    try {
      this.task = task;
      this.frame = frame;
      caller = Thread.currentThread();
      unfinished.set(count);
      shares.share(count);
      for (int i = 0; i < Math.min(workers.size(), count - 1); i++) {
        workers.get(i).wake();
      }
      help(frame.scratch(), CALLER);
      await();
      thrown = failure.getAndSet(null);
    } finally {
      // A finished job is let go of, since its frame holds the arrays of the step.
      this.task = null;
      this.frame = null;
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

  private void help(Scratch scratch, int thread) {
    for (int index = shares.take(thread); index >= 0; index = shares.take(thread)) {
      try {
        if (failure.get() == null) {
          requireNonNull(task).run(requireNonNull(frame), scratch, index);
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
    private final int number;
    private final Thread thread;
    private volatile boolean asleep;

    Worker(int number) {
      this.number = number;
      thread = Thread.ofPlatform().daemon().name("espalier-cpu-" + number).unstarted(this::work);
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
        if (shares.any(number)) {
          help(scratch, number);
          since = System.nanoTime();
        } else if (!rest(since)) {
          asleep = true;
          if (!shares.any(number) && !closed) {
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
