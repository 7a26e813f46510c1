package dev.espalier.conformance.numerics;

import dev.espalier.api.tensor.NdArray;
import java.util.List;
import java.util.Optional;

/**
 * Equality of values bit for bit; one NaN is as good as another, since processors choose its sign
 * and payload.
 */
public final class SameBits {
  private SameBits() {}

  /** The first place where two lists of arrays differ, with both values; empty where nowhere. */
  public static Optional<String> difference(List<NdArray> found, List<NdArray> wanted) {
    if (found.size() != wanted.size()) {
      return Optional.of(found.size() + " outputs, not " + wanted.size());
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!found.get(i).type().equals(wanted.get(i).type())) {
        return Optional.of(
            "output " + i + " is " + found.get(i).type() + ", not " + wanted.get(i).type());
      }
      boolean integers = found.get(i).type().dtype().isInteger();
      for (int j = 0; j < wanted.get(i).type().shape().size(); j++) {
        boolean same =
            integers
                ? found.get(i).getLong(j) == wanted.get(i).getLong(j)
                : Double.compare(found.get(i).getDouble(j), wanted.get(i).getDouble(j)) == 0;
        if (!same) {
          return Optional.of(
              "output %d [%d] is %s, not %s"
                  .formatted(i, j, found.get(i).getDouble(j), wanted.get(i).getDouble(j)));
        }
      }
    }
    return Optional.empty();
  }
}
