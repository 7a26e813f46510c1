package dev.espalier.backend.cpu.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A straight piece of a loop: operations that run one after the other on each block while no kernel
 * for all of them at once is there and fast. Both give the same bits.
 */
public final class Segment implements BlockOp {
  private final List<BlockOp> plain;
  private final Map<Integer, ArrayKind> registers;
  private final Kernel kernel;

  /** A kernel that will be there sooner or later, or never, and may go again. */
  public interface Kernel {
    /** What to run next, where it is faster than what it stands for; else null. */
    @Nullable BlockOp next();
  }

  /**
   * A piece.
   *
   * @param plain its operations in order
   * @param registers those that the operations touch, and the arrays they stand for
   * @param kernel the same in one
   */
  public Segment(List<BlockOp> plain, Map<Integer, ArrayKind> registers, Kernel kernel) {
    this.plain = List.copyOf(plain);
    this.registers = Map.copyOf(registers);
    this.kernel = kernel;
  }

  @Override
  public void run(Lane lane, int start, int n) {
    BlockOp now = kernel.next();
    if (now != null) {
      now.run(lane, start, n);
    } else {
      runPlain(lane, start, n);
    }
  }

  /** Runs the operations one after the other. */
  public void runPlain(Lane lane, int start, int n) {
    for (int i = 0; i < plain.size(); i++) {
      plain.get(i).run(lane, start, n);
    }
  }

  /** The kernel for all of them. */
  public Kernel kernel() {
    return kernel;
  }

  /** A lane of its own with arrays of ones, for trials. */
  public Lane trialLane(int length) {
    Lane lane = new Lane();
    lane.reserve(1 + registers.keySet().stream().mapToInt(i -> i).max().orElse(0));
    registers.forEach((register, kind) -> {
      Object ones = kind.allocate(length);
      switch (ones) {
        case float[] a -> java.util.Arrays.fill(a, 1);
        case double[] a -> java.util.Arrays.fill(a, 1);
        case byte[] a -> java.util.Arrays.fill(a, (byte) 1);
        default -> throw new AssertionError(kind);
      }
      lane.set(register, ones, 0);
    });
    return lane;
  }
}
