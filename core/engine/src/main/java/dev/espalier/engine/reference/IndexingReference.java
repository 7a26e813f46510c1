package dev.espalier.engine.reference;

import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Indices and order: gather, scatter-add, sort, top-k, arg-max. */
final class IndexingReference {
  private IndexingReference() {}

  /**
   * For each element of what a gather gives the element of x that it names, or -1 where the index
   * is out of range.
   */
  private static int[] sources(int axis, int batch, Shape gathered, NdArray x, NdArray indices) {
    Shape from = x.type().shape();
    int indexed = indices.type().shape().rank() - batch;
    Positions results = new Positions(gathered);
    Positions operands = new Positions(from);
    Positions places = new Positions(indices.type().shape());
    int[] sources = new int[gathered.size()];
    for (int i = 0; i < sources.length; i++) {
      // The result's axes: batch, the rest before the axis, those of the index, those after.
      int[] at = results.of(i);
      int[] place = new int[batch + indexed];
      System.arraycopy(at, 0, place, 0, batch);
      System.arraycopy(at, axis, place, batch, indexed);
      long chosen = indices.getLong(places.at(place));
      if (chosen < 0 || chosen >= from.extent(axis)) {
        sources[i] = -1;
        continue;
      }
      int[] source = new int[from.rank()];
      System.arraycopy(at, 0, source, 0, axis);
      source[axis] = (int) chosen;
      System.arraycopy(at, axis + indexed, source, axis + 1, source.length - axis - 1);
      sources[i] = operands.at(source);
    }
    return sources;
  }

  static NdArray gather(Gather op, Shape to, NdArray x, NdArray indices) {
    DType dtype = x.type().dtype();
    NdArray outside = NdArray.scalar(dtype, dtype.isFloat() ? Double.NaN : 0);
    return Elements.pick(x, to, sources(op.axis(), op.batch(), to, x, indices), outside);
  }

  static NdArray scatterAdd(ScatterAdd op, NdArray x, NdArray indices, NdArray updates) {
    int[] to = sources(op.axis(), op.batch(), updates.type().shape(), x, indices);
    if (x.type().dtype().isFloat()) {
      double[] sums = x.toDoubles();
      for (int i = 0; i < to.length; i++) {
        if (to[i] >= 0) {
          sums[to[i]] += updates.getDouble(i);
        }
      }
      return Elements.ofDoubles(x.type(), sums);
    }
    long[] sums = x.toLongs();
    for (int i = 0; i < to.length; i++) {
      if (to[i] >= 0) {
        sums[to[i]] += updates.getLong(i);
      }
    }
    return Elements.ofLongs(x.type(), sums);
  }

  /** Operands keys, payload.... */
  static List<NdArray> sort(Sort op, List<NdArray> in) {
    NdArray keys = in.getFirst();
    int[] from = order(keys, op.axis(), op.descending());
    List<NdArray> sorted = new ArrayList<>();
    for (NdArray x : in) {
      sorted.add(Elements.pick(x, x.type().shape(), from));
    }
    return sorted;
  }

  /** For each place in the sorted array the element that comes there. */
  private static int[] order(NdArray keys, int axis, boolean descending) {
    Comparator<Integer> ascending =
        keys.type().dtype().isFloat()
            ? (a, b) -> Double.compare(keys.getDouble(a), keys.getDouble(b))
            : (a, b) -> Long.compare(keys.getLong(a), keys.getLong(b));
    // A reversed comparator under a stable sort keeps equals in order.
    Comparator<Integer> comparator = descending ? ascending.reversed() : ascending;
    int[] order = new int[keys.type().shape().size()];
    for (int[] lane : Lanes.of(keys.type().shape(), axis)) {
      int[] sorted =
          Arrays.stream(lane).boxed().sorted(comparator).mapToInt(Integer::intValue).toArray();
      for (int i = 0; i < lane.length; i++) {
        order[lane[i]] = sorted[i];
      }
    }
    return order;
  }

  static List<NdArray> topK(int k, List<TensorType> types, NdArray x) {
    int extent = x.type().shape().extent(-1);
    int[] order = order(x, x.type().shape().rank() - 1, true);
    int[] from = new int[types.getFirst().shape().size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = order[i / k * extent + i % k];
    }
    int[] indices = IntStream.of(from).map(element -> element % extent).toArray();
    return List.of(
        Elements.pick(x, types.getFirst().shape(), from), NdArray.wrap(types.get(1), indices));
  }

  static NdArray argMax(int axis, TensorType to, NdArray x) {
    int[] best = new int[to.shape().size()];
    List<int[]> lanes = Lanes.of(x.type().shape(), axis);
    for (int i = 0; i < best.length; i++) {
      int[] lane = lanes.get(i);
      for (int j = 1; j < lane.length; j++) {
        if (exceeds(x, lane[j], lane[best[i]])) {
          best[i] = j;
        }
      }
    }
    return NdArray.wrap(to, best);
  }

  private static boolean exceeds(NdArray x, int element, int best) {
    if (!x.type().dtype().isFloat()) {
      return x.getLong(element) > x.getLong(best);
    }
    double value = x.getDouble(element);
    double held = x.getDouble(best);
    return !Double.isNaN(held) && (Double.isNaN(value) || value > held);
  }
}
