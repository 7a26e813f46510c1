package dev.espalier.training.trainer;

import java.time.Duration;

/** How fast a run goes, over its last steps. */
final class Speed {
  /** Steps over which the speed is averaged. */
  private static final int WINDOW = 20;

  private final long first;
  private final long total;
  private final long begun = System.nanoTime();
  private final long[] times = new long[WINDOW];

  /**
   * @param first steps done before
   * @param total steps that the whole run takes
   */
  Speed(long first, long total) {
    this.first = first;
    this.total = total;
  }

  /** The recent speed, asked once after each step. */
  double stepsPerSecond(long done, long now) {
    int slot = (int) (done % WINDOW);
    long before = done - first > WINDOW ? times[slot] : begun;
    long steps = Math.min(done - first, WINDOW);
    times[slot] = now;
    return steps * 1e9 / Math.max(now - before, 1);
  }

  /** Time left at a speed. */
  Duration remaining(long done, double stepsPerSecond) {
    return Duration.ofMillis(Math.round(1000 * (total - done) / stepsPerSecond));
  }
}
