package dev.espalier.benchmarks;

import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a number takes from one thread to another and back. Where processors are those of a
 * shared machine it tells where they are at the moment: some 60 ns lie between cores that share a
 * third-level cache, 300 between others, and a step on two threads differs by a fifth. Only figures
 * that were taken in the same place can be compared.
 */
public final class RoundTrip {
  private static final int TRIPS = 50_000;

  /** The first are slow: the loop is not compiled yet, and clocks rise. */
  private static final int SERIES = 8;

  private RoundTrip() {}

  /** The time of a round trip in the fastest of some series; empty where there is one processor. */
  public static OptionalDouble nanoseconds() {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      return OptionalDouble.empty();
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < SERIES; i++) {
      least = Math.min(least, series());
    }
    return OptionalDouble.of(least);
  }

  private static double series() {
    var ball = new AtomicInteger();
    Thread.ofPlatform()
        .start(() -> {
          for (int i = 0; i < TRIPS; i++) {
            pass(ball, 2 * i + 1);
          }
        });
    long start = System.nanoTime();
    for (int i = 0; i < TRIPS; i++) {
      pass(ball, 2 * i);
    }
    while (ball.get() < 2 * TRIPS) {
      Thread.onSpinWait();
    }
    return (double) (System.nanoTime() - start) / TRIPS;
  }

  /** Waits for a number and answers with the next. */
  private static void pass(AtomicInteger ball, int expected) {
    while (ball.get() != expected) {
      Thread.onSpinWait();
    }
    ball.set(expected + 1);
  }
}
