package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What may be asked about the mean loss on the current batch, at any point. All of it is traced:
 * asking the same twice costs nothing more.
 *
 * <p>A question that is not in {@link #offers()} is refused with {@link EspalierException}
 * MISSING_NEED when the step is built; that is what every method here does unless it is overridden.
 * An objective that answers mostly as another one does is a {@link WrappedObjective}.
 *
 * <p>A batch has {@link #rows()}; where it is padded, {@link #present()} says which of them are
 * examples, and answers for the others are 0. Means are sums divided by {@link #examples}.
 */
public interface Objective {
  /** The kinds of question. */
  enum Need {
    /** {@link #value}. */
    VALUE,
    /** {@link #gradient} and {@link #valueAndGradient}. */
    GRADIENT,
    /** {@link #hessianVector}. */
    HESSIAN_VECTOR,
    /** {@link #gaussNewtonVector}. */
    GAUSS_NEWTON_VECTOR,
    /** {@link #perExampleValues}. */
    PER_EXAMPLE_VALUES,
    /** {@link #perExampleGradients}. */
    PER_EXAMPLE_GRADIENTS,
    /** {@link #clippedSum}. */
    CLIPPED_SUM,
    /** {@link #layerStatistics}. */
    LAYER_STATISTICS,
    /** {@link #sampledGradient}, and layer statistics of sampled labels. */
    SAMPLED_GRADIENT,
    /** {@link #directionalDerivative}. */
    DIRECTIONAL_DERIVATIVE
  }

  /** The batches that a step may hold beside its own. */
  enum Batch {
    /** The batch of the step before; in the first step the own one. */
    PREVIOUS,
    /** Examples to train on, drawn independently of the step's own. */
    SECOND,
    /** Examples that are held out. */
    VALIDATION,
    /** Every example to train on. */
    FULL
  }

  /**
   * A value and its gradient.
   *
   * @param value a scalar
   * @param gradient of the parameters' types
   */
  record ValueAndGradient(Tensor value, Tree<Tensor> gradient) {}

  /**
   * The sum of clipped gradients of single examples.
   *
   * @param value the mean loss, a scalar
   * @param sum of the parameters' types
   * @param norms for each group of the clipping the norms before, [rows]
   */
  record ClippedSum(Tensor value, Tree<Tensor> sum, Tree<Tensor> norms) {}

  /** Any traced scalar function of a tree as an objective. It knows of no examples. */
  static Objective of(Function<Tree<Tensor>, Tensor> function) {
    return new FunctionObjective(function);
  }

  /**
   * An objective that knows its value and gradient at one point, and answers nothing else.
   *
   * @param point the point: its very tensors, equal values are not seen in a trace
   * @param answer what it answers there
   * @param name who answers, in messages
   */
  static Objective at(Tree<Tensor> point, ValueAndGradient answer, String name) {
    return new PointObjective(point, answer, name);
  }

  /** The questions that are answered. */
  Set<Need> offers();

  /** The batches that {@link #on} knows. */
  default Set<Batch> batches() {
    return Set.of();
  }

  /** The leading extent of answers for each example. */
  default int rows() {
    return 1;
  }

  /** Which rows are examples, BOOL [rows]; empty where all are. */
  default Optional<Tensor> present() {
    return Optional.empty();
  }

  /**
   * What a sum over examples is divided by to give the mean, a scalar of a tensor's element type:
   * the number of examples, or with Poisson subsampling its expectation, so that means have none of
   * its noise.
   */
  default Tensor examples(Tensor like) {
    return like.constant(like.dtype(), (double) rows());
  }

  /** The mean loss, a scalar. */
  default Tensor value(Tree<Tensor> parameters) {
    throw notOffered(Need.VALUE);
  }

  /** The mean loss and its gradient. */
  default ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    throw notOffered(Need.GRADIENT);
  }

  /** The gradient of the mean loss. */
  default Tree<Tensor> gradient(Tree<Tensor> parameters) {
    return valueAndGradient(parameters).gradient();
  }

  /** The Hessian of the mean loss times a vector. */
  default Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw notOffered(Need.HESSIAN_VECTOR);
  }

  /**
   * The Gauss-Newton matrix {@code J^T H J} times a vector, J the derivative of the predictions and
   * H the Hessian of the mean loss in them.
   */
  default Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw notOffered(Need.GAUSS_NEWTON_VECTOR);
  }

  /** The single losses, [rows]. */
  default Tensor perExampleValues(Tree<Tensor> parameters) {
    throw notOffered(Need.PER_EXAMPLE_VALUES);
  }

  /** The gradients of the single losses, each leaf with a leading batch axis. */
  default Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    throw notOffered(Need.PER_EXAMPLE_GRADIENTS);
  }

  /**
   * The sum of {@link #perExampleGradients} after clipping, without holding them where that costs
   * less. Divided by {@link #examples} it is a mean.
   */
  default ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    throw notOffered(Need.CLIPPED_SUM);
  }

  /**
   * For each parameter that enters the model once, by a matrix product or a convolution, with what.
   * Other parameters are absent.
   *
   * @param parameters the point
   * @param sampled where present, output gradients are those of {@link #sampledGradient}
   */
  default Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    throw notOffered(Need.LAYER_STATISTICS);
  }

  /**
   * A random vector v whose {@code E[v v^T]} is the Gauss-Newton matrix: the gradient under labels
   * sampled from the model, times the root of the number of independent terms of the mean loss.
   */
  default Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    throw notOffered(Need.SAMPLED_GRADIENT);
  }

  /**
   * The derivative of an order at least 1 of {@code t -> value(parameters + t * direction)} at 0.
   */
  default Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    throw notOffered(Need.DIRECTIONAL_DERIVATIVE);
  }

  /** The same questions about another batch that the step holds. */
  default Objective on(Batch batch) {
    throw new EspalierException(
        ErrorCode.MISSING_NEED,
        "an objective that holds the batch " + batch,
        getClass().getSimpleName() + " holds " + batches(),
        "use it where the step holds that batch");
  }

  /**
   * The same questions about the rows from (inclusive) to (exclusive), for microbatches and for a
   * cheap proxy. Over equal parts the mean of the means is the whole's.
   */
  default Objective part(int from, int to) {
    throw new EspalierException(
        ErrorCode.MISSING_NEED,
        "an objective whose batch can be divided",
        getClass().getSimpleName() + " of " + rows() + " rows",
        "ask about the whole batch");
  }

  /**
   * The objective of the other parameters, with these held where they are. Trees that it is given
   * and gives lack the held paths.
   */
  default Objective holding(Tree<Tensor> fixed) {
    return fixed.isEmpty() ? this : new HeldObjective(this, fixed);
  }

  private EspalierException notOffered(Need need) {
    return notOffered(getClass().getSimpleName(), need, offers());
  }

  /** The refusal of a question, for implementations. */
  static EspalierException notOffered(String who, Need need, Collection<Need> offers) {
    String names = offers.stream().sorted().map(Need::name).collect(Collectors.joining(", "));
    return new EspalierException(
        ErrorCode.MISSING_NEED,
        "an objective that answers " + need,
        who + " offers " + (names.isEmpty() ? "nothing" : names),
        "use another optimizer or another gradient estimator");
  }
}
