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

  /**
   * The nearest point (t, z) of the second-order cone {@code |z| <= t}, which is its own dual:
   *
   * <pre>
   * x where |z| &lt;= t,   0 where |z| &lt;= -t,   else (|z| + t) / 2 (1, z / |z|)
   * </pre>
   *
   * @param x a vector [n + 1], t its first element
   */
  public static Tensor secondOrderCone(Tensor x) {
    int n = x.shape().extent(0);
    Tensor t = x.at(0, 0);
    Tensor z = x.slice(0, 1, n);
    Tensor squared = z.square().sum();
    // The root at 0 has no derivative, and there z is inside or goes to 0.
    Tensor length = squared.gt(0).select(squared, squared.onesLike()).sqrt();
    Tensor size = squared.gt(0).select(length, squared.zerosLike());
    Tensor half = size.add(t).mul(0.5);
    Tensor edge = half.expandDims(0).concat(0, z.mul(half.div(length).broadcastLike(z)));
    Tensor outside = size.le(t.neg()).broadcastLike(x).select(x.zerosLike(), edge);
    return size.le(t).broadcastLike(x).select(x, outside);
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
