package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.FloatArray;

/**
 * An array and, for as long as it lives, its view for matrix products.
 *
 * @param array the array
 * @param view a {@link FloatArray} or {@link DoubleArray} of it; the array itself where it is of
 *     another kind
 */
public record Storage(Object array, Object view) {
  /** An array. */
  public static Storage of(Object array) {
    return new Storage(
        array,
        switch (array) {
          case float[] floats -> FloatArray.of(floats);
          case double[] doubles -> DoubleArray.of(doubles);
          default -> array;
        });
  }
}
