package dev.espalier.conformance.cases;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Conversions by value and by bits, from one element type to all. */
final class ConversionCases {
  private ConversionCases() {}

  static void add(Cases cases, DType from) {
    for (DType to : DType.values()) {
      for (int length : new int[] {0, 1, 7, 33, 257}) {
        NdArray x = new Samples("convert" + length).any(TensorType.of(from, length));
        if (from.isFloat() && to.isFloat() && to.bytes() >= 4) {
          cases.smooth("convert", "to=" + to.text(), List.of(x), in -> List.of(in.get(0).to(to)));
        } else {
          cases.plain("convert", "to=" + to.text(), List.of(x), in -> List.of(in.get(0).to(to)));
        }
      }
      cases.plain(
          "convert",
          "special, to=" + to.text(),
          List.of(SpecialValues.of(from)),
          in -> List.of(in.get(0).to(to)));
      if (from.bytes() == to.bytes() && from != DType.BOOL) {
        cases.plain(
            "bitcast",
            "to=" + to.text(),
            List.of(SpecialValues.of(from)),
            in -> List.of(in.get(0).bitcast(to)));
      }
    }
    if (from.isInteger()) {
      for (DType to : DType.values()) {
        NdArray x = new Samples("convert").wholeRange(TensorType.of(from, 257));
        cases.plain(
            "convert", "whole range, to=" + to.text(), List.of(x), in -> List.of(in.get(0).to(to)));
      }
    }
  }
}
