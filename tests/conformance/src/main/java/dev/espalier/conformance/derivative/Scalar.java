package dev.espalier.conformance.derivative;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.ArrayList;
import java.util.List;

/**
 * The product of a case's outputs with a covector: a scalar function of the case's inputs.
 *
 * @param engine differentiates
 * @param of the case
 * @param covector weights of the outputs
 */
record Scalar(EngineSubject engine, OpCase of, List<NdArray> covector) {

  private Tensor value(List<Tensor> at, List<Tensor> weights) {
    List<Tensor> results = of.graph().apply(at);
    Tensor sum = at.getFirst().constant(DType.F64, 0.0);
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).dtype().isFloat()) {
        sum = sum.add(product(results.get(i), weights.get(i)));
      }
    }
    return sum;
  }

  private static Tensor product(Tensor x, Tensor y) {
    Tensor product = x.mul(y);
    return product.shape().rank() == 0 ? product : product.sum();
  }

  /** The gradient in the floating-point inputs. */
  List<NdArray> gradient(List<NdArray> at) {
    int count = at.size();
    return Numbers.run(
        Numbers.join(at, covector),
        in ->
            floats(
                engine.gradient(
                    x -> value(x, in.subList(count, in.size())), in.subList(0, count))));
  }

  /** The Hessian times a vector, by reverse mode over reverse mode or forward mode over it. */
  List<NdArray> hessianVector(List<NdArray> at, List<NdArray> vector, boolean reverseTwice) {
    int count = at.size();
    return Numbers.run(
        Numbers.join(at, Numbers.join(vector, covector)),
        in -> {
          List<Tensor> x = in.subList(0, count);
          List<Tensor> along = in.subList(count, 2 * count);
          List<Tensor> weights = in.subList(2 * count, in.size());
          return floats(
              reverseTwice
                  ? engine.gradient(y -> slope(y, along, weights), x)
                  : engine
                      .jvp()
                      .apply(y -> engine.gradient(z -> value(z, weights), y), x, along)
                      .tangents());
        });
  }

  /** The gradient's product with a direction. */
  private Tensor slope(List<Tensor> at, List<Tensor> along, List<Tensor> weights) {
    List<Tensor> gradient = engine.gradient(z -> value(z, weights), at);
    Tensor sum = at.getFirst().constant(DType.F64, 0.0);
    for (int i = 0; i < gradient.size(); i++) {
      if (gradient.get(i).dtype().isFloat()) {
        sum = sum.add(product(gradient.get(i), along.get(i)));
      }
    }
    return sum;
  }

  /** Those of the floating-point inputs; the others are zeros that nobody asked for. */
  private static List<Tensor> floats(List<Tensor> all) {
    List<Tensor> floats = new ArrayList<>();
    for (Tensor tensor : all) {
      floats.add(tensor.dtype().isFloat() ? tensor : tensor.to(DType.F64));
    }
    return floats;
  }
}
