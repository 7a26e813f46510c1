package dev.espalier.plugins.secondorder;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * K-FAC, a Gauss-Newton matrix of Kronecker factors. For each parameter W [in, out] that enters the
 * model once, by a matrix product or a convolution, with inputs a and gradients g under labels
 * sampled from the model:
 *
 * <pre>
 * A = decay * A + (1 - decay) * mean over examples of sum_t a a^T          both divided by
 * B = decay * B + (1 - decay) * mean over examples and positions of g g^T  1 - decay^t
 * pi = sqrt((trace(A) / in) / (trace(B) / out))
 * direction = (A + pi sqrt(damping) I)^-1 G (B + sqrt(damping) / pi I)^-1
 * </pre>
 *
 * <p>with G the gradient; the inverses are computed in the first of every interval steps. For a
 * linear layer of one output with squared loss A (x) B is the Gauss-Newton matrix. Over positions
 * it is the assumption of R. Grosse and J. Martens, arXiv:1602.01407, that they are independent.
 * Where a trace is 0, pi is 1.
 *
 * <p>Parameters without statistics (a bias, a scale, an embedding, one that is used twice) move by
 * the fallback, which is named, its direction multiplied by a factor. The paper's choice of the
 * step's length and of the damping by a quadratic model is left out, and a bias is no row of its
 * weight.
 *
 * <p>State: {@code factor/PATH/in} and {@code out}, from 0, {@code inverse/PATH/in} and {@code
 * out}, from the identity, {@code velocity/PATH} and {@code fallback/...}.
 *
 * <p>Source: J. Martens, R. Grosse, "Optimizing Neural Networks with Kronecker-factored Approximate
 * Curvature", arXiv:1503.05671, sections 3, 5 and 6.3.
 *
 * @param decay of the factors, in [0, 1)
 * @param damping more than 0
 * @param inverseInterval from how many steps to how many, at least 1
 * @param fallback moves parameters without statistics
 * @param fallbackFactor of its direction
 * @param momentum how much of the velocity stays, in [0, 1)
 * @param weightDecay decoupled: how much of a parameter is taken off for a learning rate of 1
 */
