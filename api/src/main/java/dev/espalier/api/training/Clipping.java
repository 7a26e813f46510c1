package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the gradients of single examples are scaled down before they are summed: parameters lie in
 * groups, and a group's part of an example's gradient is multiplied by a factor of that part's
 * norm. A lambda is clipping by the norm of the whole gradient.
 */
@FunctionalInterface
public interface Clipping {
  /**
   * The factors for a group's norms.
   *
   * @param norms the norm of the group's part for each example, [rows]
   * @param groups how many groups there are
   * @return [rows]
   */
  Tensor factors(Tensor norms, int groups);

  /** The group that a parameter belongs to. */
  default String group(String path) {
    return "all";
  }

  /** {@code min(1, bound / norm)}: no example's gradient is longer than the bound. */
  static Clipping flat(double bound) {
    requirePositive(bound);
    return (norms, groups) -> norms.constantLike(bound).div(norms.max(bound));
  }

  /**
   * {@code bound / (norm + stability)}, AUTO-S: nothing is left to tune but their product with the
   * learning rate.
   *
   * <p>Source: Z. Bu, Y. Wang, S. Zha, G. Karypis, "Automatic Clipping: Differentially Private Deep
   * Learning Made Easier and Stronger", arXiv:2206.07136; there the bound is 1.
   */
  static Clipping automatic(double bound, double stability) {
    requirePositive(bound);
    requirePositive(stability);
    return (norms, groups) -> norms.constantLike(bound).div(norms.add(stability));
  }

  /**
   * This clipping in each layer by itself, where the norms are multiplied by the root of the number
   * of layers, so that the whole is no longer than before. A layer is the parameters whose paths
   * agree but for the last word.
   */
  default Clipping perLayer() {
    Clipping whole = this;
    return new Clipping() {
      @Override
      public Tensor factors(Tensor norms, int groups) {
        return whole.factors(norms.mul(Math.sqrt(groups)), 1);
      }

      @Override
      public String group(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
      }
    };
  }

  /**
   * The clipped sum of gradients that are there for each example.
   *
   * @param value the mean loss, which is handed through
   * @param gradients each leaf [rows, ...]; rows that are no example are 0
   */
  default Objective.ClippedSum of(Tensor value, Tree<Tensor> gradients) {
    Map<String, Tensor> squares = new LinkedHashMap<>();
    gradients
        .asMap()
        .forEach((path, g) -> {
          Tensor wide = g.to(g.dtype() == DType.F64 ? DType.F64 : DType.F32);
          Shape flat = Shape.of(g.shape().extent(0), g.shape().slice(1, g.shape().rank()).size());
          squares.merge(group(path), wide.square().reshape(flat).sum(1), Tensor::add);
        });
    Tree<Tensor> norms = Tree.of(squares).map(Tensor::sqrt);
    Tree<Tensor> factors = norms.map(n -> factors(n, norms.size()));
    Tree<Tensor> sum =
        gradients.mapWithPath((path, g) -> {
          Tensor factor = factors.get(group(path)).to(g.dtype());
          return factor.broadcast(g.shape(), 0).mul(g).sum(0);
        });
    return new Objective.ClippedSum(value, sum, norms);
  }

  private static void requirePositive(double number) {
    if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "clipping takes numbers greater than 0",
          "" + number,
          "give another bound");
    }
  }
}
