package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;
import java.util.Arrays;

/**
 * M-FAC, dynamic: the direction is {@code F^-1 g} with the damped empirical Fisher matrix of the
 * last m gradients, of which g is the newest,
 *
 * <pre>
 * F = damping * I + (1/m) sum_i g_i g_i^T
 * F^-1 g = m G^T (m * damping * I + G G^T)^-1 e,      G the gradients as rows, e the newest's unit
 * </pre>
 *
 * <p>by the Woodbury identity; before there are m gradients the missing ones are 0. Kept are G and
 * {@code G G^T}, of which a step changes a row and a column: m d for a step in d parameters, and
 * m^3 for a Cholesky factor in F64. The authors compute the same by a recursion over the gradients.
 * For gradients that do not change, and any vector, there is {@link EmpiricalFisher}.
 *
 * <p>So that a factor exists, {@code m u max_i |g_i|^2} is added to the diagonal, u the unit
 * roundoff of the products: what rounding takes from the least eigenvalue. Beside the damping that
 * is {@code u max_i |g_i|^2 / damping}: with gradients in F32 and a damping of 1e-6, 6 percent of
 * it for gradients of length 1 and six times it for those of length 10.
 *
 * <p>The authors take m = 1024 and a damping of 1e-6, for gradients of noisy batches. With few
 * gradients and little noise that is too little: along what none of them has shown, a step is 1 /
 * damping times the gradient, and goes astray where that is over the inverse curvature.
 *
 * <p>State: {@code gradients/PATH} [m, ...] and {@code products} [m, m], from 0.
 *
 * <p>Source: E. Frantar, E. Kurtic, D. Alistarh, "M-FAC: Efficient Matrix-Free Approximations of
 * Second-Order Information", arXiv:2107.03356, section 3.2.
 *
 * @param window m, at least 1
 * @param damping more than 0
 */
record MatrixFreeCurvature(int window, double damping) implements GradientTransform {
  private static final String GRADIENTS = "gradients";
  private static final String PRODUCTS = "products";

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tensor anchor = parameters.leaves().getFirst();
    Tree<Tensor> zeros =
        WorkingPrecision.of(parameters)
            .map(p -> p.constant(p.dtype(), 0.0).broadcast(p.shape().insert(0, window)));
    Tensor none = anchor.constant(DType.F64, 0.0).broadcast(Shape.of(window, window));
    return zeros.under(GRADIENTS).and(PRODUCTS, none);
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tensor slot = context.step().rem((double) window);
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Tree<Tensor> rows =
        state
            .subtree(GRADIENTS)
            .zip(
                g,
                (held, x) -> {
                  Tensor[] starts = new Tensor[held.shape().rank()];
                  Arrays.fill(starts, slot.zerosLike());
                  starts[0] = slot;
                  return held.dynamicUpdateSlice(x.expandDims(0), starts);
                });
    Tensor none = slot.constant(DType.F64, 0.0).broadcast(Shape.of(window));
    Tensor newest = none;
    double unit = 0x1p-53;
    for (String path : g.paths()) {
      Tensor x = g.get(path);
      int size = x.shape().size();
      newest =
          newest.add(
              rows.get(path)
                  .reshape(window, size)
                  .matmul(x.reshape(size, 1))
                  .reshape(window)
                  .to(DType.F64));
      unit = x.dtype() == DType.F64 ? unit : 0x1p-24;
    }
    Tensor zero = slot.zerosLike();
    Tensor products =
        state
            .get(PRODUCTS)
            .dynamicUpdateSlice(newest.reshape(1, window), slot, zero)
            .dynamicUpdateSlice(newest.reshape(window, 1), zero, slot);
    Tensor weights = weights(products, slot, unit);
    Tree<Tensor> direction =
        rows.zip(
            g,
            (held, x) -> {
              int size = x.shape().size();
              Tensor row = weights.to(x.dtype()).reshape(1, window);
              return row.matmul(held.reshape(window, size)).reshape(x.shape());
            });
    return new Result(
        WorkingPrecision.back(direction, parameters),
        rows.under(GRADIENTS).and(PRODUCTS, products));
  }

  /** {@code m (m * damping * I + G G^T)^-1 e}. */
  private Tensor weights(Tensor products, Tensor slot, double unit) {
    Tensor chosen =
        slot.iota(slot.type().withShape(Shape.of(window)), 0)
            .eq(slot.broadcast(Shape.of(window)))
            .to(DType.F64)
            .reshape(window, 1);
    Tensor factor = EmpiricalFisher.factor(products, damping, unit);
    return factor
        .triangularSolve(factor.triangularSolve(chosen, true, false), true, true)
        .mul((double) window)
        .reshape(window);
  }
}
