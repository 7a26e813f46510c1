package dev.espalier.engine.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Known answers are those of Random123's {@code kat_vectors}. */
final class PhiloxTest {
  @Test
  void theBlocksAreThoseOfTheKnownAnswers() {
    assertThat(Philox.block(0, 0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(Philox.block(-1, -1, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(Philox.block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void anElementOfTheStreamIsAWordOfTheBlockOfItsQuarter() {
    long key = 0x299f31d0a4093822L;
    long counter = 0x0370734413198a2eL;
    int[] stream = new int[23];
    Philox.fill(key, counter, stream, 0, stream.length);
    for (int e = 0; e < stream.length; e++) {
      int[] block = Philox.block(e / 4, 0, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0);
      assertThat(stream[e]).as("element %d", e).isEqualTo(block[e % 4]);
    }
  }

  @Test
  void anyPartOfTheStreamIsTheSameAsThatPartOfTheWhole() {
    int[] whole = new int[40];
    Philox.fill(-7, 11, whole, 0, whole.length);
    for (int from = 0; from < whole.length; from++) {
      for (int to = from; to <= whole.length; to++) {
        int[] part = new int[to - from];
        Philox.fill(-7, 11, part, from, to);
        assertThat(part).containsExactly(Arrays.copyOfRange(whole, from, to));
      }
    }
  }

  @Test
  void theEndOfTheLongestStreamIsReached() {
    int[] last = new int[2];
    Philox.fill(3, 4, last, Integer.MAX_VALUE - 2, Integer.MAX_VALUE);
    int[] block = Philox.block(0x1fffffff, 0, 4, 0, 3, 0);
    assertThat(last).containsExactly(block[1], block[2]);
  }

  @Test
  void eachKeyOfABatchHasItsOwnStreamFromItsStart() {
    long[] keys = {5, -9, 1L << 40, 5, 0, Long.MIN_VALUE};
    long[] counters = {0, 1, 2, 1L << 35, -1, Long.MAX_VALUE};
    NdArray bits =
        Reference.evaluate(
                new RandomBits(Shape.of(3, 5)),
                List.of(NdArray.of(keys, 2, 3), NdArray.of(counters, 2, 3)))
            .getFirst();
    assertThat(bits.type().shape()).isEqualTo(Shape.of(2, 3, 3, 5));
    for (int i = 0; i < keys.length; i++) {
      int[] stream = new int[15];
      Philox.fill(keys[i], counters[i], stream, 0, 15);
      for (int e = 0; e < 15; e++) {
        assertThat(bits.getLong(i * 15 + e)).isEqualTo(stream[e]);
      }
    }
  }

  @Test
  void noKeysOrNoElementsGiveNoBits() {
    for (RandomBits op : List.of(new RandomBits(Shape.of(0)), new RandomBits(Shape.of(4, 0)))) {
      NdArray none =
          Reference.evaluate(op, List.of(NdArray.scalar(1), NdArray.scalar(2))).getFirst();
      assertThat(none.type().shape().size()).isZero();
    }
    NdArray keyless = NdArray.of(new long[0], 0);
    assertThat(
            Reference.evaluate(new RandomBits(Shape.of(7)), List.of(keyless, keyless))
                .getFirst()
                .type()
                .shape())
        .isEqualTo(Shape.of(0, 7));
  }

  @Test
  void theBitsAreBalanced() {
    int[] bits = new int[1 << 14];
    Philox.fill(2024, 0, bits, 0, bits.length);
    for (int bit = 0; bit < 32; bit++) {
      int mask = 1 << bit;
      long ones = Arrays.stream(bits).filter(word -> (word & mask) != 0).count();
      // Six standard deviations of a binomial with 2^14 trials: 6 * 64.
      assertThat(ones).as("bit %d", bit).isBetween(8192L - 384, 8192L + 384);
    }
  }
}
