package dev.espalier.backend.cpu.run;

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
  private static final int SPINS = 2000;

  private final PanelKernels kernels;
  private final List<Thread> workers = new ArrayList<>();
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Job job;
  private volatile boolean closed;

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
      workers.add(Thread.ofPlatform().daemon().name("espalier-cpu-" + i).start(this::work));
    }
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
    try {
      Job shared = new Job(task, count, Thread.currentThread());
      job = shared;
      for (int i = 0; i < Math.min(workers.size(), count - 1); i++) {
        LockSupport.unpark(workers.get(i));
      }
      shared.help(scratch);
      shared.await();
    } finally {
      job = null;
      taken.set(false);
    }
  }

  private void work() {
    Scratch scratch = newScratch();
    Job last = null;
    int idle = 0;
    while (!closed) {
      Job next = job;
      if (next != null && next != last) {
        next.help(scratch);
        last = next;
        idle = 0;
      } else if (idle++ < SPINS) {
        Thread.onSpinWait();
      } else {
        // A finished job is let go of, since it holds the arrays of its step.
        last = null;
        LockSupport.park(this);
        idle = 0;
      }
    }
  }

  /** Ends the threads. Callers that are at work finish alone. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(LockSupport::unpark);
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Job {
    private final Task task;
    private final int count;
    private final Thread owner;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(Task task, int count, Thread owner) {
      this.task = task;
      this.count = count;
      this.owner = owner;
      this.left = new AtomicInteger(count);
    }

    void help(Scratch scratch) {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            task.run(i, scratch);
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          if (left.decrementAndGet() == 0) {
            LockSupport.unpark(owner);
          }
        }
      }
    }

    void await() {
      int spins = 0;
      while (left.get() > 0) {
        if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }
}
