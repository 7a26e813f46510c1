package dev.espalier.plugins.secondorder;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * AdaHessian, Adam with a diagonal of the Hessian in place of the gradient in the second moment:
 *
 * <pre>
 * D = average(z * (H z)), z of random signs
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * D^2
 * direction = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t))^power + epsilon) + weightDecay * p
 * </pre>
 *
 * <p>with t the number of this step from 1 on. The spatial average of a kernel {@code [out, in,
 * ...]} of rank 3 or more is that over its window, the axes from the third on; of vectors and
 * matrices that of {@code block} neighbours along the last axis, of which the last group may be
 * smaller. One Hessian-vector product a step. State: {@code mean/PATH} and {@code
 * second_moment/PATH}, from 0.
 *
 * <p>Source: Z. Yao, A. Gholami, S. Shen, M. Mustafa, K. Keutzer, M. W. Mahoney, "ADAHESSIAN: An
 * Adaptive Second Order Optimizer for Machine Learning", arXiv:2006.00719, algorithm 1, formulas 7
 * to 11; epsilon, and decay decoupled, as in the authors' program.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root
 * @param power the Hessian's power k, in [0, 1]: 1 is a Newton step of a diagonal Hessian, 0 a mean
 *     of gradients
 * @param block how many neighbours share a curvature, at least 1
 * @param weightDecay decoupled: how much of a parameter is taken off for a learning rate of 1
 */
public record AdaHessian(
    double beta1, double beta2, double epsilon, double power, int block, double weightDecay)
    implements Optimizer {
  private static final String MEAN = "mean";
  private static final String SECOND_MOMENT = "second_moment";
  private static final DiagonalCurvature DIAGONAL = new Hutchinson(Hutchinson.Probe.RADEMACHER);

  public AdaHessian {
    if (block < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a spatial average is over at least 1 element",
          "" + block,
          "use 1 for no average");
    }
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, DIAGONAL.need());
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> zeros = WorkingPrecision.zeros(parameters);
    return zeros.under(MEAN).and(zeros.under(SECOND_MOMENT));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient evaluated = objective.valueAndGradient(parameters);
    Tree<Tensor> diagonal =
        DIAGONAL.estimate(objective, parameters, context.key()).map(this::spatialAverage);
    Average mean = new Average(beta1);
    Average secondMoment = new Average(beta2);
    Tree<Tensor> m = mean.next(state.subtree(MEAN), WorkingPrecision.of(evaluated.gradient()));
    Tree<Tensor> v = secondMoment.next(state.subtree(SECOND_MOMENT), diagonal.map(Tensor::square));
    Tree<Tensor> direction =
        mean.unbiased(m, context)
            .zip(
                secondMoment.unbiased(v, context),
                (mt, vt) -> mt.div(powered(vt.sqrt()).add(epsilon)));
    return new Step(
        Descent.along(direction, weightDecay, parameters, context),
        m.under(MEAN).and(v.under(SECOND_MOMENT)),
        evaluated.value(),
        Tree.empty());
  }

  private Tensor powered(Tensor root) {
    return power == 1 ? root : root.pow(power);
  }

  private Tensor spatialAverage(Tensor diagonal) {
    int rank = diagonal.shape().rank();
    if (rank >= 3) {
      int[] window = IntStream.range(2, rank).toArray();
      return diagonal.mean(window).spread(diagonal.shape(), window);
    }
    if (rank == 0 || block == 1) {
      return diagonal;
    }
    int extent = diagonal.shape().extent(-1);
    int whole = extent / block * block;
    Tensor first = groups(diagonal.slice(-1, 0, whole), block);
    return whole == extent
        ? first
        : first.concat(-1, groups(diagonal.slice(-1, whole, extent), extent - whole));
  }

  /** Each element replaced by the mean of its group of a size that divides the last axis. */
  private static Tensor groups(Tensor x, int size) {
    Shape shape = x.shape();
    Tensor grouped = x.reshape(shape.with(-1, shape.extent(-1) / size).concat(Shape.of(size)));
    return grouped.mean(-1).spread(grouped.shape(), -1).reshape(shape);
  }
}
