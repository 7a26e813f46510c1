package dev.espalier.training.curvature;

/**
 * An eigenvalue as far as it is known.
 *
 * @param value the eigenvalue
 * @param vector of length 1
 * @param residual the length of {@code A v - value v}: an eigenvalue lies so near
 */
public record Eigenpair(double value, double[] vector, double residual) {
  static Eigenpair of(SymmetricOperator a, double[] vector) {
    double[] product = a.times(vector);
    double value = Vectors.dot(vector, product);
    Vectors.add(product, -value, vector);
    return new Eigenpair(value, vector, Vectors.norm(product));
  }
}
