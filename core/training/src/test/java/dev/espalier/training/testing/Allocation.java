package dev.espalier.training.testing;

import java.lang.management.ManagementFactory;

/** How much heap a piece of work takes, whether or not it is collected meanwhile. */
public final class Allocation {
  private Allocation() {}

  /** The bytes that this thread allocates during the work. */
  public static long during(Runnable work) {
    if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)) {
      throw new AssertionError("this virtual machine does not count allocations");
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
