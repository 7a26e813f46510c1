package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.StepContext;

/**
 * An exponential moving average that starts at 0: {@code decay * average + (1 - decay) * x}.
 *
 * @param decay in [0, 1)
 */
record Average(double decay) {
  /** The average after one more value. */
  Tree<Tensor> next(Tree<Tensor> average, Tree<Tensor> values) {
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
