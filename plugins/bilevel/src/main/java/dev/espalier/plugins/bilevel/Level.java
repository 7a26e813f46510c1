package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/** An objective of two trees, as a function. */
@FunctionalInterface
public interface Level {
  /**
   * A scalar.
   *
   * @param outer the outer parameters
   * @param inner the inner parameters
   */
  Tensor value(Tree<Tensor> outer, Tree<Tensor> inner);
}
