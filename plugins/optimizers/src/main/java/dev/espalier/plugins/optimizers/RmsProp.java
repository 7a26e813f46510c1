package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * RMSProp:
 *
 * <pre>
 * v = alpha * v + (1 - alpha) * g^2
 * a = alpha * a + (1 - alpha) * g                       (centered only)
 * d = g / (sqrt(v) + epsilon), centered: g / (sqrt(max(v - a^2, 0)) + epsilon)
 * direction = d, with momentum: b = momentum * b + d
 * </pre>
 *
 * <p>State: {@code second_moment/PATH}, centered {@code mean/PATH}, with momentum {@code
 * velocity/PATH}, all from 0 without correction. The variance is kept from rounding below 0, which
 * elsewhere gives NaN.
 *
 * <p>Source: T. Tieleman, G. Hinton, "Lecture 6.5: RMSProp", Coursera, 2012, with PyTorch's
 * constants (the lecture: alpha 0.9); centered: A. Graves, "Generating Sequences With Recurrent
 * Neural Networks", arXiv:1308.0850, formula 40, with epsilon outside the root.
 *
 * @param alpha decay of the averages, in [0, 1)
 * @param epsilon added to the root, outside it
 * @param momentum how much of the velocity stays, in [0, 1)
 * @param centered whether the mean is taken off the second moment
 */
public record RmsProp(double alpha, double epsilon, double momentum, boolean centered)
    implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> zeros = WorkingPrecision.zeros(parameters);
    Tree<Tensor> none = Tree.empty();
    return zeros
        .under("second_moment")
        .and(centered ? zeros.under("mean") : none)
        .and(momentum == 0 ? none : zeros.under("velocity"));
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Average average = new Average(alpha);
    Tree<Tensor> v = average.next(state.subtree("second_moment"), g.map(Tensor::square), epsilon);
    Tree<Tensor> next = v.under("second_moment");
    Tree<Tensor> scale = v;
    if (centered) {
      Tree<Tensor> a = average.next(state.subtree("mean"), g);
      next = next.and(a.under("mean"));
      scale = v.zip(a, (vx, ax) -> vx.sub(ax.square()).max(0));
    }
    Tree<Tensor> direction = g.zip(scale, (x, s) -> x.div(s.sqrt().add(epsilon)));
    if (momentum != 0) {
      direction =
          state
              .subtree("velocity")
              .zip(direction, (b, d) -> WorkingPrecision.normalOrZero(b.mul(momentum).add(d)));
      next = next.and(direction.under("velocity"));
    }
    return new Result(WorkingPrecision.back(direction, parameters), next);
  }
}
