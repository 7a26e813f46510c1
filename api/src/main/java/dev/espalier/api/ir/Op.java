package dev.espalier.api.ir;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * An operation of the intermediate representation. The set is closed: every transformation, the
 * reference interpreter and every backend treat all of it. What is not here is written as a
 * composition, named where a backend may want to know it ({@link Composite}).
 *
 * <p>Operations are pure. Nothing is broadcast silently: the operands of an elementwise operation
 * have one shape.
 */
public sealed interface Op
    permits ArgMax,
        Binary,
        Bitcast,
        Broadcast,
        Cholesky,
        Compare,
        Composite,
        Concat,
        Cond,
        Constant,
        Convert,
        Convolution,
        Cumulative,
        Dot,
        DynamicSlice,
        DynamicUpdateSlice,
        Eigh,
        Gather,
        Iota,
        Pad,
        Polygamma,
        Qr,
        RandomBits,
        Reduce,
        Reshape,
        Reverse,
        Scan,
        ScatterAdd,
        Select,
        Slice,
        Sort,
        Svd,
        TopK,
        Transpose,
        TriangularSolve,
        Unary,
        While {
  /** The name, as it is printed. */
  String name();

  /** The attributes, as they are printed; empty where there are none. */
  default String attributes() {
    return "";
  }

  /**
   * The types of the results for these operands: the operation's type rule.
   *
   * @throws EspalierException TYPE_MISMATCH or BAD_ATTRIBUTE where the operands do not fit
   */
  List<TensorType> infer(List<TensorType> operands);

  /** The graphs that this operation runs: bodies of loops, branches, composites. */
  default List<Graph> graphs() {
    return List.of();
  }
}
