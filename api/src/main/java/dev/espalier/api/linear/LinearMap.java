package dev.espalier.api.linear;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A square matrix that is known by its products with vectors, such as a Hessian.
 *
 * @param product from a vector [n] to the matrix's product with it, [n]; linear
 * @param symmetric whether the matrix equals its transpose
 */
public record LinearMap(UnaryOperator<Tensor> product, boolean symmetric) {
  /** A symmetric matrix. */
  public static LinearMap symmetric(UnaryOperator<Tensor> product) {
    return new LinearMap(product, true);
  }

  /** The product with a vector. */
  public Tensor apply(Tensor vector) {
    return product.apply(vector);
  }

  /** The transposed matrix: its products are the reverse derivatives of this one's. */
  public LinearMap transposed() {
    return symmetric
        ? this
        : new LinearMap(
            vector ->
                Calculus.standard()
                    .vjp(
                        in -> List.of(product.apply(in.getFirst())),
                        List.of(vector.zerosLike()),
                        List.of(vector))
                    .cotangents()
                    .getFirst(),
            false);
  }
}
