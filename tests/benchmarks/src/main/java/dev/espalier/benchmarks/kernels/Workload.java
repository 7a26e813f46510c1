package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A graph whose rate is measured.
 *
 * @param graph the graph
 * @param operations its floating-point operations, where arithmetic is what bounds it; empty where
 *     memory is, and {@link #bytes} counts
 * @param values what its floating-point inputs hold
 */
public record Workload(Graph graph, OptionalDouble operations, Values values) {
  /** Integer inputs, which are classes, are below this. */
  private static final int CLASSES = 8;

  /** What floating-point inputs hold. */
  public enum Values {
    /** Normal, of mean 0 and variance 1. */
    NORMAL,
    /** Uniform from 0 to 1. */
    UNIT
  }

  /** A graph that arithmetic bounds, on normal values. */
  static Workload ofArithmetic(Graph graph, double operations) {
    return new Workload(graph, OptionalDouble.of(operations), Values.NORMAL);
  }

  /** A graph that memory bounds. */
  static Workload ofMemory(Graph graph, Values values) {
    return new Workload(graph, OptionalDouble.empty(), values);
  }

  /** The bytes of all inputs and outputs: what must be moved where no cache holds them. */
  public double bytes() {
    return Stream.concat(graph.inputTypes().stream(), graph.outputTypes().stream())
        .mapToDouble(type -> (double) type.dtype().bytes() * type.shape().size())
        .sum();
  }

  /** A value for each input, the same in every process. */
  public List<NdArray> inputs() {
    SplittableRandom random = new SplittableRandom(1);
    return graph.inputTypes().stream().map(type -> input(type, random)).toList();
  }

  private NdArray input(TensorType type, SplittableRandom random) {
    Object storage = NdArray.allocate(type);
    switch (storage) {
      case float[] floats -> {
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) (values == Values.UNIT ? random.nextDouble() : random.nextGaussian());
        }
      }
      case int[] classes -> {
        for (int i = 0; i < classes.length; i++) {
          classes[i] = random.nextInt(CLASSES);
        }
      }
      default -> throw new IllegalArgumentException("no values for " + type);
    }
    return NdArray.wrap(type, storage);
  }
}
