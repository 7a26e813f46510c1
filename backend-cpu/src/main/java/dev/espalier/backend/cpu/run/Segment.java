package dev.espalier.backend.cpu.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A straight piece of a loop: operations that run one after the other on each block until a kernel
 * for all of them at once is there and fast. Both give the same bits.
 */
public final class Segment implements BlockOp {
  private final List<BlockOp> plain;
  private final Map<Integer, ArrayKind> registers;
  private final Kernel kernel;
  private volatile @Nullable BlockOp fast;

  /** A kernel that will be there sooner or later, or never. */
  public interface Kernel {
    /** The kernel, once it is faster than what it stands for; null before. */
    @Nullable BlockOp whenReady();
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
    BlockOp now = fast;
    if (now == null) {
      now = kernel.whenReady();
      fast = now;
    }
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

  /** The kernel that is waited for. */
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
