package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.BlockOp;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The class of a piece of loops, and whether it has been seen to be fast. */
final class Kernel {
  private final KernelText text;
  private @Nullable MethodHandle constructor;
  private volatile boolean ready;

  Kernel(KernelText text) {
    this.text = text;
  }

  /** The kernel on these registers with rows of a width. */
  synchronized BlockOp bind(int[] registers, int width) {
    MethodHandle made = constructor;
    if (made == null) {
      made = KernelGenerator.generate(text);
      constructor = made;
    }
    try {
      return (BlockOp) made.invokeExact(registers, width);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  boolean isReady() {
    return ready;
  }

  void setReady() {
    ready = true;
  }
}
