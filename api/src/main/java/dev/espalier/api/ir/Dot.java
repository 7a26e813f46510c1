package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Generalised matrix product of two operands of one numeric element type: sums over pairs of
 * contracted axes, in step over pairs of batch axes. The result's axes are the batch axes, the free
 * axes of the left, the free axes of the right, each in order. BF16 and F16 accumulate in F32.
 *
 * @param leftBatch batch axes of the left
 * @param rightBatch their partners in the right
 * @param leftContract contracted axes of the left
 * @param rightContract their partners in the right
 */
public record Dot(
    List<Integer> leftBatch,
    List<Integer> rightBatch,
    List<Integer> leftContract,
    List<Integer> rightContract)
    implements Op {
  public Dot {
    leftBatch = List.copyOf(leftBatch);
    rightBatch = List.copyOf(rightBatch);
    leftContract = List.copyOf(leftContract);
    rightContract = List.copyOf(rightContract);
  }

  @Override
  public String name() {
    return "dot";
  }

  @Override
  public String attributes() {
    return "batch="
        + leftBatch
        + "x"
        + rightBatch
        + ", contract="
        + leftContract
        + "x"
        + rightContract;
  }

  /** The axes of the left that are neither batch nor contracted, ascending. */
  public List<Integer> leftFree(int rank) {
    return free(rank, leftBatch, leftContract);
  }

  /** The axes of the right that are neither batch nor contracted, ascending. */
  public List<Integer> rightFree(int rank) {
    return free(rank, rightBatch, rightContract);
  }

  private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
    Set<Integer> used = new HashSet<>(batch);
    used.addAll(contract);
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      if (!used.contains(i)) {
        free.add(i);
      }
    }
    return free;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    TensorType left = operands.get(0);
    TensorType right = operands.get(1);
    TypeRules.require(
        left.dtype() == right.dtype() && Binary.Kind.MUL.accepts(left.dtype()),
        this,
        operands,
        "needs two operands of one numeric element type",
        "convert one with x.to(dtype)");
    List<Integer> leftUsed = new ArrayList<>(leftBatch);
    leftUsed.addAll(leftContract);
    List<Integer> rightUsed = new ArrayList<>(rightBatch);
    rightUsed.addAll(rightContract);
    TypeRules.attribute(
        leftBatch.size() == rightBatch.size()
            && leftContract.size() == rightContract.size()
            && TypeRules.distinctAxes(leftUsed, left.shape())
            && TypeRules.distinctAxes(rightUsed, right.shape()),
        this,
        operands,
        "axes are paired and each is used once");
    for (int i = 0; i < leftUsed.size(); i++) {
      TypeRules.require(
          left.shape().extent(leftUsed.get(i)) == right.shape().extent(rightUsed.get(i)),
          this,
          operands,
          "needs paired axes of one extent",
          "axis "
              + leftUsed.get(i)
              + " of the left and axis "
              + rightUsed.get(i)
              + " of the right differ; transpose or choose other axes");
    }
    List<Integer> extents = new ArrayList<>();
    leftBatch.forEach(axis -> extents.add(left.shape().extent(axis)));
    leftFree(left.shape().rank()).forEach(axis -> extents.add(left.shape().extent(axis)));
    rightFree(right.shape().rank()).forEach(axis -> extents.add(right.shape().extent(axis)));
    return List.of(
        left.withShape(Shape.of(extents.stream().mapToInt(Integer::intValue).toArray())));
  }
}
