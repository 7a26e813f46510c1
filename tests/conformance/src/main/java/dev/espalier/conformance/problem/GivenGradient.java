package dev.espalier.conformance.problem;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;
import java.util.EnumSet;
import java.util.Set;

/**
 * An objective with a given loss f and gradient g at the point x0 where a step starts, and a given
 * curvature c everywhere: {@code f + sum(g (x - x0) + c/2 (x - x0)^2)}, a batch of one example. It
 * answers every question but that about layers, in closed form. At x0 itself the loss is f whatever
 * the gradient is, NaN too.
 *
 * @param gradient g
 * @param start x0
 * @param curvature c
 * @param loss f
 */
public record GivenGradient(
    Tree<Tensor> gradient, Tree<Tensor> start, double curvature, double loss) implements Objective {
  @Override
  public Set<Need> offers() {
    Set<Need> offered = EnumSet.allOf(Need.class);
    offered.remove(Need.LAYER_STATISTICS);
    return offered;
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    Tensor anchor = start.leaves().getFirst();
    Tensor sum = anchor.constant(anchor.dtype(), loss);
    for (String path : start.paths()) {
      if (moved(path, parameters)) {
        Tensor by = parameters.get(path).sub(start.get(path));
        Tensor term = gradient.get(path).mul(by).add(by.square().mul(curvature / 2)).sum();
        sum = sum.add(term.to(anchor.dtype()));
      }
    }
    return sum;
  }

  /** Whether a point is another tensor than the start; the start itself is known to be no move. */
  @SuppressWarnings("ReferenceEquality") // Identity is the meaning.
  private boolean moved(String path, Tree<Tensor> parameters) {
    return parameters.get(path) != start.get(path);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    Tree<Tensor> there =
        gradient.mapWithPath((path, g) ->
            curvature == 0 || !moved(path, parameters)
                ? g
                : g.add(parameters.get(path).sub(start.get(path)).mul(curvature)));
    return new ValueAndGradient(value(parameters), there);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return vector.map(v -> v.mul(curvature));
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return hessianVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return gradient(parameters).map(g -> g.expandDims(0));
  }

  @Override
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    return value(parameters).expandDims(0);
  }

  @Override
  public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    return clipping.of(value(parameters), perExampleGradients(parameters));
  }

  /** A vector of independent signs has the identity for its second moment. */
  @Override
  public Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    return key.rademacherLike(parameters).map(v -> v.mul(Math.sqrt(curvature)));
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    Tree<Tensor> g = gradient(parameters);
    Tensor anchor = start.leaves().getFirst();
    DType dtype = anchor.dtype();
    Tensor sum = anchor.constant(dtype, 0.0);
    for (String path : start.paths()) {
      Tensor d = direction.get(path);
      if (order == 1) {
        sum = sum.add(g.get(path).mul(d).sum().to(dtype));
      } else if (order == 2) {
        sum = sum.add(d.square().mul(curvature).sum().to(dtype));
      }
    }
    return sum;
  }
}
