package dev.espalier.engine.reference;

import dev.espalier.api.tensor.Shape;

/** Row-major order of a shape: from the number of an element to its index in each axis and back. */
final class Positions {
  private final int[] extents;
  private final int[] strides;

  Positions(Shape shape) {
    this.extents = shape.extents();
    this.strides = shape.strides();
  }

  /** The index in each axis of an element. */
  int[] of(int element) {
    int[] index = new int[extents.length];
    for (int axis = 0; axis < extents.length; axis++) {
      index[axis] = element / strides[axis] % extents[axis];
    }
    return index;
  }

  /** The number of the element at these indices. */
  int at(int... index) {
    int element = 0;
    for (int axis = 0; axis < index.length; axis++) {
      element += index[axis] * strides[axis];
    }
    return element;
  }
}
