package dev.espalier.plugins.secondorder;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * OASIS, which finds its learning rate itself:
 *
 * <pre>
 * D = beta * D + (1 - beta) * z * (H z),  z of random signs      at first the mean of firstProbes
 * A = max(|D|, least)
 * eta' = min(sqrt(1 + eta / eta_before) * eta, |p - p_before|_A / (2 |g - g_before|_(1/A)))
 * direction = g / A * eta'
 * </pre>
 *
 * <p>with g and g_before the gradients at both points on this step's batch, {@code |x|_A^2 = sum A
 * x^2}. The first step is at initialRate; in the second only the right term counts. Where nothing
 * of the gradient changed, that term is infinite; where both are, eta stays. The learning rate of
 * the run is a factor: 1 is the paper's method.
 *
 * <p>State: {@code diagonal/PATH} and {@code before/PATH}, and {@code eta} and {@code ratio}, F64
 * scalars, the last eta' and its ratio to the one before.
 *
 * <p>Source: M. Jahani, S. Rusakov, Z. Shi, P. Richtarik, M. W. Mahoney, M. Takac, "Doubly Adaptive
 * Scaled Algorithm for Machine Learning Using Second-Order Information", arXiv:2109.05198,
 * algorithm 1 with the adaptive rate of formula 8. The defaults of least, initialRate and
 * firstProbes are ours.
 *
 * @param beta decay of the curvature, in [0, 1)
 * @param least the least curvature, more than 0
 * @param initialRate eta of the first step, more than 0
 * @param firstProbes how many estimates the curvature begins with, at least 1
 * @param curvature how the diagonal is estimated
 */
record Oasis(
    double beta, double least, double initialRate, int firstProbes, DiagonalCurvature curvature)
    implements Optimizer {
  private static final String DIAGONAL = "diagonal";
  private static final String BEFORE = "before";
  private static final String ETA = "eta";
  private static final String RATIO = "ratio";

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, curvature.need());
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tensor anchor = parameters.leaves().getFirst();
    return WorkingPrecision.zeros(parameters)
        .under(DIAGONAL)
        .and(parameters.under(BEFORE))
        .and(ETA, anchor.constant(DType.F64, initialRate))
        .and(RATIO, anchor.constant(DType.F64, 0.0));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient evaluated = objective.valueAndGradient(parameters);
    Tree<Tensor> g = WorkingPrecision.of(evaluated.gradient());
    Tree<Tensor> before = state.subtree(BEFORE);
    Tree<Tensor> other = WorkingPrecision.of(objective.gradient(before));
    Tree<Tensor> diagonal = diagonal(objective, parameters, state.subtree(DIAGONAL), context);
    Tree<Tensor> scale = diagonal.map(d -> d.abs().max(least));
    Tree<Tensor> moved =
        WorkingPrecision.of(parameters).zip(WorkingPrecision.of(before), Tensor::sub);
    Tensor change = norm(g.zip(other, Tensor::sub), scale.map(Tensor::reciprocal));
    Tensor distance = norm(moved, scale);
    Tensor eta = state.get(ETA);
    Tensor infinite = eta.constantLike(Double.POSITIVE_INFINITY);
    Tensor local = change.gt(0).select(distance.div(change.mul(2)), infinite);
    Tensor second = context.step().eq(1);
    Tensor growing = second.select(infinite, state.get(RATIO).add(1).sqrt().mul(eta));
    Tensor smaller = local.min(growing);
    Tensor first = context.step().eq(0);
    // A NaN is no infinity: it goes on into the parameters, where training finds it.
    Tensor kept = first.or(smaller.eq(infinite));
    Tensor next = kept.select(eta, smaller);
    Tree<Tensor> direction =
        g.zip(scale, (x, s) -> x.div(s).mul(next.to(x.dtype()).broadcast(x.shape())));
    return new Step(
        Descent.along(direction, 0, parameters, context),
        diagonal
            .under(DIAGONAL)
            .and(parameters.under(BEFORE))
            .and(ETA, next)
            .and(RATIO, next.div(eta)),
        evaluated.value(),
        Tree.of("oasis_rate", next));
  }

  private Tree<Tensor> diagonal(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> before, StepContext context) {
    List<Tensor> next =
        ControlFlow.cond(
            context.step().eq(0),
            before.leaves(),
            old -> mean(objective, parameters, old, context),
            old ->
                new Average(beta)
                    .next(
                        before.withLeaves(old),
                        curvature.estimate(objective, parameters, context.key()))
                    .leaves());
    return before.withLeaves(next);
  }

  /** The mean of the first estimates, in a loop of which a graph has one. */
  private List<Tensor> mean(
      Objective objective, Tree<Tensor> parameters, List<Tensor> zeros, StepContext context) {
    Tensor numbers = context.step().iota(TensorType.of(DType.I64, firstProbes), 0);
    List<Tensor> sums =
        ControlFlow.scan(
                zeros,
                List.of(numbers),
                firstProbes,
                false,
                (carried, slices) -> {
                  List<Tensor> drawn =
                      curvature
                          .estimate(
                              objective, parameters, context.key().fold(slices.getFirst().add(1)))
                          .leaves();
                  List<Tensor> more =
                      IntStream.range(0, drawn.size())
                          .mapToObj(i -> carried.get(i).add(drawn.get(i)))
                          .toList();
                  return new ControlFlow.Scanned(more, List.of());
                })
            .carries();
    return sums.stream().map(sum -> sum.div((double) firstProbes)).toList();
  }

  /** {@code sqrt(sum scale x^2)} over all leaves, in F64. */
  private static Tensor norm(Tree<Tensor> x, Tree<Tensor> scale) {
    return x
        .zip(scale, (a, s) -> a.to(DType.F64).square().mul(s.to(DType.F64)).sum())
        .leaves()
        .stream()
        .reduce(Tensor::add)
        .orElseThrow()
        .sqrt();
  }
}
