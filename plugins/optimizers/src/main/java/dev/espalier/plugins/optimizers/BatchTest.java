package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;

/** Whether a batch is large enough for its mean gradient to be trusted. */
public sealed interface BatchTest {
  /** How many examples the batch would have to have, an F64 scalar. */
  Tensor required(GradientMoments moments);

  /**
   * The norm test: {@code variance / n <= eta^2 |g|^2}.
   *
   * @param eta greater than 0
   */
  record OfNorm(double eta) implements BatchTest {
    @Override
    public Tensor required(GradientMoments m) {
      return Norm.ratio(m.variance(), m.square().mul(eta * eta));
    }
  }

  /**
   * The norm test of each coordinate by itself, {@code Var (g_i)_j / n <= eta^2 g_j^2} for all j,
   * of which the coordinate that asks for most decides.
   *
   * @param eta greater than 0
   */
  record OfCoordinates(double eta) implements BatchTest {
    @Override
    public Tensor required(GradientMoments m) {
      return m.coordinate().div(eta * eta);
    }
  }

  /**
   * The inner-product test: {@code Var <g_i, g> / n <= theta^2 |g|^4}; augmented, also what is
   * orthogonal to g: {@code Var (g_i - <g_i, g> g / |g|^2) / n <= nu^2 |g|^2}.
   *
   * <p>Source: R. Bollapragada, R. Byrd, J. Nocedal, "Adaptive Sampling Strategies for Stochastic
   * Optimization", arXiv:1710.11258. The variance orthogonal to g is the whole less that along g.
   *
   * @param theta greater than 0
   * @param nu greater than 0
   * @param augmented whether both are tried
   */
  record OfInnerProduct(double theta, double nu, boolean augmented) implements BatchTest {
    @Override
    public Tensor required(GradientMoments m) {
      Tensor along = Norm.ratio(m.along(), m.square().square().mul(theta * theta));
      if (!augmented) {
        return along;
      }
      Tensor across = m.variance().sub(Norm.ratio(m.along(), m.square())).max(0);
      return along.max(Norm.ratio(across, m.square().mul(nu * nu)));
    }
  }
}
