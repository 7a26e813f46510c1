package dev.espalier.training.curvature;

/** A symmetric matrix that is known by its products with vectors alone. */
public interface SymmetricOperator {
  /** The number of rows. */
  int dimension();

  /** The product with a vector of that length, which is left as it is; a fresh array. */
  double[] times(double[] vector);
}
