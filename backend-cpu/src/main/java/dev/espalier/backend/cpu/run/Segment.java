package dev.espalier.backend.cpu.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
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

  /**
   * A lane of its own with ones, for trials. They are laid out as temporaries are, so that one
   * trial sees what another does, wherever the arrays happen to be.
   */
  public Lane trialLane(int length) {
    Lane lane = new Lane();
    lane.reserve(1 + registers.keySet().stream().mapToInt(i -> i).max().orElse(0));
    Map<ArrayKind, List<Integer>> ofKind = new EnumMap<>(ArrayKind.class);
    registers.forEach(
        (register, kind) -> ofKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(register));
    ofKind.forEach((kind, found) -> {
      int stride = Scratch.stride(kind, length);
      Object ones = kind.allocate(found.size() * stride);
      switch (ones) {
        case float[] a -> Arrays.fill(a, 1);
        case double[] a -> Arrays.fill(a, 1);
        case byte[] a -> Arrays.fill(a, (byte) 1);
        default -> throw new AssertionError(kind);
      }
      for (int i = 0; i < found.size(); i++) {
        lane.set(found.get(i), ones, i * stride);
      }
    });
    return lane;
  }
}
