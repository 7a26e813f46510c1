package dev.espalier.api.linear;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.List;

/**
 * Trees of one kind as vectors: the elements of their leaves, one leaf after the other.
 *
 * @param types the leaves' types, of one element type
 */
public record FlatTree(Tree<TensorType> types) {
  /** Checks that there is a vector for them. */
  public FlatTree {
    if (types.leaves().stream().map(TensorType::dtype).distinct().count() != 1) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a tree that is one vector has leaves, and they have one element type",
          types.toString(),
          "convert the leaves, or leave out those that do not belong to the vector");
    }
  }

  /** Of trees like this one. */
  public static FlatTree like(Tree<Tensor> tree) {
    return new FlatTree(tree.map(Tensor::type));
  }

  /** How many elements the vector has. */
  public int size() {
    return types.leaves().stream().mapToInt(type -> type.shape().size()).sum();
  }

  /** The tree as a vector, [size]. */
  public Tensor flatten(Tree<Tensor> tree) {
    List<Tensor> parts =
        types.zip(tree, (type, leaf) -> leaf.reshape(type.shape().size())).leaves();
    return parts.size() == 1
        ? parts.getFirst()
        : parts.getFirst().concat(0, parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  /** The vector as a tree. */
  public Tree<Tensor> unflatten(Tensor vector) {
    List<Tensor> leaves = new ArrayList<>();
    int at = 0;
    for (TensorType type : types.leaves()) {
      int end = at + type.shape().size();
      leaves.add(vector.slice(0, at, end).reshape(type.shape()));
      at = end;
    }
    return types.withLeaves(leaves);
  }
}
