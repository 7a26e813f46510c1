package com.example.adadelta;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * A diagonal preconditioner that gives directions the units of parameters:
 *
 * <pre>
 * s = decay * s + (1 - decay) * g^2
 * direction = sqrt((u + epsilon) / (s + epsilon)) * g
 * u = decay * u + (1 - decay) * direction^2
 * </pre>
 *
 * <p>State: {@code squared_gradients/PATH} and {@code squared_directions/PATH}, from 0, in F32 for
 * parameters of 16 bits. A learning rate of 1 is the paper's method.
 *
 * <p>Source: M. D. Zeiler, "ADADELTA: An Adaptive Learning Rate Method", arXiv:1212.5701,
 * algorithm 1.
 *
 * @param decay how much of the averages stays, in [0, 1)
 * @param epsilon added to both averages, more than 0
 */
public record AdaDelta(double decay, double epsilon) implements GradientTransform {
  private static final String GRADIENTS = "squared_gradients";
  private static final String DIRECTIONS = "squared_directions";

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> zeros = wide(parameters).map(Tensor::zerosLike);
    return zeros.under(GRADIENTS).and(zeros.under(DIRECTIONS));
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = wide(gradient);
    Tree<Tensor> s = average(state.subtree(GRADIENTS), g);
    Tree<Tensor> u = state.subtree(DIRECTIONS);
    Tree<Tensor> direction =
        u.zip(s, (ux, sx) -> ux.add(epsilon).div(sx.add(epsilon)).sqrt()).zip(g, Tensor::mul);
    return new Result(
        direction.zip(parameters, (d, p) -> d.to(p.dtype())),
        s.under(GRADIENTS).and(average(u, direction).under(DIRECTIONS)));
  }

  private Tree<Tensor> average(Tree<Tensor> before, Tree<Tensor> values) {
    return before.zip(values, (old, x) -> old.mul(decay).add(x.square().mul(1 - decay)));
  }

  /** Averages are kept in F32 at least. */
  private static Tree<Tensor> wide(Tree<Tensor> tree) {
    return tree.map(x -> x.dtype() == DType.F64 ? x : x.to(DType.F32));
  }
}
