package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Calculus;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** See {@link Objective#of}. */
record FunctionObjective(Function<Tree<Tensor>, Tensor> function) implements Objective {
  @Override
  public Set<Need> offers() {
    return Set.of(Need.VALUE, Need.GRADIENT, Need.HESSIAN_VECTOR, Need.DIRECTIONAL_DERIVATIVE);
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    Tensor value = function.apply(parameters);
    if (value.shape().rank() != 0 || !value.dtype().isFloat()) {
      throw new EspalierException(
          ErrorCode.NOT_DIFFERENTIABLE,
          "an objective is a floating-point scalar",
          value.type().toString(),
          "reduce the value with sum() or mean()");
    }
    return value;
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    Tensor first = parameters.leaves().getFirst();
    Tensor one = first.constant(first.dtype(), 1.0);
    Calculus.Pulled pulled =
        Calculus.standard()
            .vjp(
                leaves -> List.of(value(parameters.withLeaves(leaves)).to(first.dtype())),
                parameters.leaves(),
                List.of(one));
    return new ValueAndGradient(
        pulled.values().getFirst(), parameters.withLeaves(pulled.cotangents()));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return parameters.withLeaves(
        Calculus.standard()
            .jvp(
                leaves -> gradient(parameters.withLeaves(leaves)).leaves(),
                parameters.leaves(),
                parameters.zip(vector, (p, v) -> v).leaves())
            .tangents());
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return Calculus.standard()
        .directionalDerivative(
            this::value, parameters, parameters.zip(direction, (p, d) -> d), order);
  }
}
