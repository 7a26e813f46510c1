package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.StepContext;

/**
 * An exponential moving average that starts at 0: {@code decay * average + (1 - decay) * x}.
 *
 * <p>An average below the least normal number becomes 0. Of values that stay 0, as the gradients of
 * a unit that is never active, it would else decay to subnormal numbers and, rounded, stay there
 * for good; and on many processors arithmetic with these is a hundred times slower.
 *
 * @param decay in [0, 1)
 */
record Average(double decay) {
  /** From here on a root of the least normal F32, 1.1e-19, is nothing beside an epsilon. */
  private static final double HIDING = 1e-12;

  /** The average after one more value. */
  Tree<Tensor> next(Tree<Tensor> average, Tree<Tensor> values) {
    return exact(average, values).map(WorkingPrecision::normalOrZero);
  }

  /**
   * The average after one more value, of which {@code root + epsilon} will be a divisor: with an
   * epsilon that does not hide it, a subnormal average stays what it is.
   */
  Tree<Tensor> next(Tree<Tensor> average, Tree<Tensor> values, double epsilon) {
    return epsilon >= HIDING ? next(average, values) : exact(average, values);
  }

  private Tree<Tensor> exact(Tree<Tensor> average, Tree<Tensor> values) {
    return average.zip(values, (a, x) -> a.mul(decay).add(x.mul(1 - decay)));
  }

  /**
   * The average without its bias towards the start: divided by {@code 1 - decay^t}, t the number of
   * values. That weight is computed in F64 as {@code -expm1(t * log(decay))}, which keeps its
   * digits where decay is near 1.
   */
  Tree<Tensor> unbiased(Tree<Tensor> average, StepContext context) {
    Tensor count = context.step().add(1).to(DType.F64);
    Tensor weight = count.mul(Math.log(decay)).expm1().neg();
    return average.map(a -> a.div(weight.to(a.dtype()).broadcast(a.shape())));
  }
}
