package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.plugins.bilevel.BilevelProblem;

/** What the penalty methods have in common: gradients alone, at two inner points. */
final class Penalty {
  private Penalty() {}

  /** {@code f_x(x, y) + multiplier (g_x(x, y) - g_x(x, z))}. */
  static Tree<Tensor> gradient(
      Tree<Tensor> f, Tree<Tensor> atY, Tree<Tensor> atZ, Tensor multiplier) {
    return f.zip(
        atY.zip(atZ, Tensor::sub),
        (slope, difference) ->
            slope.add(difference.mul(multiplier.to(slope.dtype()).broadcastLike(slope))));
  }

  static Tree<Tensor> gradient(
      BilevelProblem problem,
      BilevelProblem.Gradients f,
      Tree<Tensor> x,
      Tree<Tensor> y,
      Tree<Tensor> z,
      Tensor multiplier) {
    return gradient(
        f.inOuter(), problem.innerAt(x, y).inOuter(), problem.innerAt(x, z).inOuter(), multiplier);
  }

  /** The multiplier and how far y and z are from each other, which falls as it grows. */
  static Tree<Tensor> report(Tree<Tensor> y, Tree<Tensor> z, Tensor multiplier) {
    Tensor squares =
        y.zip(z, (a, b) -> a.sub(b).square().sum().to(DType.F64)).leaves().stream()
            .reduce(Tensor::add)
            .orElseThrow();
    return Tree.of("multiplier", multiplier).and("distance", squares.sqrt());
  }
}
