package dev.espalier.conformance.cases;

import dev.espalier.api.tensor.DType;
import java.util.List;

/**
 * Cases for every operation of the representation and its variations: attributes, odd sizes, empty
 * shapes, special values. The inputs are the same on every call.
 */
public final class OpCases {
  private OpCases() {}

  /** The cases for these element types. */
  public static List<OpCase> all(DType... dtypes) {
    Cases cases = new Cases();
    for (DType dtype : dtypes) {
      ElementwiseCases.add(cases, dtype);
      ConversionCases.add(cases, dtype);
      MovementCases.add(cases, dtype);
      IndexingCases.add(cases, dtype);
      ReductionCases.add(cases, dtype);
      ContractionCases.add(cases, dtype);
      FactorizationCases.add(cases, dtype);
      ControlCases.add(cases, dtype);
      ViewCases.add(cases, dtype);
    }
    RandomCases.add(cases);
    return cases.all();
  }

  /** The cases for all element types. */
  public static List<OpCase> all() {
    return all(DType.values());
  }

  /** Those on which derivatives are compared with differences. */
  public static List<OpCase> differentiable(DType... dtypes) {
    return all(dtypes).stream().filter(OpCase::differentiable).toList();
  }
}
