package dev.espalier.plugins.losses;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;
import java.util.Optional;

/**
 * Cross-entropy of the softmax with a class: {@code -sum_k q_k log(softmax(x)_k)}, where q is 1 at
 * the target and 0 elsewhere, and with label smoothing {@code q = (1 - smoothing) * onehot +
 * smoothing / classes}.
 *
 * <p>Shapes: predictions x (logits) [batch, ..., classes] and targets [batch, ...] of I32 or I64
 * indices to [batch]: the mean over the positions of an example. A target outside [0, classes)
 * gives NaN. The logarithm is of the shifted softmax, so no logit is too large. The gradient is
 * {@code (softmax(x) - q) / n}, the Hessian {@code (diag(p) - p p^T) / n}, p the softmax, n the
 * number of positions of an example; smoothing does not change it.
 *
 * <p>Source: J. Bridle, "Probabilistic Interpretation of Feedforward Classification Network
 * Outputs", 1990; smoothing: C. Szegedy et al., "Rethinking the Inception Architecture for Computer
 * Vision", arXiv:1512.00567, section 7, with the uniform distribution over all classes, the target
 * among them.
 *
 * @param labelSmoothing the mass that is spread over all classes, in [0, 1)
 */
public record SoftmaxCrossEntropy(double labelSmoothing) implements Loss {
  @Override
  public Target target() {
    return Target.CLASSES;
  }

  @Override
  public Tensor perExample(Tensor predictions, Tensor targets) {
    requireTargetOfEachPosition(predictions, targets);
    Tensor logProbabilities = predictions.logSoftmax(-1);
    Tensor ofTarget = logProbabilities.takeAlongLast(targets.expandDims(-1)).squeeze(-1);
    if (labelSmoothing == 0) {
      return PerExample.mean(ofTarget.neg());
    }
    Tensor ofAll = logProbabilities.mean(-1);
    Tensor expected = ofTarget.mul(1 - labelSmoothing).add(ofAll.mul(labelSmoothing));
    return PerExample.mean(expected.neg());
  }

  @Override
  public Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor vector) {
    Tensor p = predictions.softmax(-1);
    Tensor weighted = p.mul(vector);
    Tensor product = weighted.sub(p.mul(weighted.sum(-1).spread(p.shape(), -1)));
    return Optional.of(product.div(PerExample.terms(targets.shape())));
  }

  private static void requireTargetOfEachPosition(Tensor predictions, Tensor targets) {
    Shape shape = predictions.shape();
    if (shape.rank() < 2
        || !targets.dtype().isInteger()
        || !targets.shape().equals(shape.slice(0, shape.rank() - 1))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "softmax-cross-entropy takes predictions [batch, ..., classes] and class indices [batch,"
              + " ...] of i32 or i64",
          predictions.type() + " and " + targets.type(),
          "let the model's last axis be the classes and give one integer for each position");
    }
  }

  /** {@code sqrt(n) (softmax(x) - onehot(k)) / n}, k drawn from the softmax. */
  @Override
  public Optional<OutputSampler> sampler() {
    return Optional.of((predictions, targets, key) -> {
      Tensor drawn = key.categorical(predictions);
      Tensor one = drawn.oneHot(predictions.shape().extent(-1), predictions.dtype());
      double terms = PerExample.terms(targets.shape());
      return predictions.softmax(-1).sub(one).div(Math.sqrt(terms));
    });
  }
}
