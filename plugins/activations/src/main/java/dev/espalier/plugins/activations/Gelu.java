package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Gaussian error linear unit: {@code x * Phi(x)}, Phi the distribution function of the standard
 * normal.
 *
 * <p>Form {@code erf}: {@code x * erfc(-x / sqrt(2)) / 2}, exact, and accurate far left too. Form
 * {@code tanh}, the paper's approximation: {@code x / 2 * (1 + tanh(u))} with {@code u = sqrt(2 /
 * pi) * (x + 0.044715 x^3)}, computed as {@code x * logistic(2 u)}, which is the same without the
 * cancellation far left. The forms differ by at most about 5e-4.
 *
 * <p>Shape: any, elementwise. Range about [-0.16997, inf), minimum near x = -0.75179; smooth. Far
 * left it underflows to -0, far right it equals x; neither overflows.
 *
 * <p>Source: D. Hendrycks, K. Gimpel, "Gaussian Error Linear Units (GELUs)", arXiv:1606.08415.
 *
 * @param form exact or the approximation
 */
public record Gelu(Form form) implements Activation {
  /** How it is computed. */
  public enum Form {
    /** By the error function: exact. */
    ERF,
    /** By the hyperbolic tangent: the approximation. */
    TANH
  }

  @Override
  public Tensor apply(Tensor x) {
    return switch (form) {
      case ERF -> x.mul(x.mul(-Math.sqrt(0.5)).erfc().mul(0.5));
      case TANH -> {
        // Beyond 24 the logistic is 0 or 1 in every type, and a cube may overflow.
        Tensor near = x.clamp(-24, 24);
        Tensor cubic = near.add(near.square().mul(near).mul(0.044715));
        yield x.mul(cubic.mul(2 * Math.sqrt(2 / Math.PI)).logistic());
      }
    };
  }
}
