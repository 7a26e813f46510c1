package dev.espalier.training.data;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Uniform random permutations and integers from random words.
 *
 * <p>Sources: R. Durstenfeld, "Algorithm 235: Random permutation", 1964 (Fisher-Yates); D. Lemire,
 * "Fast random integer generation in an interval", arXiv:1805.10941 (no bias: words that would
 * favour a result are rejected).
 */
public final class Shuffle {
  /** How many words a stream may take: more than any permutation of 2^31 - 1 elements does. */
  private static final int STREAM_BITS = 36;

  private final RandomBits bits;
  private long next;

  /**
   * @param bits the random words
   * @param stream which of the disjoint ranges of words is used, from 0 to 2^27 - 1
   */
  private Shuffle(RandomBits bits, long stream, int streamBits) {
    this.bits = bits;
    this.next = stream << streamBits;
  }

  /**
   * The permutation of 0 to n - 1 that belongs to an epoch. Every permutation is equally likely;
   * the same words and epoch give the same one.
   *
   * @param bits the random words of the run's key
   * @param epoch from 0; below 2^27
   * @param n the number of elements
   */
  public static int[] permutation(RandomBits bits, long epoch, int n) {
    int[] order = new int[n];
    permute(bits, epoch, order);
    return order;
  }

  /** As {@link #permutation}, into an array, whose length is n. */
  public static void permute(RandomBits bits, long epoch, int[] order) {
    Shuffle stream = new Shuffle(bits, epoch, STREAM_BITS);
    for (int i = 0; i < order.length; i++) {
      // Inside out: i is put at a uniform place among the first i + 1, whose former element moves
      // to the end.
      int place = stream.below(i + 1);
      order[i] = order[place];
      order[place] = i;
    }
  }

  /**
   * Fills an array with independent integers, uniform on 0 to bound - 1.
   *
   * @param bits the random words of the run's key
   * @param stream which draw this is, as a step's number; below 2^31
   * @param bound at least 1
   * @param to the array
   */
  public static void integers(RandomBits bits, long stream, int bound, int[] to) {
    Shuffle words = new Shuffle(bits, stream, 32);
    for (int i = 0; i < to.length; i++) {
      to[i] = words.below(bound);
    }
  }

  /**
   * Different integers of 0 to bound - 1, in random order; every choice is equally likely. All of
   * them, where as many are wanted, come in their own order.
   *
   * @param bits the random words of the run's key
   * @param stream which draw this is; below 2^31
   * @param bound at least the count
   * @param count how many
   */
  public static int[] distinct(RandomBits bits, long stream, int bound, int count) {
    if (count == bound) {
      return IntStream.range(0, bound).toArray();
    }
    Shuffle words = new Shuffle(bits, stream, 32);
    int[] chosen = new int[count];
    // Fisher-Yates, of which only the places that were exchanged are held.
    Map<Integer, Integer> exchanged = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int place = i + words.below(bound - i);
      int at = exchanged.getOrDefault(i, i);
      chosen[i] = exchanged.getOrDefault(place, place);
      exchanged.put(place, at);
    }
    return chosen;
  }

  /** An integer, uniform on 0 to bound - 1. */
  private int below(int bound) {
    long product = (bits.word(next++) & 0xffffffffL) * bound;
    if ((product & 0xffffffffL) < bound) {
      // 2^32 mod bound of the words would give some results once more often than others.
      long threshold = (1L << 32) % bound;
      while ((product & 0xffffffffL) < threshold) {
        product = (bits.word(next++) & 0xffffffffL) * bound;
      }
    }
    return (int) (product >>> 32);
  }
}
