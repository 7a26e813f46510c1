package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.kernel.CopyPlan;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Chain;
import dev.espalier.backend.cpu.run.DotStep;
import dev.espalier.backend.cpu.run.Movement;
import dev.espalier.backend.cpu.run.Sequence;
import dev.espalier.backend.cpu.run.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A generalised product as a batch of matrix products. An operand is used where it stands if its
 * free and its contracted axes each run on with one stride; otherwise it is copied into that order.
 */
final class DotSteps {
  private final StepFactory.Site site;
  private final List<Step> copies = new ArrayList<>();

  private DotSteps(StepFactory.Site site) {
    this.site = site;
  }

  /** The sizes of the products of a node. */
  static DotStep.Sizes sizes(Dot op, Node node) {
    Value left = node.operands().get(0);
    Value right = node.operands().get(1);
    return new DotStep.Sizes(
        size(left, op.leftBatch()),
        size(left, op.leftFree(left.type().shape().rank())),
        size(right, op.rightFree(right.type().shape().rank())),
        size(left, op.leftContract()));
  }

  /**
   * The step of a product.
   *
   * @param chain what is done with the rows of the result, for {@link DotStep.Sizes#byRows}
   */
  static Step dot(Dot op, Node node, StepFactory.Site site, Optional<Chain> chain) {
    DotSteps steps = new DotSteps(site);
    Value left = node.operands().get(0);
    Value right = node.operands().get(1);
    // The pairs of contracted axes may be summed in any order: the left's is taken.
    List<Integer> order =
        IntStream.range(0, op.leftContract().size())
            .boxed()
            .sorted(Comparator.comparingInt(op.leftContract()::get))
            .toList();
    List<Integer> leftContract = order.stream().map(op.leftContract()::get).toList();
    List<Integer> rightContract = order.stream().map(op.rightContract()::get).toList();
    List<Integer> leftFree = op.leftFree(left.type().shape().rank());
    List<Integer> rightFree = op.rightFree(right.type().shape().rank());
    ArrayKind arrays = ArrayKind.of(left.type().dtype());
    DotStep.Sizes sizes = sizes(op, node);
    List<ProductOperand> read = site.operands(node);
    Step product =
        new DotStep(
            arrays,
            sizes,
            steps.operand(read.get(0), op.leftBatch(), leftFree, leftContract),
            steps.operand(read.get(1), op.rightBatch(), rightContract, rightFree),
            site,
            StepFactory.to(node, site),
            chain,
            site.products());
    if (steps.copies.isEmpty()) {
      return product;
    }
    steps.copies.add(product);
    return new Sequence(steps.copies);
  }

  private static int size(Value value, List<Integer> axes) {
    return axes.stream().mapToInt(value.type().shape()::extent).reduce(1, (a, b) -> a * b);
  }

  private DotStep.Operand operand(
      ProductOperand operand, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
    Value value = operand.value();
    boolean rounded = operand.rounded();
    Shape shape = value.type().shape();
    Optional<Integer> rowStride = stride(shape, rows);
    Optional<Integer> columnStride = stride(shape, columns);
    if (rowStride.isPresent() && columnStride.isPresent()) {
      return new DotStep.Operand(
          site.slot(value), offsets(shape, batch), rowStride.get(), columnStride.get(), rounded);
    }
    List<Integer> permutation = Stream.of(batch, rows, columns).flatMap(List::stream).toList();
    int[] extents = permutation.stream().mapToInt(shape::extent).toArray();
    int[] strides = shape.strides();
    int[] read = permutation.stream().mapToInt(axis -> strides[axis]).toArray();
    CopyPlan plan = CopyPlan.of(extents, read, CopyPlan.rowMajor(extents));
    int copy = site.workspace(ArrayKind.of(value.type().dtype()), shape.size());
    copies.add(
        new Movement.Copies(
            "transpose for gemm " + permutation + " @" + site.slot(value) + " -> @" + copy,
            List.of(new Movement.Copy(plan, site.slot(value), 0, copy, 0))));
    int width = size(value, columns);
    int matrix = width * size(value, rows);
    List<Integer> starts =
        IntStream.range(0, size(value, batch)).mapToObj(b -> b * matrix).toList();
    return new DotStep.Operand(copy, starts, width, 1, rounded);
  }

  /** The one stride with which the axes run on, in this order. */
  private static Optional<Integer> stride(Shape shape, List<Integer> axes) {
    int[] strides = shape.strides();
    int stride = 1;
    int next = -1;
    for (int i = axes.size() - 1; i >= 0; i--) {
      int axis = axes.get(i);
      if (shape.extent(axis) == 1) {
        continue;
      }
      if (next < 0) {
        stride = strides[axis];
      } else if (strides[axis] != next) {
        return Optional.empty();
      }
      next = strides[axis] * shape.extent(axis);
    }
    return Optional.of(stride);
  }

  /** Where each entry of the batch begins, the last batch axis fastest. */
  private static List<Integer> offsets(Shape shape, List<Integer> batch) {
    List<Integer> offsets = List.of(0);
    for (int axis : batch) {
      List<Integer> longer = new ArrayList<>();
      for (int offset : offsets) {
        for (int i = 0; i < shape.extent(axis); i++) {
          longer.add(offset + i * shape.strides()[axis]);
        }
      }
      offsets = longer;
    }
    return offsets;
  }
}
