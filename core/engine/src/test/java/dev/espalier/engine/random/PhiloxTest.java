package dev.espalier.engine.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PhiloxTest {
  /** The known answers of the authors' library Random123, kat_vectors. */
  @Test
  void theBlocksAreThoseOfRandom123() {
    assertThat(Philox.block(0, 0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(Philox.block(-1, -1, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(Philox.block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void anElementIsAWordOfTheBlockOfItsNumberUnderCounterAndKey() {
    int[] words = new int[11];
    Philox.fill(0x0123456789abcdefL, 0xfedcba9876543210L, words, 0, 11);
    for (int e = 0; e < 11; e++) {
      int[] block = Philox.block(e / 4, 0, 0x76543210, 0xfedcba98, 0x89abcdef, 0x01234567);
      assertThat(words[e]).isEqualTo(block[e % 4]);
    }
  }

  @Test
  void aPartOfAStreamIsThatPart() {
    int[] whole = new int[100];
    Philox.fill(7, 9, whole, 0, 100);
    for (int from = 0; from < 9; from++) {
      int[] part = new int[50];
      Philox.fill(7, 9, part, from, from + 50);
      assertThat(part).containsExactly(java.util.Arrays.copyOfRange(whole, from, from + 50));
    }
  }
}
