package dev.espalier.backend.cpu.generate;

import java.lang.reflect.Method;

/** How much heap a piece of work takes, whether or not it is collected meanwhile. */
final class Allocation {
  private Allocation() {}

  /** The bytes that this thread allocates during the work. */
  static long during(Runnable work) {
    long before = allocated();
    work.run();
    return allocated() - before;
  }

  /**
   * By reflection: the module under test does not read the management modules, and need not for its
   * tests.
   */
  private static long allocated() {
    try {
      Object threads =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method bytes =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      return (Long) bytes.invoke(threads);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this virtual machine does not count allocations", e);
    }
  }
}
