package dev.espalier.engine.random;

/**
 * Philox 4x32-10, a counter-based generator: a block of four words is a keyed bijection of a block
 * of four counter words, so any part of a stream is computed without the rest.
 *
 * <p>Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
 * SC 2011.
 */
public final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long WORD = 0xffffffffL;

  private Philox() {}

  /**
   * Words {@code from} (inclusive) to {@code to} (exclusive) of the stream of a key and a counter,
   * written to {@code out} from index 0: element e of the stream is word {@code e mod 4} of the
   * block with the counter words (low and high half of {@code e / 4}, low and high half of the
   * counter).
   *
   * @param key the key
   * @param counter which stream of the key
   * @param out takes at least {@code to - from} words
   * @param from the first element, at least 0
   * @param to the end, exclusive
   */
  public static void fill(long key, long counter, int[] out, int from, int to) {
    int[] block = new int[4];
    int held = -1;
    for (int e = from; e < to; e++) {
      if (e >> 2 != held) {
        held = e >> 2;
        block =
            block(held, 0, (int) counter, (int) (counter >>> 32), (int) key, (int) (key >>> 32));
      }
      out[e - from] = block[e & 3];
    }
  }

  /**
   * The four words of a block.
   *
   * @param c0 counter word 0
   * @param c1 counter word 1
   * @param c2 counter word 2
   * @param c3 counter word 3
   * @param k0 key word 0
   * @param k1 key word 1
   */
  public static int[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & WORD);
      long product1 = MULTIPLIER_1 * (c2 & WORD);
      int high0 = (int) (product0 >>> 32);
      int high1 = (int) (product1 >>> 32);
      c0 = high1 ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = high0 ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
