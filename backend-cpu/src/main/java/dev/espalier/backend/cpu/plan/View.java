package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.kernel.CopyPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A value as elements of another that is in memory, each axis with one stride: transposes,
 * reversals, slices and reshapes need not be carried out for a step that reads by strides.
 *
 * @param source the value in memory
 * @param offset the first element
 * @param strides from an element to the next along each axis
 */
record View(Value source, int offset, List<Integer> strides) {
  View {
    strides = List.copyOf(strides);
  }

  /**
   * The view of a value in a shape of as many elements.
   *
   * @param extents the shape, in which the elements stand row-major in the value's order
   */
  static View of(Value value, Values values, int... extents) {
    Value root = values.root(value);
    return values
        .producer(value)
        .flatMap(node -> through(node, values, extents))
        .orElseGet(
            () -> new View(root, 0, Arrays.stream(CopyPlan.rowMajor(extents)).boxed().toList()));
  }

  /** A value where it stands itself. */
  static View itself(Value value) {
    int[] extents = value.type().shape().extents();
    return new View(value, 0, Arrays.stream(CopyPlan.rowMajor(extents)).boxed().toList());
  }

  /** With the axes in another order. */
  View transposed(List<Integer> permutation) {
    return new View(source, offset, permutation.stream().map(strides::get).toList());
  }

  /**
   * The views of the operands of a convolution: [batch, groups, in, ...], [groups, out, in, ...].
   */
  static List<View> operands(Convolution op, Node node, Values values) {
    List<ProductOperand> read = ProductOperand.of(node, values);
    Value x = read.get(0).value();
    Value kernel = read.get(1).value();
    Shape xs = x.type().shape();
    Shape ks = kernel.type().shape();
    int in = ks.extent(1);
    Shape input = Shape.of(xs.extent(0), op.groups(), in).concat(xs.slice(2, xs.rank()));
    Shape weights =
        Shape.of(op.groups(), ks.extent(0) / op.groups(), in).concat(ks.slice(2, ks.rank()));
    return List.of(of(x, values, input.extents()), of(kernel, values, weights.extents()));
  }

  /** The result of a convolution as [batch, groups, out, ...]. */
  static Shape results(Convolution op, Node node) {
    Shape z = node.result().type().shape();
    return Shape.of(z.extent(0), op.groups(), z.extent(1) / op.groups())
        .concat(z.slice(2, z.rank()));
  }

  /**
   * The result of a convolution in the order of a transpose of it, or of a reshape of it, as {@link
   * #results}; empty if its spatial axes do not stay as they are.
   */
  static Optional<View> written(Convolution op, Node convolution, Node transpose) {
    Value value = convolution.result();
    if (value.type().shape().size() == 0 || !(transpose.op() instanceof Transpose order)) {
      return Optional.empty();
    }
    Shape wanted = results(op, convolution);
    int[] operand = transpose.operands().getFirst().type().shape().extents();
    int[] rowMajor = CopyPlan.rowMajor(transpose.result().type().shape().extents());
    Optional<View> view =
        Factors.of(operand, wanted.extents())
            .flatMap(factors -> {
              List<Integer> strides = new ArrayList<>(factors.sizes());
              for (int axis = 0; axis < operand.length; axis++) {
                int stride = rowMajor[order.permutation().indexOf(axis)];
                for (int factor : factors.ofLeft(axis).reversed()) {
                  strides.set(factor, stride);
                  stride *= factors.sizes().get(factor);
                }
              }
              return factors.merged(value, 0, strides);
            });
    Shape pixels = wanted.slice(3, wanted.rank());
    int[] inOrder = CopyPlan.rowMajor(pixels.extents());
    return view.filter(v ->
        IntStream.range(0, pixels.rank())
            .allMatch(i -> pixels.extent(i) == 1 || v.strides().get(i + 3) == inOrder[i]));
  }

  private static Optional<View> through(Node node, Values values, int[] extents) {
    if (node.results().size() != 1 || node.result().type().shape().size() == 0) {
      return Optional.empty();
    }
    return switch (node.op()) {
      case Transpose op -> transposed(op, node, values, extents);
      case Reverse op -> reversed(op, node, values, extents);
      case Slice op -> sliced(op, node, values, extents);
      default -> Optional.empty();
    };
  }

