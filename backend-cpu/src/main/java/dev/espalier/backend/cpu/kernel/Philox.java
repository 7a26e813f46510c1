package dev.espalier.backend.cpu.kernel;

/**
 * The counter-based generator Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"): ten rounds over a counter of four words under a key of two.
 */
public final class Philox {
  private static final int M0 = 0xd2511f53;
  private static final int M1 = 0xcd9e8d57;
  private static final int W0 = 0x9e3779b9;
  private static final int W1 = 0xbb67ae85;

  private Philox() {}

  /**
   * Random bits for the elements [from, to): element e is word e mod 4 of the block whose counter
   * is (low word of e / 4, high word of e / 4, low word of the stream, high word of the stream).
   *
   * @param key the key, its low word first
   * @param stream the upper half of the counter
   * @param first the number of the element that stands at zo
   * @param z where element e goes to {@code zo + (e - first)}
   */
  public static void fill(long key, long stream, long first, int[] z, int zo, long from, long to) {
    long e = from;
    int[] block = new int[4];
    while (e < to) {
      block(key, e >>> 2, stream, block);
      long end = Math.min(to, (e | 3) + 1);
      for (; e < end; e++) {
        z[zo + (int) (e - first)] = block[(int) (e & 3)];
      }
    }
  }

  /** One block of four words. */
  static void block(long key, long counter, long stream, int[] out) {
    int c0 = (int) counter;
    int c1 = (int) (counter >>> 32);
    int c2 = (int) stream;
    int c3 = (int) (stream >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & 0xffffffffL) * (c0 & 0xffffffffL);
      long p1 = (M1 & 0xffffffffL) * (c2 & 0xffffffffL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}
