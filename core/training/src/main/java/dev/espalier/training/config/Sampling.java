package dev.espalier.training.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a run file wants examples drawn. */
public enum Sampling {
  /** As the trainer's batching does, which shuffles each epoch. */
  SHUFFLED,
  /** Each example in each step with probability {@code batch / examples}. */
  POISSON,
  /**
   * As the trainer's batching does, although whoever accounts for examples assumes otherwise: what
   * is told of a budget does not hold.
   */
  SHUFFLED_NOT_WHAT_THE_ACCOUNTANT_ASSUMES;

  /** The word in a run file. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All words. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(Sampling::text).toList();
  }

  /** The sampling of a word. */
  static Sampling of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
