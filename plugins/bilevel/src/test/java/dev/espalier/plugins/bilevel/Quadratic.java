package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.Random;

/**
 * A quadratic problem of which everything is known:
 *
 * <pre>
 * g(x, y) = y^T H y / 2 - y^T (B x + c)              y*(x) = H^-1 (B x + c)
 * f(x, y) = y^T P y / 2 + x^T Q x / 2 + y^T S x + p^T y + q^T x
 * dF/dx = Q x + S^T y + q + B^T H^-1 (P y + S x + p)    at y = y*(x)
 * </pre>
 */
public record Quadratic(
    double[][] h,
    double[][] b,
    double[] c,
    double[][] p,
    double[][] q,
    double[][] s,
    double[] pLinear,
    double[] qLinear,
    double least,
    double most) {
  /** A random one, whose inner Hessian has eigenvalues in [least, most]. */
  public static Quadratic random(long seed, int outer, int inner, double least, double most) {
    Random random = new Random(seed);
    double[] eigenvalues =
        Dense.vector(
            inner,
            i -> inner == 1 ? most : least * Math.pow(most / least, (double) i / (inner - 1)));
    return new Quadratic(
        Dense.symmetric(random, eigenvalues),
        Dense.normal(random, inner, outer),
        Dense.normal(random, inner),
        Dense.symmetric(random, Dense.vector(inner, i -> 0.5 + random.nextDouble())),
        Dense.symmetric(random, Dense.vector(outer, i -> 0.5 + random.nextDouble())),
        Dense.normal(random, inner, outer),
        Dense.normal(random, inner),
        Dense.normal(random, outer),
        least,
        most);
  }

  /** Two leaves on each level, so that trees and not only vectors are tried. */
  public BilevelProblem problem() {
    return Levels.outside("x/first", "x/rest")
        .problem(
            (x, y) -> {
              Tensor u = join(x);
              Tensor v = join(y);
              return form(v, p, v)
                  .mul(0.5)
                  .add(form(u, q, u).mul(0.5))
                  .add(form(v, s, u))
                  .add(v.mul(vector(v, pLinear)).sum())
                  .add(u.mul(vector(u, qLinear)).sum());
            },
            (x, y) -> {
              Tensor u = join(x);
              Tensor v = join(y);
              return form(v, h, v).mul(0.5).sub(form(v, b, u)).sub(v.mul(vector(v, c)).sum());
            });
  }

  public static Tensor join(Tree<Tensor> tree) {
    return tree.leaves().get(0).concat(0, tree.leaves().get(1));
  }

  public static Tree<Tensor> split(String name, Tensor vector) {
    int n = vector.shape().extent(0);
    return Tree.of(name + "/first", vector.slice(0, 0, 1))
        .and(name + "/rest", vector.slice(0, 1, n));
  }

  private static Tensor vector(Tensor anchor, double[] values) {
    return anchor.constant(NdArray.of(values, values.length));
  }

  private static Tensor form(Tensor v, double[][] m, Tensor u) {
    double[] all = new double[m.length * m[0].length];
    for (int i = 0; i < m.length; i++) {
      System.arraycopy(m[i], 0, all, i * m[0].length, m[0].length);
    }
    Tensor matrix = v.constant(NdArray.of(all, m.length, m[0].length));
    return v.mul(matrix.matmul(u.reshape(u.shape().extent(0), 1)).reshape(v.shape())).sum();
  }

  public double[] solution(double[] x) {
    return Dense.solve(h, Dense.plus(Dense.times(b, x), 1, c));
  }

  public double[] innerGradient(double[] x, double[] y) {
    return Dense.plus(Dense.plus(Dense.times(h, y), -1, Dense.times(b, x)), -1, c);
  }

  public double[] outerInInner(double[] x, double[] y) {
    return Dense.plus(Dense.plus(Dense.times(p, y), 1, Dense.times(s, x)), 1, pLinear);
  }

  public double[] outerInOuter(double[] x, double[] y) {
    return Dense.plus(
        Dense.plus(Dense.times(q, x), 1, Dense.times(Dense.transposed(s), y)), 1, qLinear);
  }

  /** {@code f_x - g_xy H^-1 f_y} at any y. */
  public double[] implicit(double[] x, double[] y) {
    double[] v = Dense.solve(h, outerInInner(x, y));
    return Dense.plus(outerInOuter(x, y), 1, Dense.times(Dense.transposed(b), v));
  }

  public double[] hypergradient(double[] x) {
    return implicit(x, solution(x));
  }
}
