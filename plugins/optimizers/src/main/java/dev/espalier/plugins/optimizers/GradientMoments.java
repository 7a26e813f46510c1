package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;

/**
 * How the gradients g_i of a batch's n examples are spread about their mean g; F64 scalars.
 *
 * @param count n
 * @param square {@code |g|^2}
 * @param variance {@code sum |g_i - g|^2 / (n - 1)}, 0 for one example
 * @param along {@code sum <g_i - g, g>^2 / (n - 1)}, 0 for one example
 * @param coordinate the most of {@code sum (g_i - g)_j^2 / (n - 1) / g_j^2} of any coordinate j; 0
 *     where all examples agree
 */
public record GradientMoments(
    Tensor count, Tensor square, Tensor variance, Tensor along, Tensor coordinate) {
  /** Those of gradients that are there for each row of an objective's batch. */
  static GradientMoments of(Objective objective, Tree<Tensor> each, Tree<Tensor> mean) {
    Tensor any = each.leaves().getFirst();
    Tensor count = objective.examples(any.constant(DType.F64, 0.0));
    Shape rows = Shape.of(objective.rows());
    Tree<Tensor> apart = each.zip(mean, (x, m) -> x.sub(m.expandDims(0).broadcastLike(x)));
    Tensor squares = any.constant(DType.F64, 0.0).broadcast(rows);
    Tensor products = squares;
    Tensor coordinate = any.constant(DType.F64, 0.0);
    for (String path : each.paths()) {
      Tensor d = flat(apart.get(path));
      Tensor m = flat(mean.get(path).expandDims(0).broadcastLike(apart.get(path)));
      squares = squares.add(d.square().sum(1).to(DType.F64));
      products = products.add(d.mul(m).sum(1).to(DType.F64));
      // Divided before they are squared: squares of small gradients are 0.
      Tensor relative = counted(objective, Norm.ratio(d, m)).square().sum(0);
      coordinate = coordinate.max(relative.reduceMax().to(DType.F64));
    }
    Tensor others = count.sub(1).max(1);
    return new GradientMoments(
        count,
        Norm.of(mean).square(),
        counted(objective, squares).sum().div(others),
        counted(objective, products.square()).sum().div(others),
        coordinate.div(others));
  }

  private static Tensor flat(Tensor x) {
    int rows = x.shape().extent(0);
    return x.reshape(rows, x.shape().slice(1, x.shape().rank()).size());
  }

  private static Tensor counted(Objective objective, Tensor rows) {
    return objective
        .present()
        .map(p -> rows.shape().rank() == 1 ? p : p.expandDims(1).broadcastLike(rows))
        .map(p -> p.select(rows, rows.zerosLike()))
        .orElse(rows);
  }
}
