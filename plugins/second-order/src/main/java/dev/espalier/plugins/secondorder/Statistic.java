package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;

/** How the products {@code G G^T} of a run's gradients become one matrix. */
public interface Statistic {
  /**
   * The statistic after one more step.
   *
   * @param before the statistic so far, [..., n, n]; 0 at first
   * @param product this step's, of the same type
   */
  Tensor next(Tensor before, Tensor product);

  /** The sum, as in Shampoo and AdaGrad. */
  record Sum() implements Statistic {
    @Override
    public Tensor next(Tensor before, Tensor product) {
      return before.add(product);
    }
  }

  /**
   * {@code decay * before + (1 - decay) * product}, not corrected for its start.
   *
   * @param decay in [0, 1)
   */
  record MovingAverage(double decay) implements Statistic {
    @Override
    public Tensor next(Tensor before, Tensor product) {
      return before.mul(decay).add(product.mul(1 - decay));
    }
  }
}
