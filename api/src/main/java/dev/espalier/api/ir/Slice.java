package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * A regular part: for each axis the indices {@code start, start + stride, ...} below the limit.
 *
 * @param starts first index for each axis, at least 0
 * @param limits end for each axis, exclusive, at least the start and at most the extent
 * @param strides step for each axis, at least 1
 */
public record Slice(List<Integer> starts, List<Integer> limits, List<Integer> strides)
    implements Op {
  public Slice {
    starts = List.copyOf(starts);
    limits = List.copyOf(limits);
    strides = List.copyOf(strides);
  }

  @Override
  public String name() {
    return "slice";
  }

  @Override
  public String attributes() {
    return "starts=" + starts + ", limits=" + limits + ", strides=" + strides;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    Shape from = operands.getFirst().shape();
    int rank = from.rank();
    TypeRules.attribute(
        starts.size() == rank && limits.size() == rank && strides.size() == rank,
        this,
        operands,
        "start, limit and stride are given for every axis");
    int[] to = new int[rank];
    for (int i = 0; i < rank; i++) {
      int start = starts.get(i);
      int limit = limits.get(i);
      TypeRules.attribute(
          start >= 0 && start <= limit && limit <= from.extent(i) && strides.get(i) >= 1,
          this,
          operands,
          "0 <= start <= limit <= extent and stride >= 1 for every axis");
      to[i] = Math.ceilDiv(limit - start, strides.get(i));
    }
    return List.of(operands.getFirst().withShape(Shape.of(to)));
  }
}
