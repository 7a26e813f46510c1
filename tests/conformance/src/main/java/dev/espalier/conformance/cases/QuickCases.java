package dev.espalier.conformance.cases;

import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.rule.Tier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which cases are tried in which tier. */
public final class QuickCases {
  /** Larger graphs are left to the full tier. */
  private static final int SMALL = 2048;

  private QuickCases() {}

  /**
   * The cases of a tier: all of them, or of each operation and combination of element types the
   * special values and the first small case that has elements.
   */
  public static List<OpCase> of(List<OpCase> cases, Tier tier) {
    if (tier == Tier.FULL) {
      return cases;
    }
    Set<List<?>> seen = new HashSet<>();
    return cases.stream()
        .filter(of -> size(of) <= SMALL)
        .filter(of ->
            of.name().contains("special")
                || (size(of) > 0 && seen.add(List.of(of.op(), types(of)))))
        .toList();
  }

  private static int size(OpCase of) {
    return of.graph().outputTypes().stream().mapToInt(type -> type.shape().size()).sum();
  }

  private static List<?> types(OpCase of) {
    return of.graph().inputTypes().stream().map(TensorType::dtype).toList();
  }
}
