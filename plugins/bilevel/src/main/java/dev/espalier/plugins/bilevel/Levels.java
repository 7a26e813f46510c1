package dev.espalier.plugins.bilevel;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;
import java.util.TreeSet;

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

  /**
   * x of both.
   *
   * @throws EspalierException TREE_MISMATCH where a path of x is none of theirs
   */
  public Tree<Tensor> outer(Tree<Tensor> both) {
    Set<String> missing = new TreeSet<>(outerPaths);
    missing.removeAll(both.paths());
    if (!missing.isEmpty()) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          "the outer level's " + missing + " are paths of the parameters",
          "paths " + both.paths(),
          "check the spelling of the paths");
    }
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
