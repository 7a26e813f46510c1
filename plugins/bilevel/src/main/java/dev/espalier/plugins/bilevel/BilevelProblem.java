package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;

/**
 * A problem of two levels:
 *
 * <pre>
 * min over x of F(x) = f(x, y*(x))    where    y*(x) minimises g(x, .)
 * </pre>
 *
 * <p>Both objectives are those of one tree that holds x and y, so that whatever answers an
 * optimizer's questions may be a level: a loss on a batch, on held-out examples, or a function. The
 * paths of x and y differ.
 *
 * @param outer f
 * @param inner g
 */
public record BilevelProblem(Objective outer, Objective inner) {
  /**
   * A value and its gradient in each of the two trees.
   *
   * @param value a scalar
   * @param inOuter the derivative in x
   * @param inInner the derivative in y
   */
  public record Gradients(Tensor value, Tree<Tensor> inOuter, Tree<Tensor> inInner) {}

  /** f and its gradients. */
  public Gradients outerAt(Tree<Tensor> x, Tree<Tensor> y) {
    return gradients(outer, x, y);
  }

  /** g and its gradients. */
  public Gradients innerAt(Tree<Tensor> x, Tree<Tensor> y) {
    return gradients(inner, x, y);
  }

  private static Gradients gradients(Objective of, Tree<Tensor> x, Tree<Tensor> y) {
    Objective.ValueAndGradient found = of.valueAndGradient(x.and(y));
    return new Gradients(
        found.value(),
        found.gradient().filter(x::contains),
        found.gradient().filter(path -> !x.contains(path)));
  }

  /** {@code g(x, .)}: the inner objective of y alone. */
  public Objective lower(Tree<Tensor> x) {
    return inner.holding(x);
  }

  /**
   * A vector's products with two blocks of the Hessian of g.
   *
   * @param mixed {@code d2g/dxdy v}, a tree like x
   * @param inner {@code d2g/dy2 v}, a tree like y
   */
  public record SecondOrder(Tree<Tensor> mixed, Tree<Tensor> inner) {}

  /** The derivative of the gradient of g along a direction of y: one Hessian-vector product. */
  public SecondOrder along(Tree<Tensor> x, Tree<Tensor> y, Tree<Tensor> v) {
    Tree<Tensor> both = inner.hessianVector(x.and(y), x.map(Tensor::zerosLike).and(v));
    return new SecondOrder(both.filter(x::contains), both.filter(path -> !x.contains(path)));
  }

  /** The problem that answers no other questions; a refusal names who asks. */
  public BilevelProblem restrictedTo(String who, Set<Objective.Need> needs) {
    return new BilevelProblem(
        new AskedObjective(outer, who, needs), new AskedObjective(inner, who, needs));
  }
}
