package com.example.bellcurve;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * A radial basis function: {@code e^-(x/width)^2}.
 *
 * <p>Shape: any, elementwise. Range [0, 1], 1 at 0; even; smooth. Far from 0 it underflows to 0.
 *
 * <p>Source: D. S. Broomhead, D. Lowe, "Multivariable Functional Interpolation and Adaptive
 * Networks", Complex Systems 2, 1988.
 *
 * @param width where it has fallen to 1/e, more than 0
 */
public record BellCurve(double width) implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.mul(1 / width).square().neg().exp();
  }
}
