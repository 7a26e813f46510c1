package dev.espalier.benchmarks;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.SplittableRandom;

/**
 * Random values, the same in every process that asks for the same ones.
 *
 * @param random where they come from
 * @param deviation the standard deviation of floating-point values, which are normal of mean 0
 * @param classes integers, which are classes or tokens, are uniform below this
 */
public record RandomValues(SplittableRandom random, double deviation, int classes) {
  /** Of deviation 1. */
  public static RandomValues normal(int classes) {
    return new RandomValues(new SplittableRandom(1), 1, classes);
  }

  /** From the same source, of another deviation. */
  public RandomValues scaled(double other) {
    return new RandomValues(random, other, classes);
  }

  /** An array of F32 or I32. */
  public NdArray of(TensorType type) {
    Object storage = NdArray.allocate(type);
    switch (storage) {
      case float[] floats -> {
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) (deviation * random.nextGaussian());
        }
      }
      case int[] integers -> {
        for (int i = 0; i < integers.length; i++) {
          integers[i] = random.nextInt(classes);
        }
      }
      default -> throw new IllegalArgumentException("no random values of " + type);
    }
    return NdArray.wrap(type, storage);
  }
}
