package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the elements of a value stand among those of another, its base: index i at {@code offset +
 * sum of i[axis] * strides[axis]}. A step that reads by strides needs no copy of the value.
 *
 * @param base the value that is in memory
 * @param offset where the first element stands
 * @param strides a stride for each axis of the value
 */
record StridedView(Value base, int offset, List<Integer> strides) {
  StridedView {
    strides = List.copyOf(strides);
  }

  /** A value where it stands itself. */
  static StridedView itself(Value value) {
    return new StridedView(value, 0, rowMajor(value.type().shape()));
  }

  private static List<Integer> rowMajor(Shape shape) {
    List<Integer> strides = new ArrayList<>();
    for (int stride : shape.strides()) {
      strides.add(stride);
    }
    return strides;
  }

  /** The view of a node's result for that of its operand, if it only moves the axes. */
  Optional<StridedView> through(Node node) {
    return switch (node.op()) {
      case Transpose(var permutation) ->
          Optional.of(
              new StridedView(base, offset, permutation.stream().map(strides::get).toList()));
      case Slice slice -> {
        int at = offset;
        List<Integer> steps = new ArrayList<>();
        for (int axis = 0; axis < strides.size(); axis++) {
          at += slice.starts().get(axis) * strides.get(axis);
          steps.add(slice.strides().get(axis) * strides.get(axis));
        }
        yield Optional.of(new StridedView(base, at, steps));
      }
      case Reshape(Shape to) ->
          reshaped(node.operands().getFirst().type().shape(), to)
              .map(steps -> new StridedView(base, offset, steps));
      default -> Optional.empty();
    };
  }

  /** The strides under another shape, where each new axis lies within axes that run on. */
  private Optional<List<Integer>> reshaped(Shape from, Shape to) {
    if (from.size() == 0) {
      return Optional.empty();
    }
    List<Integer> steps = new ArrayList<>();
    int axis = 0;
    int next = 0;
    while (next < to.rank()) {
      // The axes of both shapes from here up to where their products are equal.
      int first = axis;
      long left = 1;
      long right = to.extent(next);
      int end = next + 1;
      while (left != right) {
        if (left < right) {
          left *= from.extent(axis++);
        } else {
          right *= to.extent(end++);
        }
      }
      Optional<Integer> stride = oneStride(from, first, axis);
      if (stride.isEmpty()) {
        return Optional.empty();
      }
      int inner = 1;
      for (int i = next + 1; i < end; i++) {
        inner *= to.extent(i);
      }
      for (int i = next; i < end; i++) {
        steps.add(stride.get() * inner);
        inner /= i + 1 < end ? to.extent(i + 1) : 1;
      }
      next = end;
    }
    return Optional.of(steps);
  }

  /** The one stride with which the axes run on. */
  private Optional<Integer> oneStride(Shape shape, int fromAxis, int toAxis) {
    int stride = 1;
    int next = -1;
    for (int axis = toAxis - 1; axis >= fromAxis; axis--) {
      if (shape.extent(axis) == 1) {
        continue;
      }
      if (next < 0) {
        stride = strides.get(axis);
      } else if (strides.get(axis) != next) {
        return Optional.empty();
      }
      next = strides.get(axis) * shape.extent(axis);
    }
    return Optional.of(stride);
  }
}
