package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.Arrays;

/**
 * The characters of a text, numbered from 0 in the order of their Unicode code points.
 *
 * <p>It is built from a whole text, so every character of that text has a number; encoding any
 * other character is an error, never a silent replacement.
 */
public final class Vocabulary {
  private final int[] codePoints;

  private Vocabulary(int[] codePoints) {
    this.codePoints = codePoints;
  }

  /**
   * The vocabulary of a text.
   *
   * @throws EspalierException BAD_VALUE where the text is empty or has an unpaired surrogate
   */
  public static Vocabulary of(String text) {
    int[] sorted = text.codePoints().sorted().distinct().toArray();
    if (sorted.length == 0) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a vocabulary is built from the characters of a text",
          "the text is empty",
          "name a text that has characters");
    }
    for (int codePoint : sorted) {
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a text is made of Unicode characters",
            "the unpaired surrogate " + named(codePoint),
            "correct the program that made the text");
      }
    }
    return new Vocabulary(sorted);
  }

  /** The number of characters. */
  public int size() {
    return codePoints.length;
  }

  /**
   * All characters in their order: what a manifest stores, and {@link #of} turns back into this
   * vocabulary.
   */
  public String symbols() {
    return new String(codePoints, 0, codePoints.length);
  }

  /**
   * The numbers of a text's characters, one for each code point.
   *
   * @throws EspalierException BAD_VALUE for a character that the vocabulary lacks
   */
  public int[] encode(String text) {
    // A table for the first plane's characters: one lookup each instead of a search.
    int[] table = new int[Math.min(codePoints[codePoints.length - 1], 0xffff) + 1];
    for (int i = 0; i < codePoints.length && codePoints[i] < table.length; i++) {
      table[codePoints[i]] = i + 1;
    }
    int[] tokens = new int[text.codePointCount(0, text.length())];
    int count = 0;
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      int token =
          codePoint < table.length
              ? table[codePoint] - 1
              : Arrays.binarySearch(codePoints, codePoint);
      if (token < 0) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a text of the " + size() + " characters of the vocabulary",
            named(codePoint) + " at character " + count,
            "leave it out, or train on a text that has it");
      }
      tokens[count++] = token;
      at += Character.charCount(codePoint);
    }
    return tokens;
  }

  /**
   * The text of numbers.
   *
   * @throws EspalierException BAD_VALUE for a number that the vocabulary lacks
   */
  public String decode(int... tokens) {
    StringBuilder text = new StringBuilder(tokens.length);
    for (int token : tokens) {
      if (token < 0 || token >= codePoints.length) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "tokens of a vocabulary of " + size() + " characters",
            "token " + token,
            "use tokens from 0 to " + (size() - 1));
      }
      text.appendCodePoint(codePoints[token]);
    }
    return text.toString();
  }

  private static String named(int codePoint) {
    boolean plain = Character.isLetterOrDigit(codePoint) || (codePoint > 32 && codePoint < 127);
    return "U+%04X".formatted(codePoint)
        + (plain ? " '" + Character.toString(codePoint) + "'" : "");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary vocabulary
        && Arrays.equals(codePoints, vocabulary.codePoints);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codePoints);
  }

  /** The number of characters and the characters. */
  @Override
  public String toString() {
    return size() + " characters: " + symbols();
  }
}
