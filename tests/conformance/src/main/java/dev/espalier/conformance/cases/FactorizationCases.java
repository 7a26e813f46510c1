package dev.espalier.conformance.cases;

import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Factorisations and triangular systems, of well-conditioned matrices. */
final class FactorizationCases {
  private FactorizationCases() {}

  static void add(Cases cases, DType dtype) {
    // Two-byte floats do not keep a matrix's properties through rounding.
    if (!dtype.isFloat() || dtype.bytes() < 4) {
      return;
    }
    for (Shape shape :
        List.of(
            Shape.of(1, 1),
            Shape.of(2, 2),
            Shape.of(3, 3),
            Shape.of(7, 7),
            Shape.of(13, 13),
            Shape.of(2, 3, 3),
            Shape.of(2, 2, 2, 2),
            Shape.of(0, 0),
            Shape.of(0, 3, 3))) {
      square(cases, new TensorType(dtype, shape));
    }
    for (Shape shape :
        List.of(
            Shape.of(1, 1),
            Shape.of(3, 3),
            Shape.of(5, 3),
            Shape.of(13, 7),
            Shape.of(2, 4, 3),
            Shape.of(3, 5),
            Shape.of(1, 4),
            Shape.of(4, 1),
            Shape.of(0, 3),
            Shape.of(3, 0),
            Shape.of(0, 3, 2))) {
      NdArray a = new Samples("matrix" + shape).wellConditioned(new TensorType(dtype, shape));
      cases.smooth("qr", "random", List.of(a), in -> in.get(0).qr());
      cases.smooth("svd", "random", List.of(a), in -> in.get(0).svd());
    }
    special(cases, dtype);
  }

  private static void square(Cases cases, TensorType type) {
    NdArray a = new Samples("definite" + type.shape()).positiveDefinite(type);
    cases.smooth("cholesky", "random", List.of(a), in -> List.of(in.get(0).cholesky()));
    cases.smooth("eigh", "random", List.of(a), in -> in.get(0).eigh());
    NdArray triangle = new Samples("triangle" + type.shape()).diagonallyDominant(type);
    for (int m : new int[] {1, 3, 0}) {
      NdArray b =
          new Samples("right" + type.shape() + m).any(type.withShape(type.shape().with(-1, m)));
      for (boolean lower : new boolean[] {true, false}) {
        for (boolean transpose : new boolean[] {true, false}) {
          for (boolean unit : new boolean[] {true, false}) {
            TriangularSolve op = new TriangularSolve(lower, transpose, unit);
            cases.smooth(
                "triangular_solve",
                op.attributes().replace(" ", ""),
                List.of(triangle, b),
                in -> in.getFirst().apply(op, in));
          }
        }
      }
    }
  }

  private static void special(Cases cases, DType dtype) {
    double[] indefinite = {1, 0, 0, -1};
    double[] notANumber = {1, 0, Double.NaN, 1};
    double[] zero = {0, 0, 0, 0};
    // The upper triangle is not read.
    double[] onlyLower = {4, Double.NaN, 2, 5};
    for (double[] values : List.of(indefinite, notANumber, zero, onlyLower)) {
      NdArray a = NdArray.of(values, 2, 2).convert(dtype);
      String text = a.toString();
      cases.plain("cholesky", text, List.of(a), in -> List.of(in.get(0).cholesky()));
    }
    for (double[] values : List.of(notANumber, onlyLower)) {
      NdArray a = NdArray.of(values, 2, 2).convert(dtype);
      cases.plain("eigh", a.toString(), List.of(a), in -> List.of(in.get(0).eigh().get(0)));
    }
    NdArray diagonal = NdArray.of(new double[] {3, 0, 0, 0, -1, 0, 0, 0, 2}, 3, 3).convert(dtype);
    cases.plain("eigh", "diagonal", List.of(diagonal), in -> in.get(0).eigh());
    cases.plain("svd", "diagonal", List.of(diagonal), in -> in.get(0).svd());
    cases.plain("qr", "diagonal", List.of(diagonal), in -> in.get(0).qr());
    // One definite matrix and one that is not, in one batch.
    NdArray both = NdArray.of(new double[] {4, 0, 2, 5, 1, 0, 3, 2}, 2, 2, 2).convert(dtype);
    cases.plain("cholesky", "mixed batch", List.of(both), in -> List.of(in.get(0).cholesky()));
  }
}
