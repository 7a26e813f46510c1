package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How a broadcast reads its source: along each axis of the result it moves on or repeats.
 * Neighbouring axes of one behaviour are merged, axes of extent 1 left out, so that the behaviours
 * alternate.
 *
 * @param extents the merged axes of the result
 * @param strides how far the source moves along each: 0 where it repeats
 */
record BroadcastPattern(List<Integer> extents, List<Integer> strides) {
  static BroadcastPattern of(Broadcast op, Shape from) {
    List<Integer> extents = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    for (int axis = 0; axis < op.shape().rank(); axis++) {
      int extent = op.shape().extent(axis);
      if (extent == 1) {
        continue;
      }
      int source = op.axes().indexOf(axis);
      int stride = source < 0 ? 0 : from.strides()[source];
      int last = extents.size() - 1;
      if (last >= 0 && (stride == 0) == (strides.get(last) == 0)) {
        extents.set(last, extents.get(last) * extent);
        strides.set(last, stride);
      } else {
        extents.add(extent);
        strides.add(stride);
      }
    }
    return new BroadcastPattern(List.copyOf(extents), List.copyOf(strides));
  }

  /** Whether each element of the source fills a row of this width. */
  boolean fillsRows(int width) {
    return extents.size() == 2
        && extents.get(1) == width
        && strides.get(0) == 1
        && strides.get(1) == 0;
  }

  /** Whether the source is a row of this width, the same in every place. */
  boolean isRow(int width) {
    return extents.size() == 2
        && extents.get(1) == width
        && strides.get(0) == 0
        && strides.get(1) == 1;
  }
}
