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
  private volatile @Nullable Bound last;

  /** What ran last, kept for the next block. */
  private record Bound(Variant variant, BlockOp op) {}

  BoundKernel(Kernel kernel, int[] registers, int width, int blockElements) {
    this.kernel = kernel;
    this.registers = registers;
    this.width = width;
    this.blockElements = blockElements;
  }

  @Override
  public @Nullable BlockOp next() {
    Variant variant = kernel.next();
    if (variant == null) {
      return null;
    }
    Bound bound = last;
    if (bound == null || bound.variant() != variant) {
      bound = new Bound(variant, bind(variant));
      last = bound;
    }
    return bound.op();
  }

  BlockOp bind(Variant variant) {
    return bind(variant, width);
  }

  /** The same with rows of another width. */
  BlockOp bind(Variant variant, int otherWidth) {
    return variant.bind(registers, otherWidth);
  }

  Kernel kernel() {
    return kernel;
  }

  /** The elements of a block. */
  int blockElements() {
    return blockElements;
  }
}
