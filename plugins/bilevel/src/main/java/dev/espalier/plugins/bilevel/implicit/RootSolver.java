package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/** Finds the unknowns; nothing of how it does is differentiated. */
@FunctionalInterface
public interface RootSolver {
  /**
   * The unknowns.
   *
   * @param start where to begin, of the paths and types of the unknowns
   * @param theta what they depend on
   */
  Tree<Tensor> solve(Tree<Tensor> start, Tree<Tensor> theta);
}
