package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;

/** Projections and proximal maps of vectors. */
public final class Proximal {
  private Proximal() {}

  /**
   * The proximal map of {@code threshold |x|_1}: {@code sign(x) max(|x| - threshold, 0)}.
   *
   * @param x any shape
   * @param threshold of the type of x, at least 0
   */
  public static Tensor softThreshold(Tensor x, Tensor threshold) {
    return x.sign().mul(x.abs().sub(threshold).relu());
  }

  /**
   * The nearest point of the simplex {@code x >= 0, sum x = 1}: {@code max(x - t, 0)} with t the
   * greatest of {@code (x_1 + ... + x_k - 1) / k} over the k largest elements.
   *
   * <p>Source: M. Held, P. Wolfe and H. Crowder, "Validation of subgradient optimization",
   * Mathematical Programming 6, 1974.
   *
   * @param x a vector [n]
   */
  public static Tensor simplex(Tensor x) {
    int n = x.shape().extent(0);
    Tensor counted = x.iota(new TensorType(DType.I32, Shape.of(n)), 0).add(1).to(x.dtype());
    Tensor threshold = x.sort(0, true).cumulativeSum(0).sub(1).div(counted).reduceMax(0);
    return x.sub(threshold.broadcastLike(x)).relu();
  }

  /** The nearest point with all elements from low to high. */
  public static Tensor box(Tensor x, double low, double high) {
    return x.clamp(low, high);
  }

  /**
   * The nearest point with {@code |x - center| <= radius}.
   *
   * @param x any shape
   * @param center of the type of x
   * @param radius greater than 0
   */
  public static Tensor ball(Tensor x, Tensor center, double radius) {
    Tensor from = x.sub(center);
    Tensor squared = from.square().sum();
    Tensor inside = squared.le(radius * radius);
    // The root at 0 has no derivative, so it is not taken of what is inside.
    Tensor safe = inside.select(squared.onesLike(), squared);
    Tensor scale = inside.select(squared.onesLike(), safe.rsqrt().mul(radius));
    return center.add(from.mul(scale.broadcastLike(from)));
  }
}
