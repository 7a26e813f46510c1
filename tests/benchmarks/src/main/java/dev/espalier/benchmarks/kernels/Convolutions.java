package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Engine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The convolutions of the training step {@code cnn}, forward, in the input and in the kernel. An
 * operation is a product or a sum; those with the padding count, as is usual.
 */
final class Convolutions {
  private static final int BATCH = 64;
  private static final int KERNEL = 3;

  /**
   * A convolution of squares whose padding keeps extent / stride.
   *
   * @param in channels of the input
   * @param extent height and width of the input
   * @param out channels of the output
   * @param stride step of the output
   */
  private record Case(int in, int extent, int out, int stride) {
    String name() {
      return "%dx%dx%d-to-%d".formatted(in, extent, extent, out);
    }

    TensorType input() {
      return TensorType.of(DType.F32, BATCH, in, extent, extent);
    }

    TensorType kernel() {
      return TensorType.of(DType.F32, out, in, KERNEL, KERNEL);
    }

    TensorType output() {
      return TensorType.of(DType.F32, BATCH, out, extent / stride, extent / stride);
    }

    double operations() {
      return 2.0 * output().shape().size() * in * KERNEL * KERNEL;
    }

    Tensor apply(Tensor x, Tensor kernel) {
      int low = stride == 1 ? 1 : 0;
      Convolution op =
          new Convolution(
              List.of(stride, stride),
              List.of(low, low),
              List.of(1, 1),
              List.of(1, 1),
              List.of(1, 1),
              1);
      return x.convolution(op, kernel);
    }
  }

  private Convolutions() {}

  static Map<String, Supplier<Workload>> all() {
    Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
    List<Case> cases =
        List.of(new Case(3, 32, 32, 1), new Case(32, 32, 64, 2), new Case(64, 16, 128, 2));
    for (Case one : cases) {
      all.put(one.name() + "-forward", () -> forward(one));
      all.put(one.name() + "-input-gradient", () -> inputGradient(one));
      all.put(one.name() + "-weight-gradient", () -> weightGradient(one));
    }
    return all;
  }

  private static Workload forward(Case one) {
    return Workload.ofArithmetic(
        new Engine()
            .trace(
                "forward",
                List.of(one.input(), one.kernel()),
                in -> List.of(one.apply(in.get(0), in.get(1)))),
        one.operations());
  }

  private static Workload inputGradient(Case one) {
    return Workload.ofArithmetic(
        new Engine()
            .trace(
                "input_gradient",
                List.of(one.kernel(), one.output()),
                in -> {
                  Tensor kernel = in.get(0);
                  // Linear: the gradient is the same everywhere.
                  Tensor at = kernel.constant(DType.F32, 0).broadcast(one.input().shape());
                  return Derivatives.vjp(
                          x -> List.of(one.apply(x.getFirst(), kernel)),
                          List.of(at),
                          List.of(in.get(1)))
                      .cotangents();
                }),
        one.operations());
  }

  private static Workload weightGradient(Case one) {
    return Workload.ofArithmetic(
        new Engine()
            .trace(
                "weight_gradient",
                List.of(one.input(), one.output()),
                in -> {
                  Tensor x = in.get(0);
                  Tensor at = x.constant(DType.F32, 0).broadcast(one.kernel().shape());
                  return Derivatives.vjp(
                          kernel -> List.of(one.apply(x, kernel.getFirst())),
                          List.of(at),
                          List.of(in.get(1)))
                      .cotangents();
                }),
        one.operations());
  }
}
