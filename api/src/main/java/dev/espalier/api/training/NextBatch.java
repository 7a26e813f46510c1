package dev.espalier.api.training;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;

/**
 * What a step asks of the next one's batch.
 *
 * @param size how many examples, an I64 scalar: limited to those there are; 0 for the run's own
 *     number
 * @param again whether the examples are the same as in this step, a BOOL scalar; the size does not
 *     count then
 */
public record NextBatch(Tensor size, Tensor again) {
  /** A size that asks for every example. */
  public static final long ALL = Long.MAX_VALUE;

  /** So many fresh examples, an integer scalar. */
  public static NextBatch of(Tensor size) {
    return new NextBatch(size.to(DType.I64), size.constant(DType.I64, 1L).eq(0));
  }

  /** So many fresh examples where the flag, a BOOL scalar, does not hold; else the same ones. */
  public static NextBatch sameWhere(Tensor again) {
    return new NextBatch(again.constant(DType.I64, 0L), again);
  }
}
