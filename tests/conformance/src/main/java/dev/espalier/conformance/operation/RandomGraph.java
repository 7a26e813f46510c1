package dev.espalier.conformance.operation;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A random well-typed graph with inputs, the same for the same seed.
 *
 * <p>Its values stay moderate, and functions that jump (comparisons, sorting, rounding) are applied
 * only to values that are exact: inputs that were moved at most. So results of two right backends
 * are close, and those of a wrong one are not.
 *
 * @param graph the graph
 * @param inputs its inputs
 */
record RandomGraph(Graph graph, List<NdArray> inputs) {
  private static final int INPUTS = 3;
  private static final int STEPS = 12;
  private static final int MOST_EXTENT = 5;
  private static final double MOST_MAGNITUDE = 50;
  private static final int TRIES = 200;

  /** A value while the graph is made. */
  private record Made(Tensor tensor, boolean exact, double magnitude) {}

  /** One more value from those so far, where one fits. */
  private interface Step {
    Optional<Made> make(Builder b);
  }

  /**
   * A graph of an element type.
   *
   * @param seed decides everything
   * @param dtype of most values
   * @param claimed which graphs may be made
   */
  static RandomGraph of(long seed, DType dtype, Predicate<Graph> claimed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NdArray> inputs = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      int[] extents = new int[random.nextInt(1, 4)];
      for (int axis = 0; axis < extents.length; axis++) {
        extents[axis] = random.nextInt(1, MOST_EXTENT + 1);
      }
      inputs.add(values(random, TensorType.of(dtype, extents)));
    }
    List<Step> steps = new ArrayList<>(steps(dtype).values());
    steps.removeIf(step -> !claimed(step, dtype, claimed));
    long rest = random.nextLong();
    Graph graph =
        Graph.trace(
            "random",
            inputs.stream().map(NdArray::type).toList(),
            in -> new Builder(in, new SplittableRandom(rest)).run(steps));
    return new RandomGraph(graph, inputs);
  }

  private static NdArray values(SplittableRandom random, TensorType type) {
    double[] values = new double[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          type.dtype().isFloat()
              ? Math.rint(random.nextDouble(-2, 2) * 64) / 64
              : random.nextInt(-9, 10);
    }
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  /** Whether a kind of step is claimed, found out on a graph of it alone. */
  private static boolean claimed(Step step, DType dtype, Predicate<Graph> claimed) {
    TensorType type = TensorType.of(dtype, 2, 3);
    Graph alone =
        Graph.trace(
            "alone",
            List.of(type, type),
            in -> {
              Builder b = new Builder(in, new SplittableRandom(1));
              return List.of(step.make(b).map(Made::tensor).orElse(in.getFirst()));
            });
    return claimed.test(alone);
  }

  /** Chooses operands among the values so far. */
  private static final class Builder {
    private final List<Made> made = new ArrayList<>();
    private final SplittableRandom random;

    Builder(List<Tensor> inputs, SplittableRandom random) {
      inputs.forEach(input -> made.add(new Made(input, true, input.dtype().isFloat() ? 2 : 9)));
      this.random = random;
    }

    List<Tensor> run(List<Step> steps) {
      for (int tries = 0; made.size() < INPUTS + STEPS && tries < TRIES; tries++) {
        steps.get(random.nextInt(steps.size())).make(this).ifPresent(made::add);
      }
      // The last ones, so that most values are used inside.
      List<Tensor> all = made.stream().map(Made::tensor).toList();
      return all.subList(Math.max(0, all.size() - 4), all.size());
    }

    Made any() {
      // Newer values more often, so that chains become long.
      int back = Math.min(random.nextInt(made.size()), random.nextInt(made.size()));
      return made.get(made.size() - 1 - back);
    }

    Optional<Made> exact() {
      List<Made> exact = made.stream().filter(Made::exact).toList();
      return exact.isEmpty()
          ? Optional.empty()
          : Optional.of(exact.get(random.nextInt(exact.size())));
    }

    /** Another value of a shape, or the same where there is none. */
    Made like(Made x) {
      List<Made> alike =
          made.stream().filter(m -> m.tensor().type().equals(x.tensor().type())).toList();
      return alike.get(random.nextInt(alike.size()));
    }

    int axis(Made x) {
      return random.nextInt(x.tensor().shape().rank());
    }
  }

  private static Optional<Made> made(Tensor tensor, boolean exact, double magnitude) {
    return magnitude > MOST_MAGNITUDE || tensor.shape().size() > 400
        ? Optional.empty()
        : Optional.of(new Made(tensor, exact, magnitude));
  }

  private interface Moved {
    Tensor of(Tensor x, Builder b, int axis);
  }

  /** A step that moves elements: what is exact stays so. */
  private static Step moving(Moved moved) {
    return b -> {
      Made x = b.any();
      if (x.tensor().shape().rank() == 0) {
        return Optional.empty();
      }
      return made(moved.of(x.tensor(), b, b.axis(x)), x.exact(), x.magnitude());
    };
  }

  private interface Function1 {
    Tensor of(Tensor x);
  }

  /** A smooth function with bounded values. */
  private static Step bounded(double magnitude, Function1 f) {
    return b -> made(f.of(b.any().tensor()), false, magnitude);
  }

  /** A step on exact values only. */
  private static Step jumping(Moved moved) {
    return b ->
        b.exact()
            .filter(x -> x.tensor().shape().rank() > 0)
            .flatMap(x -> made(moved.of(x.tensor(), b, b.axis(x)), true, x.magnitude()));
  }

  private static Map<String, Step> steps(DType dtype) {
    Map<String, Step> steps = new LinkedHashMap<>();
    steps.put(
        "add",
        b -> {
          Made x = b.any();
          Made y = b.like(x);
          return made(x.tensor().add(y.tensor()), false, x.magnitude() + y.magnitude());
        });
    steps.put(
        "sub",
        b -> {
          Made x = b.any();
          Made y = b.like(x);
          return made(x.tensor().sub(y.tensor()), false, x.magnitude() + y.magnitude());
        });
    steps.put(
        "mul",
        b -> {
          Made x = b.any();
          Made y = b.like(x);
          return made(x.tensor().mul(y.tensor()), false, x.magnitude() * y.magnitude());
        });
    steps.put(
        "max",
        b -> {
          Made x = b.any();
          Made y = b.like(x);
          return made(x.tensor().max(y.tensor()), false, Math.max(x.magnitude(), y.magnitude()));
        });
    steps.put(
        "compare and select",
        b ->
            b.exact()
                .flatMap(x -> {
                  Made y = b.like(x);
                  return made(
                      x.tensor().lt(1).select(x.tensor(), y.tensor()),
                      false,
                      Math.max(x.magnitude(), y.magnitude()));
                }));
    movements(steps);
    steps.put(
        "sum",
        b -> {
          Made x = b.any();
          if (x.tensor().shape().rank() == 0) {
            return Optional.empty();
          }
          int axis = b.axis(x);
          int extent = x.tensor().shape().extent(axis);
          return made(x.tensor().sum(axis), false, x.magnitude() * extent);
        });
    steps.put("largest", moving((x, b, axis) -> x.reduceMax(axis)));
    steps.put(
        "running sum",
        b -> {
          Made x = b.any();
          if (x.tensor().shape().rank() == 0) {
            return Optional.empty();
          }
          int axis = b.axis(x);
          return made(
              x.tensor().cumulative(Cumulative.Kind.SUM, axis, b.random.nextBoolean()),
              false,
              x.magnitude() * x.tensor().shape().extent(axis));
        });
    steps.put("sort", jumping((x, b, axis) -> x.sort(axis, b.random.nextBoolean())));
    steps.put("top k", jumping((x, b, axis) -> x.topK(1).getFirst()));
    steps.put("first of the largest", jumping((x, b, axis) -> x.argMax(axis).to(dtype)));
    steps.put("matrix product", RandomGraph::matrixProduct);
    steps.put("scan", RandomGraph::scan);
    steps.put("cond", RandomGraph::cond);
    if (dtype.isFloat()) {
      functions(steps);
    }
    return steps;
  }

  private static void movements(Map<String, Step> steps) {
    steps.put("negation", moving((x, b, axis) -> x.neg()));
    steps.put("reverse", moving((x, b, axis) -> x.reverse(axis)));
    steps.put(
        "slice",
        moving((x, b, axis) -> {
          int extent = x.shape().extent(axis);
          int start = b.random.nextInt(extent);
          return x.slice(axis, start, extent, b.random.nextInt(1, 3));
        }));
    steps.put(
        "pad", moving((x, b, axis) -> x.pad(axis, b.random.nextInt(2), b.random.nextInt(2), 1)));
    steps.put("joined with itself", moving((x, b, axis) -> x.concat(axis, x.reverse(axis))));
    steps.put("flat", moving((x, b, axis) -> x.reshape(x.shape().size())));
    steps.put(
        "transposed", moving((x, b, axis) -> x.shape().rank() < 2 ? x.neg() : x.swapAxes(0, axis)));
    steps.put(
        "repeated",
        moving((x, b, axis) -> {
          Shape to = x.shape().insert(0, b.random.nextInt(1, 4));
          int[] places = new int[x.shape().rank()];
          for (int i = 0; i < places.length; i++) {
            places[i] = i + 1;
          }
          return x.broadcast(to, places);
        }));
    steps.put(
        "gathered",
        moving((x, b, axis) -> {
          int[] indices = new int[b.random.nextInt(1, 5)];
          for (int i = 0; i < indices.length; i++) {
            indices[i] = b.random.nextInt(x.shape().extent(axis));
          }
          return x.take(x.constant(NdArray.of(indices, indices.length)), axis);
        }));
    steps.put(
        "scattered",
        b -> {
          Made x = b.any();
          if (x.tensor().shape().rank() == 0) {
            return Optional.empty();
          }
          int axis = b.axis(x);
          int extent = x.tensor().shape().extent(axis);
          int[] indices = new int[extent];
          for (int i = 0; i < extent; i++) {
            indices[i] = b.random.nextInt(extent);
          }
          Tensor places = x.tensor().constant(NdArray.of(indices, extent));
          return made(
              x.tensor().scatterAdd(places, x.tensor(), axis), false, x.magnitude() * (extent + 1));
        });
  }

  private static void functions(Map<String, Step> steps) {
    steps.put("sine", bounded(1, Tensor::sin));
    steps.put("cosine", bounded(1, Tensor::cos));
    steps.put("hyperbolic tangent", bounded(1, Tensor::tanh));
    steps.put("logistic", bounded(1, Tensor::logistic));
    steps.put("error function", bounded(1, Tensor::erf));
    steps.put("arc tangent", bounded(1.6, Tensor::atan));
    steps.put("exponential", bounded(3, x -> x.sin().exp()));
    steps.put("logarithm", bounded(8, x -> x.square().add(0.5).log()));
    steps.put("root", bounded(8, x -> x.square().add(0.5).sqrt()));
    steps.put("reciprocal root", bounded(1.5, x -> x.square().add(0.5).rsqrt()));
    steps.put("quotient", bounded(1, x -> x.div(x.square().add(1))));
    steps.put("power", bounded(3, x -> x.cos().add(2).pow(0.7)));
    steps.put(
        "softmax",
        b -> {
          Made x = b.any();
          return x.tensor().shape().rank() == 0
              ? Optional.empty()
              : made(x.tensor().softmax(b.axis(x)), false, 1);
        });
    steps.put("rounded", jumping((x, b, axis) -> x.floor()));
  }

  private static Optional<Made> matrixProduct(Builder b) {
    Made x = b.any();
    if (x.tensor().shape().rank() < 2) {
      return Optional.empty();
    }
    int rank = x.tensor().shape().rank();
    Tensor y = x.tensor().swapAxes(rank - 1, rank - 2);
    return made(
        x.tensor().matmul(y), false, x.magnitude() * x.magnitude() * x.tensor().shape().extent(-1));
  }

  private static Optional<Made> scan(Builder b) {
    Made x = b.any();
    if (x.tensor().shape().rank() < 2) {
      return Optional.empty();
    }
    int length = x.tensor().shape().extent(0);
    Tensor ys =
        ControlFlow.scan(
                List.of(x.tensor().at(0, 0)),
                List.of(x.tensor()),
                length,
                b.random.nextBoolean(),
                (carries, xs) -> {
                  Tensor next = carries.getFirst().max(xs.getFirst());
                  return new ControlFlow.Scanned(List.of(next), List.of(next.add(xs.getFirst())));
                })
            .ys()
            .getFirst();
    return made(ys, false, 2 * x.magnitude());
  }

  private static Optional<Made> cond(Builder b) {
    Made x = b.any();
    return b.exact()
        .filter(chosen -> chosen.tensor().shape().size() > 0)
        .flatMap(chosen -> {
          Tensor first = chosen.tensor().reshape(chosen.tensor().shape().size()).at(0, 0);
          Tensor result =
              ControlFlow.cond(
                      first.gt(0),
                      List.of(x.tensor()),
                      in -> List.of(in.getFirst().neg()),
                      in -> List.of(in.getFirst().add(in.getFirst())))
                  .getFirst();
          return made(result, false, 2 * x.magnitude());
        });
  }
}
