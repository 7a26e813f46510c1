package dev.espalier.training.probe;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Derivatives;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A test function as an objective that answers every question but those about layers and labels.
 * Its batch are its terms: the loss of example i of m is {@code m r_i^2}, so that their mean is the
 * function, and the Gauss-Newton matrix is {@code 2 J^T J}. What is no sum of squares is one
 * example; there the predictions are the parameters themselves, so that the Gauss-Newton matrix is
 * the Hessian.
 *
 * @param function the function
 */
record TestObjective(TestFunction function) implements Objective {
  @Override
  public Set<Need> offers() {
    Set<Need> offered = EnumSet.allOf(Need.class);
    offered.removeAll(Set.of(Need.LAYER_STATISTICS, Need.SAMPLED_GRADIENT));
    return offered;
  }

  private static Tensor flat(Tree<Tensor> parameters) {
    if (parameters.size() != 1) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          "the one parameter of a test function",
          parameters.paths().toString(),
          "ask at a tree of the parameters' paths");
    }
    Tensor leaf = parameters.leaves().getFirst();
    return leaf.reshape(Shape.of(leaf.shape().size()));
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return function.value().apply(flat(parameters));
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return Derivatives.valueAndGradient(this::value, parameters);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return Derivatives.hessianVector(this::value, parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    if (function.residuals().isEmpty()) {
      return hessianVector(parameters, vector);
    }
    Tree<Tensor> along = parameters.zip(vector, (p, v) -> v);
    Tensor pushed =
        Derivatives.jvp(
                leaves -> List.of(residuals(parameters.withLeaves(leaves))),
                parameters.leaves(),
                along.leaves())
            .tangents()
            .getFirst();
    return parameters.withLeaves(
        Derivatives.vjp(
                leaves -> List.of(residuals(parameters.withLeaves(leaves))),
                parameters.leaves(),
                List.of(pushed.mul(2)))
            .cotangents());
  }

  private Tensor residuals(Tree<Tensor> parameters) {
    Tensor x = flat(parameters);
    return function.residuals().map(r -> r.apply(x)).orElse(x);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    if (function.residuals().isEmpty()) {
      return valueAndGradient(parameters).gradient().map(g -> g.expandDims(0));
    }
    int terms = residuals(parameters).shape().extent(0);
    double[] units = new double[terms * terms];
    for (int i = 0; i < terms; i++) {
      units[i * terms + i] = terms;
    }
    Tensor anchor = parameters.leaves().getFirst();
    Tensor chosen = anchor.constant(NdArray.of(units, terms, terms).convert(anchor.dtype()));
    List<Tensor> gradients =
        Derivatives.vmap(
            in ->
                Derivatives.gradient(
                        tree -> residuals(tree).square().mul(in.getFirst()).sum(), parameters)
                    .leaves(),
            List.of(chosen),
            List.of(true));
    return parameters.withLeaves(gradients);
  }

  @Override
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    if (function.residuals().isEmpty()) {
      return value(parameters).expandDims(0);
    }
    Tensor terms = residuals(parameters);
    return terms.square().mul(terms.shape().extent(0));
  }

  @Override
  public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    return clipping.of(value(parameters), perExampleGradients(parameters));
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return Derivatives.directionalDerivative(this::value, parameters, direction, order);
  }
}
