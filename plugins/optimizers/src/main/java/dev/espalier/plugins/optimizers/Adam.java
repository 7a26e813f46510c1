package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * Adam:
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g^2
 * direction = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>with t the number of this step from 1 on. State: {@code mean/PATH} and {@code
 * second_moment/PATH}, from 0.
 *
 * <p>Source: D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", arXiv:1412.6980,
 * algorithm 1 with its constants.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, outside it and after the correction
 */
public record Adam(double beta1, double beta2, double epsilon) implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> zeros = WorkingPrecision.zeros(parameters);
    return zeros.under("mean").and(zeros.under("second_moment"));
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Average mean = new Average(beta1);
    Average secondMoment = new Average(beta2);
    Tree<Tensor> m = mean.next(state.subtree("mean"), g);
    Tree<Tensor> v =
        secondMoment.next(state.subtree("second_moment"), g.map(Tensor::square), epsilon);
    Tree<Tensor> direction =
        mean.unbiased(m, context)
            .zip(secondMoment.unbiased(v, context), (mt, vt) -> mt.div(vt.sqrt().add(epsilon)));
    return new Result(
        WorkingPrecision.back(direction, parameters),
        m.under("mean").and(v.under("second_moment")));
  }
}
