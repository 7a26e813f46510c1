package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/** The transforms that ship for the length of a direction. */
final class Grafts {
  private Grafts() {}

  /** The gradient. */
  record Sgd() implements GradientTransform {
    @Override
    public Result update(
        Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return new Result(gradient, state);
    }
  }

  /**
   * AdaGrad: {@code s = s + g^2; g / (sqrt(s) + epsilon)}.
   *
   * @param epsilon added to the root
   */
  record Adagrad(double epsilon) implements GradientTransform {
    private static final String SUM = "sum_of_squares";

    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return WorkingPrecision.zeros(parameters).under(SUM);
    }

    @Override
    public Result update(
        Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> g = WorkingPrecision.of(gradient);
      Tree<Tensor> s = state.subtree(SUM).zip(g, (before, x) -> before.add(x.square()));
      Tree<Tensor> direction = g.zip(s, (x, sum) -> x.div(sum.sqrt().add(epsilon)));
      return new Result(WorkingPrecision.back(direction, parameters), s.under(SUM));
    }
  }

  /**
   * Adam without its mean: {@code v = beta2 * v + (1 - beta2) * g^2; g / (sqrt(v / (1 - beta2^t)) +
   * epsilon)}.
   *
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the root
   */
  record Adam(double beta2, double epsilon) implements GradientTransform {
    private static final String SECOND_MOMENT = "second_moment";

    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return WorkingPrecision.zeros(parameters).under(SECOND_MOMENT);
    }

    @Override
    public Result update(
        Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> g = WorkingPrecision.of(gradient);
      Average average = new Average(beta2);
      Tree<Tensor> v = average.next(state.subtree(SECOND_MOMENT), g.map(Tensor::square));
      Tree<Tensor> direction =
          g.zip(average.unbiased(v, context), (x, vt) -> x.div(vt.sqrt().add(epsilon)));
      return new Result(WorkingPrecision.back(direction, parameters), v.under(SECOND_MOMENT));
    }
  }
}
