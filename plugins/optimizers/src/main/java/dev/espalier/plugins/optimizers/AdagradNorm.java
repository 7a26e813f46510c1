package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * AdaGrad-Norm: one step size for all parameters, {@code s += |g|^2; direction = g / (sqrt(s) +
 * epsilon)}.
 *
 * <p>State: {@code sum_of_squares}, an F64 scalar.
 *
 * <p>Source: R. Ward, X. Wu, L. Bottou, "AdaGrad stepsizes: Sharp convergence over nonconvex
 * landscapes", arXiv:1806.01811; there epsilon is 0.
 *
 * @param epsilon added to the root
 * @param initial the sum at the start, at least 0
 */
public record AdagradNorm(double epsilon, double initial) implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tensor any = parameters.leaves().getFirst();
    return Tree.of("sum_of_squares", any.constant(DType.F64, initial));
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Tensor sum = state.get("sum_of_squares").add(Norm.of(g).square());
    Tensor root = sum.sqrt().add(epsilon);
    Tree<Tensor> direction = g.map(x -> Norm.ratio(x, root.to(x.dtype()).broadcast(x.shape())));
    return new Result(WorkingPrecision.back(direction, parameters), Tree.of("sum_of_squares", sum));
  }
}
