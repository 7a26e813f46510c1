package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * The corrected gradient of MARS:
 *
 * <pre>
 * c = g(p) + gamma * beta / (1 - beta) * (g(p) - h)
 * c = c / max(1, |c|)                                  of each tensor by itself
 * </pre>
 *
 * <p>with h the gradient at the parameters of the step before: exact, on this step's batch;
 * approximately, as that step found it on its own. In the first step h is g. With gamma 1 and
 * exact, the mean {@code m = beta * m + (1 - beta) * c} that an optimizer takes of it is STORM's,
 * {@code g + beta * (m - h)}.
 *
 * <p>State: {@code previous/PATH}, the parameters (exact) or the gradient of the step before.
 *
 * <p>Source: H. Yuan, Y. Liu, S. Wu, X. Zhou, Q. Gu, "MARS: Unleashing the Power of Variance
 * Reduction for Training Large Models", arXiv:2411.10438, algorithm 1; lengths are those of single
 * tensors as in the authors' code. That code begins with h = 0, which the algorithm does not, and
 * moves vectors by AdamW: say so with groups of parameters, or take {@link MarsShampoo}, which
 * does.
 *
 * @param gamma how much of the correction is taken, at least 0
 * @param beta decay of the mean that the optimizer takes, in [0, 1)
 * @param exact whether the gradient before is taken on this step's batch, which costs a second one
 * @param clipped whether lengths are limited to 1
 */
public record Mars(double gamma, double beta, boolean exact, boolean clipped)
    implements GradientEstimator {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return (exact ? parameters : parameters.map(Tensor::zerosLike)).under("previous");
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> previous = state.subtree("previous");
    Tensor first = context.step().eq(0);
    UnaryOperator<Tree<Tensor>> before =
        exact
            ? gradient -> inner.gradient(previous)
            : gradient -> gradient.zip(previous, (g, h) -> first.broadcast(g.shape()).select(g, h));
    Tree<Tensor> kept = exact ? parameters : inner.gradient(parameters);
    return new Estimate(
        new Corrected(inner, before, this::corrected), kept.under("previous"), Tree.empty());
  }

  private Tensor corrected(Tensor g, Tensor before) {
    Tensor c = g.add(g.sub(before).mul(gamma * beta / (1 - beta)));
    return clipped ? c.div(Norm.of(c).max(1).to(c.dtype()).broadcast(c.shape())) : c;
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }

  /**
   * The corrected gradient at any point.
   *
   * @param inner who is asked
   * @param before h for a gradient
   * @param correction c of the gradient and h
   */
  private record Corrected(
      Objective inner, UnaryOperator<Tree<Tensor>> before, BinaryOperator<Tensor> correction)
      implements Objective {
    @Override
    public Set<Need> offers() {
      return Set.of(Need.GRADIENT);
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      ValueAndGradient found = inner.valueAndGradient(parameters);
      Tree<Tensor> g = found.gradient();
      return new ValueAndGradient(found.value(), g.zip(before.apply(g), correction));
    }
  }
}
