package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Exponential linear unit: {@code x} right of 0, {@code alpha * (e^x - 1)} elsewhere.
 *
 * <p>Shape: any, elementwise. Range (-alpha, inf). The derivative is continuous for alpha 1. At 0
 * both derivatives are those from the left: alpha. The exponential never sees a positive number, so
 * neither it nor a derivative of any order overflows; near 0 it is accurate.
 *
 * <p>Source: D. Clevert, T. Unterthiner, S. Hochreiter, "Fast and Accurate Deep Network Learning by
 * Exponential Linear Units (ELUs)", arXiv:1511.07289, with its alpha of 1.
 *
 * @param alpha minus the limit far left
 */
public record Elu(double alpha) implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    Tensor left = x.le(0);
    // Both selects are needed: a minimum would halve the derivative where it ties, at 0.
    Tensor notPositive = left.select(x, x.zerosLike());
    return left.select(notPositive.expm1().mul(alpha), x);
  }
}
