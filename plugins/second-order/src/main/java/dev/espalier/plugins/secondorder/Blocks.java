package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;

/**
 * Tensors of one shape as batches of blocks. Axes of extent 1 are left out, of a scalar one is
 * left.
 *
 * @param tensor the tensor's shape
 * @param axes its shape without axes of extent 1
 * @param counts into how many parts each of these axes is cut
 * @param block the extents of a part
 */
public record Blocks(Shape tensor, Shape axes, Shape counts, Shape block) {
  /** The number of blocks. */
  public int count() {
    return counts.size();
  }

  /** The number of axes of a block. */
  public int order() {
    return block.rank();
  }

  /** A tensor as [count, block...]. */
  public Tensor split(Tensor x) {
    Tensor padded = x.reshape(axes);
    int rank = order();
    int[] interleaved = new int[2 * rank];
    int[] countsFirst = new int[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      int missing = counts.extent(axis) * block.extent(axis) - axes.extent(axis);
      padded = missing == 0 ? padded : padded.pad(axis, 0, missing, 0);
      interleaved[2 * axis] = counts.extent(axis);
      interleaved[2 * axis + 1] = block.extent(axis);
      countsFirst[axis] = 2 * axis;
      countsFirst[rank + axis] = 2 * axis + 1;
    }
    return padded
        .reshape(Shape.of(interleaved))
        .transpose(countsFirst)
        .reshape(Shape.of(count()).concat(block));
  }

  /** Blocks [count, block...] as a tensor. */
  public Tensor join(Tensor blocks) {
    int rank = order();
    int[] interleaving = new int[2 * rank];
    int[] whole = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      interleaving[2 * axis] = axis;
      interleaving[2 * axis + 1] = rank + axis;
      whole[axis] = counts.extent(axis) * block.extent(axis);
    }
    Tensor padded =
        blocks.reshape(counts.concat(block)).transpose(interleaving).reshape(Shape.of(whole));
    for (int axis = 0; axis < rank; axis++) {
      padded = padded.slice(axis, 0, axes.extent(axis));
    }
    return padded.reshape(tensor);
  }
}
