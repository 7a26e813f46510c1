package dev.espalier.conformance.problem;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An objective with a given loss f and gradient g at the point x0 where a step starts, and a given
 * curvature c everywhere: {@code f + sum(g (x - x0) + c/2 (x - x0)^2)}, a batch of one example. It
 * answers every question in closed form. A parameter [in..., out] enters as if by a product with
 * the rows of the identity, one a position, so that g's rows are the gradients there. At x0 itself
 * the loss is f whatever the gradient is, NaN too.
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
    return EnumSet.allOf(Need.class);
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
  public Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    Tree<Tensor> g =
        sampled.map(key -> sampledGradient(parameters, key)).orElseGet(() -> gradient(parameters));
    return g.filter(path -> g.get(path).shape().size() > 0).map(GivenGradient::statistics);
  }

  private static LayerStatistics statistics(Tensor g) {
    Shape shape = g.shape();
    int inputs = Math.max(0, shape.rank() - 1);
    int in = shape.slice(0, inputs).size();
    TensorType index = TensorType.of(DType.I32, 1, in, in);
    Tensor identity = g.iota(index, 1).eq(g.iota(index, 2)).to(g.dtype());
    List<Integer> axes = IntStream.range(0, shape.rank()).boxed().toList();
    Tensor rows = g.reshape(1, in, shape.size() / in);
    return new LayerStatistics(identity, rows, axes, inputs, shape);
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
