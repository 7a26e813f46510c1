package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Lane;
import dev.espalier.backend.cpu.run.Segment;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The trials of a kernel beside the operations it stands for, on data of their own: first of a
 * variant that may be used, then of the one that is, which must keep its rate. Used by one thread;
 * ends early where that is interrupted.
 */
final class Trial {
  /** How many variants are tried before the operations are used for good. */
  static final int MOST_VARIANTS = 3;

  /** Calls that are timed at once. */
  static final int CALLS = 100;

  private static final long TRIAL_NANOS = 3_000_000_000L;

  /** A rate is the best of so many: the thread is interrupted by those that train. */
  private static final int ROUNDS = 5;

  /**
   * How often in a row one side has to be faster. What is interpreted at first is compiled before
   * the last time, and so is what is interpreted again.
   */
  private static final int WINS = 3;

  /** How often a variant that is not far behind may be compared. */
  private static final int COMPARISONS = 20;

  /**
   * Before the next comparison of a variant that is not far behind: the code that is compiled
   * first, for a loop that is running already, has its constants in memory; the code for calls
   * comes later.
   */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** What takes longer by this factor is far behind: compiled badly, or not yet. */
  private static final double FAR = 2;

  private final Segment segment;
  private final BoundKernel bound;
  private final LongSupplier nanoTime;
  private int variants;
  private boolean worthMore;
  private BlockOp variant;

  /** The least nanoseconds of a call of the variant, as far as is known. */
  private double best;

  Trial(Segment segment, BoundKernel bound, LongSupplier nanoTime) {
    this.segment = segment;
    this.bound = bound;
    this.nanoTime = nanoTime;
    variant = segment::runPlain;
  }

  /** Tries a fresh variant and uses it where it is faster than the operations. */
  boolean tryVariant() {
    Variant fresh = new Variant(kernel().text());
    variants++;
    variant = bound.bind(fresh);
    best = Double.POSITIVE_INFINITY;
    Lane lane = lane();
    long start = nanoTime.getAsLong();
    int wins = 0;
    int even = 0;
    while (wins < WINS
        && even < COMPARISONS
        && nanoTime.getAsLong() - start < TRIAL_NANOS
        && !interrupted()) {
      runOddBlocks(fresh, lane);
      Rates rates = compare(lane);
      best = Math.min(best, rates.variant());
      wins = rates.variant() < rates.plain() ? wins + 1 : 0;
      if (rates.variant() < FAR * rates.plain()) {
        even++;
        if (wins == 0) {
          pause();
        }
      }
    }
    worthMore = wins == WINS || even < COMPARISONS;
    if (wins == WINS) {
      kernel().use(fresh);
    }
    return wins == WINS;
  }

  /**
   * Whether the variant in use has lost its rate and is slower than the operations too. A machine
   * that is busy with something else slows both down; then nothing is lost.
   */
  boolean hasLost() {
    Lane lane = lane();
    double now = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
      now = Math.min(now, nanos(variant, lane));
    }
    best = Math.min(best, now);
    if (now <= FAR * best) {
      return false;
    }
    return losesAlways(lane);
  }

  /**
   * Whether the variant is slower than the operations just before it, every time. A core that is
   * shared may change its rate by as much as the two differ, between one round and the next: the
   * best of some rounds of each may then come from different rates.
   */
  private boolean losesAlways(Lane lane) {
    for (int i = 0; i < WINS * ROUNDS; i++) {
      if (nanos(variant, lane) <= nanos(segment::runPlain, lane) || interrupted()) {
        return false;
      }
    }
    return true;
  }

  /** Whether another variant is worth a trial: not where the last came out even for good. */
  boolean hasMore() {
    return worthMore && variants < MOST_VARIANTS;
  }

  /** The kernel that is tried. */
  Kernel kernel() {
    return bound.kernel();
  }

  @Override
  public String toString() {
    return "variant %d of %d, at best %.0f ns for %d elements, of %s"
        .formatted(variants, MOST_VARIANTS, best, bound.blockElements(), kernel().text());
  }

  /**
   * Runs blocks that end within a vector, or are within one. The virtual machine compiles no code
   * for what it has not seen, and goes back to interpreting when that comes.
   */
  private void runOddBlocks(Variant fresh, Lane lane) {
    int all = bound.blockElements();
    BlockOp cut = bound.bind(fresh, all - 1);
    BlockOp narrow = bound.bind(fresh, 1);
    for (int i = 0; i < CALLS / 2 && !interrupted(); i++) {
      cut.run(lane, 0, all - 1);
      narrow.run(lane, 0, Math.min(all, 3));
    }
  }

  private Lane lane() {
    return segment.trialLane(bound.blockElements());
  }

  private record Rates(double variant, double plain) {}

  private Rates compare(Lane lane) {
    double plain = Double.POSITIVE_INFINITY;
    double fast = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
      plain = Math.min(plain, nanos(segment::runPlain, lane));
      fast = Math.min(fast, nanos(variant, lane));
    }
    return new Rates(fast, plain);
  }

  /** Nanoseconds of a call. */
  private double nanos(BlockOp op, Lane lane) {
    long start = nanoTime.getAsLong();
    for (int i = 0; i < CALLS && !interrupted(); i++) {
      op.run(lane, 0, bound.blockElements());
    }
    return (double) (nanoTime.getAsLong() - start) / CALLS;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean interrupted() {
    return Thread.currentThread().isInterrupted();
  }
}
