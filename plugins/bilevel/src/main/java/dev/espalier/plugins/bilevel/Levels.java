package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;

/**
 * Which of the parameters of one tree are those of the outer level; all others are those of the
 * inner one.
 *
 * @param outerPaths the paths of x
 */
public record Levels(Set<String> outerPaths) {
  /** Copies the set. */
  public Levels {
    outerPaths = Set.copyOf(outerPaths);
  }

  /** With these paths outside. */
  public static Levels outside(String... paths) {
    return new Levels(Set.of(paths));
  }

  /** x of both. */
  public Tree<Tensor> outer(Tree<Tensor> both) {
    return both.filter(outerPaths::contains);
  }

  /** y of both. */
  public Tree<Tensor> inner(Tree<Tensor> both) {
    return both.filter(path -> !outerPaths.contains(path));
  }

  /**
   * A problem of functions.
   *
   * @param f the outer objective
   * @param g the inner objective
   */
  public BilevelProblem problem(Level f, Level g) {
    return new BilevelProblem(objective(f), objective(g));
  }

  private Objective objective(Level level) {
    return Objective.of(both -> level.value(outer(both), inner(both)));
  }
}
