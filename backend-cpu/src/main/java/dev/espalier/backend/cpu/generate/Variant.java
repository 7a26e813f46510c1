package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.BlockOp;
import java.lang.invoke.MethodHandle;

/**
 * One class of a kernel's text. The virtual machine compiles each class anew, and not each time
 * equally well.
 */
final class Variant {
  private final MethodHandle constructor;

  Variant(KernelText text) {
    constructor = KernelGenerator.generate(text);
  }

  /** An operation of this class on these registers with rows of a width. */
  BlockOp bind(int[] registers, int width) {
    try {
      return (BlockOp) constructor.invokeExact(registers, width);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
