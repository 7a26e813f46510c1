package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/**
 * The loops of a copy between two strided arrays of one shape: axes of length 1 dropped, axes that
 * run on merged.
 *
 * <p>Strides are in elements, and may be 0 (broadcast) or negative (reversal) in the source.
 * Transposes, broadcasts, slices and the pieces of a concatenation are all such copies.
 */
public final class CopyPlan {
  final int[] shape;
  final int[] source;
  final int[] target;

  private CopyPlan(int[] shape, int[] source, int[] target) {
    this.shape = shape;
    this.source = source;
    this.target = target;
  }

  /** The plan for a shape and the strides of both sides. */
  public static CopyPlan of(int[] shape, int[] sourceStrides, int[] targetStrides) {
    int[] lengths = new int[shape.length + 1];
    int[] from = new int[shape.length + 1];
    int[] to = new int[shape.length + 1];
    int rank = 0;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1) {
        continue;
      }
      if (rank > 0
          && from[rank - 1] == sourceStrides[i] * shape[i]
          && to[rank - 1] == targetStrides[i] * shape[i]) {
        lengths[rank - 1] *= shape[i];
        from[rank - 1] = sourceStrides[i];
        to[rank - 1] = targetStrides[i];
      } else {
        lengths[rank] = shape[i];
        from[rank] = sourceStrides[i];
        to[rank] = targetStrides[i];
        rank++;
      }
    }
    if (rank == 0) {
      lengths[0] = 1;
      from[0] = 1;
      to[0] = 1;
      rank = 1;
    }
    return new CopyPlan(
        Arrays.copyOf(lengths, rank), Arrays.copyOf(from, rank), Arrays.copyOf(to, rank));
  }

  /** The strides of adjacent elements in row-major order. */
  public static int[] rowMajor(int... shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  /** How many elements are copied. */
  public int size() {
    int size = 1;
    for (int length : shape) {
      size *= length;
    }
    return size;
  }

  int inner() {
    return shape[shape.length - 1];
  }

  /** Whether the source's adjacent elements lie along the last axis but one: a transpose. */
  boolean transposes() {
    int last = shape.length - 1;
    return last > 0 && source[last] != 1 && source[last] != 0 && source[last - 1] == 1;
  }

  int rows() {
    return shape.length > 1 ? shape[shape.length - 2] : 1;
  }

  /** The offset, by the given strides, of the row of that number. */
  int offset(int row, int[] strides) {
    int offset = 0;
    int rest = row;
    for (int i = shape.length - 2; i >= 0; i--) {
      offset += rest % shape[i] * strides[i];
      rest /= shape[i];
    }
    return offset;
  }
}
