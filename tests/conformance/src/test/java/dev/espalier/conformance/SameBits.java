package dev.espalier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.tensor.NdArray;
import java.util.List;

/**
 * Equality of values bit for bit; one NaN is as good as another, since processors choose its sign
 * and payload.
 */
final class SameBits {
  private SameBits() {}

  static void require(String what, List<NdArray> found, List<NdArray> wanted) {
    assertThat(found).as(what).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      assertThat(found.get(i).type()).as(what).isEqualTo(wanted.get(i).type());
      boolean integers = found.get(i).type().dtype().isInteger();
      for (int j = 0; j < wanted.get(i).type().shape().size(); j++) {
        boolean same =
            integers
                ? found.get(i).getLong(j) == wanted.get(i).getLong(j)
                : Double.compare(found.get(i).getDouble(j), wanted.get(i).getDouble(j)) == 0;
        assertThat(same)
            .as("%s: output %d element %d: %s, %s", what, i, j, found.get(i), wanted.get(i))
            .isTrue();
      }
    }
  }
}