  private static Optional<View> transposed(Transpose op, Node node, Values values, int[] extents) {
    Optional<Factors> common = Factors.of(node.result().type().shape().extents(), extents);
    if (common.isEmpty()) {
      return Optional.empty();
    }
    Factors factors = common.get();
    // The operand's axes in order, each in the factors of the axis it becomes.
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < op.permutation().size(); axis++) {
      order.addAll(factors.ofLeft(op.permutation().indexOf(axis)));
    }
    View operand =
        of(
            node.operands().getFirst(),
            values,
            order.stream().mapToInt(factors.sizes()::get).toArray());
    List<Integer> strides = new ArrayList<>();
    for (int factor = 0; factor < factors.sizes().size(); factor++) {
      strides.add(operand.strides().get(order.indexOf(factor)));
    }
    return factors.merged(operand.source(), operand.offset(), strides);
  }

  private static Optional<View> reversed(Reverse op, Node node, Values values, int[] extents) {
    Optional<Factors> common = Factors.of(node.result().type().shape().extents(), extents);
    if (common.isEmpty()) {
      return Optional.empty();
    }
    Factors factors = common.get();
    View operand =
        of(
            node.operands().getFirst(),
            values,
            factors.sizes().stream().mapToInt(Integer::intValue).toArray());
    int offset = operand.offset();
    List<Integer> strides = new ArrayList<>(operand.strides());
    for (int axis : op.axes()) {
      for (int factor : factors.ofLeft(axis)) {
        offset += (factors.sizes().get(factor) - 1) * strides.get(factor);
        strides.set(factor, -strides.get(factor));
      }
    }
    return factors.merged(operand.source(), offset, strides);
  }

  private static Optional<View> sliced(Slice op, Node node, Values values, int[] extents) {
    Optional<Factors> common = Factors.of(node.result().type().shape().extents(), extents);
    if (common.isEmpty()) {
      return Optional.empty();
    }
    Factors factors = common.get();
    Value from = node.operands().getFirst();
    View operand = of(from, values, from.type().shape().extents());
    int offset = operand.offset();
    List<Integer> strides = new ArrayList<>(factors.sizes());
    for (int axis = 0; axis < op.starts().size(); axis++) {
      offset += op.starts().get(axis) * operand.strides().get(axis);
      int stride = op.strides().get(axis) * operand.strides().get(axis);
      for (int factor : factors.ofLeft(axis).reversed()) {
        strides.set(factor, stride);
        stride *= factors.sizes().get(factor);
      }
    }
    return factors.merged(operand.source(), offset, strides);
  }

  /**
   * Axes of which the axes of two shapes of as many elements are groups.
   *
   * @param sizes the extents
   * @param left for each the axis of the one shape
   * @param right for each the axis of the other
   * @param extents the other shape
   */
  private record Factors(
      List<Integer> sizes, List<Integer> left, List<Integer> right, List<Integer> extents) {
    static Optional<Factors> of(int[] one, int[] other) {
      Factors factors =
          new Factors(
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              Arrays.stream(other).boxed().toList());
      int i = 0;
      int j = 0;
      int restOne = 1;
      int restOther = 1;
      while (true) {
        while (restOne == 1 && i < one.length) {
          restOne = one[i++];
        }
        while (restOther == 1 && j < other.length) {
          restOther = other[j++];
        }
        if (restOne == 1 && restOther == 1) {
          return Optional.of(factors);
        }
        int size = Math.min(restOne, restOther);
        if (restOne % size != 0 || restOther % size != 0) {
          return Optional.empty();
        }
        factors.sizes.add(size);
        factors.left.add(i - 1);
        factors.right.add(j - 1);
        restOne /= size;
        restOther /= size;
      }
    }

    /** The factors of an axis of the one shape. */
    List<Integer> ofLeft(int axis) {
      List<Integer> found = new ArrayList<>();
      for (int factor = 0; factor < sizes.size(); factor++) {
        if (left.get(factor) == axis) {
          found.add(factor);
        }
      }
      return found;
    }

    /** The view in the other shape, if the factors of each of its axes run on with one stride. */
    Optional<View> merged(Value source, int offset, List<Integer> strides) {
      List<Integer> merged = new ArrayList<>();
      for (int axis = 0; axis < extents.size(); axis++) {
        int stride = 1;
        int next = 0;
        boolean empty = true;
        for (int factor = sizes.size() - 1; factor >= 0; factor--) {
          if (right.get(factor) != axis) {
            continue;
          }
          if (empty) {
            stride = strides.get(factor);
          } else if (strides.get(factor) != next) {
            return Optional.empty();
          }
          empty = false;
          next = strides.get(factor) * sizes.get(factor);
        }
        merged.add(stride);
      }
      return Optional.of(new View(source, offset, merged));
    }
  }
}
