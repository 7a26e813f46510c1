package dev.espalier.conformance.cases;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import java.util.List;

/** Random bits: the same on every backend. */
final class RandomCases {
  private RandomCases() {}

  static void add(Cases cases) {
    for (Shape shape :
        List.of(
            Shape.SCALAR, Shape.of(0), Shape.of(1), Shape.of(5), Shape.of(3, 7), Shape.of(257))) {
      for (long key : new long[] {0, 1, -1, 0x243f6a8885a308d3L, Long.MIN_VALUE}) {
        cases.plain(
            "random_bits",
            "key=" + key + ",shape=" + shape.toString().replace(" ", ""),
            List.of(NdArray.scalar(key), NdArray.scalar(key ^ 5)),
            in -> List.of(in.get(0).randomBits(in.get(1), shape)));
      }
      cases.plain(
          "random_bits",
          "batch,shape=" + shape.toString().replace(" ", ""),
          List.of(
              NdArray.of(new long[] {1, 2, 3, 4, 5, 6}, 2, 3),
              NdArray.of(new long[] {0, 0, 0, 1, 1, 1L << 40}, 2, 3)),
          in -> List.of(in.get(0).randomBits(in.get(1), shape)));
    }
  }
}
