package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Lane;
import java.util.function.LongSupplier;

/**
 * A clock that says how long things took by what was done since it was last read: the operation
 * {@code z = x y + x} of this class, or else the kernel that stands for it.
 */
final class FakeClock implements LongSupplier, BlockOp {
  private static final int X = 0;
  private static final int Y = 1;
  private static final int Z = 2;

  private long now;
  private long sinceRead;
  private long plainNanos = 1_000;
  private long kernelNanos = 100;
  private long slowdown = 1;
  private int timesOfPlain;

  /** From now on a call of the operation takes so long, and one of the kernel. */
  void set(long plain, long kernels) {
    plainNanos = plain;
    kernelNanos = kernels;
  }

  /** From now on all takes three times as long, but for the operation one time in five. */
  void share() {
    slowdown = 3;
  }

  @Override
  public long getAsLong() {
    if (sinceRead > 0) {
      timesOfPlain++;
      now += sinceRead * plainNanos * (timesOfPlain % 5 == 0 ? 1 : slowdown);
    } else {
      now += Trial.CALLS * kernelNanos * slowdown;
    }
    sinceRead = 0;
    return now;
  }

  @Override
  public void run(Lane lane, int start, int n) {
    sinceRead++;
    for (int i = 0; i < n; i++) {
      float x = lane.f(X)[lane.at(X) + i];
      lane.f(Z)[lane.at(Z) + i] = x * lane.f(Y)[lane.at(Y) + i] + x;
    }
  }
}
