package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Shape;
import java.util.Arrays;

/** How tensors are cut into blocks that are preconditioned by themselves. */
public interface Blocking {
  /** The blocks of tensors of a shape without an axis of extent 0. */
  Blocks of(Shape shape);

  /**
   * Along each axis the least number of parts of one size that is at most so much: an axis of 100
   * is cut in two of 50 for a size of 64. What is missing in the last part is 0, which no other
   * element notices.
   *
   * @param size the largest extent of a block, at least 1
   */
  record Equal(int size) implements Blocking {
    @Override
    public Blocks of(Shape shape) {
      int[] extents = Arrays.stream(shape.extents()).filter(extent -> extent > 1).toArray();
      int[] kept = extents.length == 0 ? new int[] {1} : extents;
      int[] counts = new int[kept.length];
      int[] parts = new int[kept.length];
      for (int axis = 0; axis < kept.length; axis++) {
        counts[axis] = Math.ceilDiv(kept[axis], size);
        parts[axis] = Math.ceilDiv(kept[axis], counts[axis]);
      }
      return new Blocks(shape, Shape.of(kept), Shape.of(counts), Shape.of(parts));
    }
  }
}
