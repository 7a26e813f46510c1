package dev.espalier.plugins.privacy;

/**
 * The discrete Gaussian: an integer k with probability {@code exp(-k^2 / (2 s^2))} over the sum of
 * these, drawn exactly, with integers alone.
 *
 * <p>Source: C. Canonne, G. Kamath, T. Steinke, "The Discrete Gaussian for Differential Privacy",
 * arXiv:2004.00010, algorithms 1 to 3. A Bernoulli variable of probability {@code exp(-a^2 / (2
 * b^2))} is there one of a fraction; here it is a product of Bernoulli variables of smaller
 * fractions, so that all of them are quotients of two longs: {@code a = q b + r} gives {@code
 * exp(-1/2)^(q^2) exp(-r/b)^q exp(-(r/b)^2 / 2)}.
 */
final class DiscreteGaussian {
  /** The largest scale: every product of two numbers below is a long then. */
  static final long MOST = 1L << 24;

  private final long scale;
  private final SecureBits bits;

  /**
   * A sampler.
   *
   * @param scale s, from 1 to 2^24
   * @param bits random bits
   */
  DiscreteGaussian(long scale, SecureBits bits) {
    if (scale < 1 || scale > MOST) {
      throw new IllegalArgumentException("scale " + scale);
    }
    this.scale = scale;
    this.bits = bits;
  }

  /** An integer. */
  long next() {
    long wide = scale + 1;
    while (true) {
      long candidate = laplace(wide);
      long off = Math.abs(Math.abs(candidate) * wide - scale * scale);
      if (bernoulliExpHalfSquare(off, scale * wide)) {
        return candidate;
      }
    }
  }

  /** With probability proportional to {@code exp(-|k| / t)}: algorithm 2. */
  private long laplace(long t) {
    while (true) {
      long low = bits.below(t);
      if (!bernoulliExp(low, t)) {
        continue;
      }
      long high = 0;
      while (bernoulliExp(1, 1)) {
        high++;
      }
      long size = low + t * high;
      boolean negative = bits.word() < 0;
      if (!(negative && size == 0)) {
        return negative ? -size : size;
      }
    }
  }

  /** True with probability {@code exp(-(a/b)^2 / 2)}. */
  private boolean bernoulliExpHalfSquare(long a, long b) {
    long whole = a / b;
    long rest = a % b;
    for (long i = 0; i < whole * whole; i++) {
      if (!bernoulliExp(1, 2)) {
        return false;
      }
    }
    for (long i = 0; i < whole; i++) {
      if (!bernoulliExp(rest, b)) {
        return false;
      }
    }
    long k = 1;
    while (bernoulliSquare(rest, b) && bits.below(2 * k) == 0) {
      k++;
    }
    return k % 2 == 1;
  }

  /** True with probability {@code (a/b)^2}: two draws. */
  private boolean bernoulliSquare(long a, long b) {
    boolean first = bernoulli(a, b);
    return first && bernoulli(a, b);
  }

  /** True with probability {@code exp(-a/b)}, for a at most b: algorithm 1. */
  private boolean bernoulliExp(long a, long b) {
    long k = 1;
    while (bernoulli(a, b) && bits.below(k) == 0) {
      k++;
    }
    return k % 2 == 1;
  }

  private boolean bernoulli(long a, long b) {
    return bits.below(b) < a;
  }
}
