package dev.espalier.host;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs a plugin's code on a thread of its own, and waits for it no longer than the limit.
 *
 * <p>Java cannot end a thread from outside. One that exceeds the limit is interrupted and then left
 * behind: it is a daemon, so it holds up no exit; nothing listens to it any more; it takes
 * processor time if it computes, and its class loader stays in memory until it ends by itself. It
 * is a platform thread: a virtual one that computes without end would keep one of the few threads
 * that carry all of them.
 */
final class TimeLimit {
  private final Duration limit;

  TimeLimit(Duration limit) {
    this.limit = limit;
  }

  /** What a call came to. */
  sealed interface Outcome<T> {}

  /** It came to its end. */
  record Done<T>(T value) implements Outcome<T> {}

  /** It threw, whatever. */
  record Thrown<T>(Throwable cause) implements Outcome<T> {}

  /** It did not end in time. */
  record Late<T>(String found) implements Outcome<T> {}

  /**
   * Calls.
   *
   * @param what is called, for the message and the thread's name
   * @param loader the class loader that libraries take from the thread
   */
  <T> Outcome<T> call(String what, ClassLoader loader, Callable<T> body) {
    AtomicReference<Outcome<T>> outcome = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("espalier-plugin: " + what)
            .unstarted(() -> {
              try {
                outcome.set(new Done<>(body.call()));
              } catch (Throwable e) {
                outcome.set(new Thrown<>(e));
              } finally {
                ended.countDown();
              }
            });
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        String where = place(thread, loader);
        thread.interrupt();
        return new Late<>(
            "%s did not end within %s%s; its thread was interrupted and left behind"
                .formatted(what, text(limit), where));
      }
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return new Late<>(what + " was not waited for: Espalier's own thread was interrupted");
    }
    return outcome.get();
  }

  /** Where in the plugin's code it is. */
  private static String place(Thread thread, ClassLoader loader) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      try {
        if (loader.equals(Class.forName(frame.getClassName(), false, loader).getClassLoader())) {
          return ", being at " + frame.getClassName() + "." + frame.getMethodName();
        }
      } catch (ClassNotFoundException | LinkageError e) {
        // A frame of the JDK or of Espalier.
      }
    }
    return "";
  }

  private static String text(Duration limit) {
    return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
  }
}
