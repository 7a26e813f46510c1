package dev.espalier.training.step;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the products of a training step take. */
public enum Precision {
  /** F32 operands. */
  F32,
  /**
   * Mixed precision: the operands of the products of the model and of its derivatives are rounded
   * to BF16; sums, results, the parameters and all else stay F32, see {@link
   * dev.espalier.engine.Bf16Products}. The optimizer's own products and the evaluation are not
   * rounded. BF16 has the exponents of F32, so no loss needs a scale.
   */
  BF16;

  /** As it is written in a run file. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All of them as they are written. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(Precision::text).toList();
  }

  /** The one that is written so, of {@link #texts()}. */
  public static Precision of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
