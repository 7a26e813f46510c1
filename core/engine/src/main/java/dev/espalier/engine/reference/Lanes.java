package dev.espalier.engine.reference;

import dev.espalier.api.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The lines along an axis. */
final class Lanes {
  private Lanes() {}

  /**
   * The elements of each line along an axis, in order; the lines in row-major order of the other
   * axes.
   */
  static List<int[]> of(Shape shape, int axis) {
    int stride = shape.strides()[axis];
    int extent = shape.extent(axis);
    Positions others = new Positions(shape.with(axis, 1));
    Positions elements = new Positions(shape);
    List<int[]> lanes = new ArrayList<>();
    for (int i = 0; i < shape.with(axis, 1).size(); i++) {
      int first = elements.at(others.of(i));
      int[] lane = new int[extent];
      for (int j = 0; j < extent; j++) {
        lane[j] = first + j * stride;
      }
      lanes.add(lane);
    }
    return lanes;
  }
}
