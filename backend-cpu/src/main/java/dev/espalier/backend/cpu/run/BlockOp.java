package dev.espalier.backend.cpu.run;

/** One operation of a fused loop, on one block of elements. */
public interface BlockOp {
  /**
   * Computes elements {@code start} to {@code start + n}.
   *
   * @param lane the registers, which point at the block
   * @param start the index of the block's first element in the loop
   * @param n at most {@link Scratch#BLOCK}
   */
  void run(Lane lane, int start, int n);
}