record KroneckerFactored(
    double decay,
    double damping,
    Interval inverseInterval,
    GradientTransform fallback,
    double fallbackFactor,
    double momentum,
    double weightDecay)
    implements Optimizer {
  private static final String FACTOR = "factor";
  private static final String INVERSE = "inverse";
  private static final String VELOCITY = "velocity";
  private static final String FALLBACK = "fallback";
  private static final String IN = "/in";
  private static final String OUT = "/out";

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(
        Objective.Need.GRADIENT, Objective.Need.LAYER_STATISTICS, Objective.Need.SAMPLED_GRADIENT);
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    throw new EspalierException(
        ErrorCode.MISSING_NEED,
        "K-FAC begins with an objective, which knows how parameters enter the model",
        "parameters alone: " + parameters.paths(),
        "call init(objective, parameters)");
  }

  @Override
  public Tree<Tensor> init(Objective objective, Tree<Tensor> parameters) {
    Key unused = new Key(parameters.leaves().getFirst().constant(DType.I64, 0L));
    Tree<LayerStatistics> layers = objective.layerStatistics(parameters, Optional.of(unused));
    Tree<Tensor> factors = factors(layers, objective).map(Tensor::zerosLike);
    return factors
        .under(FACTOR)
        .and(factors.map(KroneckerFactored::identity).under(INVERSE))
        .and(WorkingPrecision.zeros(parameters).under(VELOCITY))
        .and(fallback.init(others(parameters, layers)).under(FALLBACK));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient evaluated = objective.valueAndGradient(parameters);
    Tree<LayerStatistics> layers =
        objective.layerStatistics(parameters, Optional.of(context.key()));
    Average average = new Average(decay);
    Tree<Tensor> factors = average.next(state.subtree(FACTOR), factors(layers, objective));
    Tree<Tensor> inverses =
        inverseInterval.refreshed(
            context,
            state.subtree(INVERSE),
            () -> inverses(average.unbiased(factors, context), layers));
    GradientTransform.Result other =
        fallback.update(
            others(evaluated.gradient(), layers),
            others(parameters, layers),
            state.subtree(FALLBACK),
            context);
    Tree<Tensor> velocity =
        WorkingPrecision.of(evaluated.gradient())
            .mapWithPath((path, g) ->
                layers.contains(path)
                    ? preconditioned(layers.get(path), inverses, path, g)
                    : other.direction().get(path).to(g.dtype()).mul(fallbackFactor))
            .zip(state.subtree(VELOCITY), (d, v) -> v.mul(momentum).add(d));
    return new Step(
        Descent.along(velocity, weightDecay, parameters, context),
        factors
            .under(FACTOR)
            .and(inverses.under(INVERSE))
            .and(velocity.under(VELOCITY))
            .and(other.state().under(FALLBACK)),
        evaluated.value(),
        Tree.empty());
  }

  private static Tree<Tensor> others(Tree<Tensor> parameters, Tree<LayerStatistics> layers) {
    return parameters.filter(path -> !layers.contains(path));
  }

  private static Tensor preconditioned(
      LayerStatistics layer, Tree<Tensor> inverses, String path, Tensor gradient) {
    return layer.fromMatrix(
        inverses.get(path + IN).matmul(layer.toMatrix(gradient)).matmul(inverses.get(path + OUT)));
  }

  private static Tree<Tensor> factors(Tree<LayerStatistics> layers, Objective objective) {
    Map<String, Tensor> factors = new LinkedHashMap<>();
    layers
        .asMap()
        .forEach((path, layer) -> {
          int positions = layer.inputs().shape().extent(1);
          factors.put(path + IN, secondMoment(layer.inputs(), objective, 1));
          factors.put(path + OUT, secondMoment(layer.outputGradients(), objective, positions));
        });
    return Tree.of(factors);
  }

  /**
   * {@code sum x x^T} of [rows, positions, n], over the number of examples and a further number.
   */
  private static Tensor secondMoment(Tensor x, Objective objective, int further) {
    Tensor wide = x.dtype() == DType.F64 ? x : x.to(DType.F32);
    List<Integer> both = List.of(0, 1);
    Tensor sum = wide.dot(new Dot(List.of(), List.of(), both, both), wide);
    Tensor count = objective.examples(wide).mul((double) further);
    return sum.div(count.broadcast(sum.shape()));
  }

  private Tree<Tensor> inverses(Tree<Tensor> factors, Tree<LayerStatistics> layers) {
    Map<String, Tensor> inverses = new LinkedHashMap<>();
    for (String path : layers.paths()) {
      Tensor a = factors.get(path + IN);
      Tensor b = factors.get(path + OUT);
      Tensor ratio = meanEigenvalue(a).div(meanEigenvalue(b));
      Tensor pi = ratio.gt(0).and(ratio.isFinite()).select(ratio.sqrt(), ratio.onesLike());
      double root = Math.sqrt(damping);
      inverses.put(path + IN, inverse(a, pi.mul(root)));
      inverses.put(path + OUT, inverse(b, pi.reciprocal().mul(root)));
    }
    return Tree.of(inverses);
  }

  private static Tensor meanEigenvalue(Tensor matrix) {
    return matrix.mul(identity(matrix)).sum().div((double) matrix.shape().extent(0));
  }

  private static Tensor inverse(Tensor matrix, Tensor shift) {
    Tensor one = identity(matrix);
    Tensor factor = matrix.add(one.mul(shift.broadcast(matrix.shape()))).cholesky();
    return factor.triangularSolve(factor.triangularSolve(one, true, false), true, true);
  }

  private static Tensor identity(Tensor matrix) {
    Shape shape = matrix.shape();
    return SquareMatrices.identities(matrix.reshape(shape.insert(0, 1))).reshape(shape);
  }
}
