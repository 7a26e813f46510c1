package dev.espalier.backend.cpu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.backend.cpu.generate.KernelText.ElementType;
import dev.espalier.backend.cpu.generate.KernelText.Instruction;
import dev.espalier.backend.cpu.generate.KernelText.Operand;
import dev.espalier.backend.cpu.generate.KernelText.Operation;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Lane;
import dev.espalier.backend.cpu.run.Segment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A kernel that loses its rate gives way to a fresh variant, and to its operations in the end. */
final class WatchedKernelsTest {
  private static final int N = 1021;

  private final FakeClock clock = new FakeClock();
  private final Kernels kernels = new Kernels(clock);
  private final Segment segment =
      new Segment(
          List.of(clock),
          Map.of(0, ArrayKind.FLOATS, 1, ArrayKind.FLOATS, 2, ArrayKind.FLOATS),
          kernels.kernel(
              new KernelText(
                  ElementType.FLOAT,
                  List.of(Operand.ELEMENTS, Operand.ELEMENTS),
                  List.of(
                      new Instruction(Operation.MUL, List.of(0, 1)),
                      new Instruction(Operation.ADD, List.of(2, 0))),
                  List.of(3)),
              List.of(0, 1, 2),
              N,
              N));

  @AfterEach
  void close() {
    kernels.close();
  }

  @Test
  void aKernelThatLosesItsRateIsReplacedByAFreshVariant() throws Exception {
    Class<?> first = taken();
    clock.set(1_000, 1_000_000);
    look();
    assertThat(segment.kernel().next()).isNull();
    requireSameBits();
    clock.set(1_000, 100);
    look();
    assertThat(inUse()).isNotEqualTo(first);
    requireSameBits();
  }

  @Test
  void whatSlowsBothDownChangesNothing() throws Exception {
    Class<?> first = taken();
    clock.set(2_000_000, 1_000_000);
    look();
    assertThat(inUse()).isEqualTo(first);
  }

  @Test
  void aKernelIsNotComparedWithWhatRanAtAnotherRate() throws Exception {
    clock.set(1_000, 800);
    kernels.queue(List.of(segment));
    kernels.next(Duration.ZERO);
    Class<?> first = inUse();
    clock.share();
    look();
    assertThat(inUse()).isEqualTo(first);
  }

  @Test
  void aKernelWithinTwiceItsTimeIsKept() throws Exception {
    Class<?> first = taken();
    clock.set(1, 190);
    look();
    assertThat(inUse()).isEqualTo(first);
  }

  @Test
  void aKernelThatDidNotRunIsNotLookedAt() throws Exception {
    Class<?> first = taken();
    kernels.next(Duration.ZERO);
    clock.set(1_000, 1_000_000);
    kernels.next(Duration.ZERO);
    assertThat(inUse()).isEqualTo(first);
  }

  @Test
  void afterAFewVariantsTheOperationsRunForGood() throws Exception {
    Set<Class<?>> seen = new HashSet<>();
    for (int i = 0; i < Trial.MOST_VARIANTS; i++) {
      seen.add(taken());
      clock.set(1_000, 1_000_000);
      look();
      assertThat(segment.kernel().next()).isNull();
    }
    assertThat(seen).hasSize(Trial.MOST_VARIANTS);
    clock.set(1_000, 100);
    for (int i = 0; i < 3; i++) {
      look();
      assertThat(segment.kernel().next()).isNull();
    }
    requireSameBits();
  }

  @Test
  void aVariantThatIsNotFasterIsNeverUsed() throws Exception {
    kernels.queue(List.of(segment));
    clock.set(1_000, 1_000_000);
    for (int i = 0; i <= Trial.MOST_VARIANTS; i++) {
      look();
      assertThat(segment.kernel().next()).isNull();
    }
  }

  @Test
  void aVariantThatIsAsFastAsTheOperationsEndsTheTrials() throws Exception {
    kernels.queue(List.of(segment));
    clock.set(1_000, 1_000);
    kernels.next(Duration.ZERO);
    clock.set(1_000, 100);
    look();
    assertThat(segment.kernel().next()).isNull();
  }

  @Test
  void blocksOfATrialStandWholePagesApart() {
    for (int length : new int[] {1, N, 1000, 1024, 1025}) {
      Lane lane = segment.trialLane(length);
      for (int register = 0; register < 2; register++) {
        assertThat(lane.f(register)).isSameAs(lane.f(2));
        int apart = Math.abs(lane.at(register) - lane.at(2));
        assertThat(apart * Float.BYTES % 4096).isZero();
        assertThat(apart).isGreaterThanOrEqualTo(length);
      }
    }
  }

  @Test
  void runningAPieceAllocatesNothing() {
    Lane lane = segment.trialLane(N);
    kernels.useAll(List.of(segment));
    // Vectors are objects until the virtual machine has compiled what makes them.
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 200 && least >= 10_000; i++) {
      least =
          Math.min(
              least,
              Allocation.during(() -> {
                for (int k = 0; k < 10_000; k++) {
                  segment.run(lane, 0, N);
                }
              }));
    }
    // Counting takes some itself; one object a run would be 160,000 bytes.
    assertThat(least).isLessThan(10_000);
  }

  /** The class of a variant that has just won its trial. */
  private Class<?> taken() throws InterruptedException {
    kernels.queue(List.of(segment));
    clock.set(1_000, 100);
    kernels.next(Duration.ZERO);
    return inUse();
  }

  private Class<?> inUse() {
    BlockOp op = segment.kernel().next();
    assertThat(op).isNotNull();
    assertThat(segment.kernel().next()).isSameAs(op);
    return op.getClass();
  }

  /** What the thread of the trials does once, after the piece has run. */
  private void look() throws InterruptedException {
    segment.run(segment.trialLane(N), 0, N);
    kernels.next(Duration.ZERO);
  }

  private void requireSameBits() {
    assertThat(result(segment)).containsExactly(result(clock));
  }

  private int[] result(BlockOp op) {
    Lane lane = segment.trialLane(N);
    Random random = new Random(5);
    for (int i = 0; i < N; i++) {
      lane.f(0)[lane.at(0) + i] = (float) random.nextGaussian();
      lane.f(1)[lane.at(1) + i] = (float) random.nextGaussian();
    }
    op.run(lane, 0, N);
    int[] bits = new int[N];
    for (int i = 0; i < N; i++) {
      bits[i] = Float.floatToRawIntBits(lane.f(2)[lane.at(2) + i]);
    }
    return bits;
  }
}
