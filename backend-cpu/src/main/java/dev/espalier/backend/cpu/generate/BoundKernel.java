package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Segment;
import org.jspecify.annotations.Nullable;

/** A kernel on the registers of one loop. */
final class BoundKernel implements Segment.Kernel {
  private final Kernel kernel;
  private final int[] registers;
  private final int width;
  private final int blockElements;

  BoundKernel(Kernel kernel, int[] registers, int width, int blockElements) {
    this.kernel = kernel;
    this.registers = registers;
    this.width = width;
    this.blockElements = blockElements;
  }

  @Override
  public @Nullable BlockOp whenReady() {
    return kernel.isReady() ? bind() : null;
  }

  BlockOp bind() {
    return kernel.bind(registers, width);
  }

  Kernel kernel() {
    return kernel;
  }

  /** The elements of a block. */
  int blockElements() {
    return blockElements;
  }
}
