package dev.espalier.backend.cpu.run;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which tasks of a job nobody has begun. Each thread has a share of neighbouring tasks, of every
 * job of as many tasks the same one: what it wrote in one job is what it reads in the next, and
 * lies in its own cache. A thread whose share is done takes from the far end of another's.
 *
 * <p>A share is one number, so that whoever changed it has a task of the job that is under way.
 */
final class TaskShares {
  /** Threads write their own shares so far apart that none takes a line that another waits for. */
  private static final int APART = 16;

  private final AtomicLongArray shares;
  private final int threads;

  TaskShares(int threads) {
    this.threads = threads;
    this.shares = new AtomicLongArray((threads + 1) * APART);
  }

  /** Shares out tasks 0 to count - 1. */
  void share(int count) {
    for (int i = 0; i < threads; i++) {
      long from = (long) count * i / threads;
      long to = (long) count * (i + 1) / threads;
      shares.set(place(i), share(from, to));
    }
  }

  /** Whether there are tasks that nobody has begun. */
  boolean any(int thread) {
    for (int i = 0; i < threads; i++) {
      if (size(shares.get(place((thread + i) % threads))) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Takes a task for a thread; -1 where none is left. */
  int take(int thread) {
    for (int i = 0; i < threads; i++) {
      int task = takeFrom(place((thread + i) % threads), i == 0);
      if (task >= 0) {
        return task;
      }
    }
    return -1;
  }

  private int takeFrom(int place, boolean own) {
    long share = shares.get(place);
    while (size(share) > 0) {
      long from = from(share);
      long to = to(share);
      long left = own ? share(from + 1, to) : share(from, to - 1);
      long found = shares.compareAndExchange(place, share, left);
      if (found == share) {
        return (int) (own ? from : to - 1);
      }
      share = found;
    }
    return -1;
  }

  private static int place(int thread) {
    return (thread + 1) * APART;
  }

  private static long share(long from, long to) {
    return from << Integer.SIZE | to;
  }

  private static long from(long share) {
    return share >>> Integer.SIZE;
  }

  private static long to(long share) {
    return share & 0xFFFF_FFFFL;
  }

  private static long size(long share) {
    return to(share) - from(share);
  }
}
