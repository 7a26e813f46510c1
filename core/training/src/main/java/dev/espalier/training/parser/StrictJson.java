package dev.espalier.training.parser;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** Parsers of JSON that bound what a forged text can cost. */
public final class StrictJson {
  private static final int MAX_DEPTH = 100;

  private StrictJson() {}

  /**
   * A factory whose parsers refuse duplicate keys, deep nesting and texts of more than {@code
   * maxBytes}.
   */
  public static JsonFactory factory(int maxBytes) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(maxBytes)
                .maxNameLength(Math.min(maxBytes, 1 << 16))
                .maxNumberLength(64)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }
}
