package dev.espalier.training.data;

/**
 * A sequence of random words that is known at every index: word i depends on i (and on the key that
 * the source was made with) alone. A counter-based generator such as Philox is one.
 */
@FunctionalInterface
public interface RandomBits {
  /** 32 uniformly distributed bits, always the same for the same index. */
  int word(long index);
}
