package dev.espalier.engine;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The windows that a convolution sees. */
final class Patches {
  private Patches() {}

  /**
   * [N, C, S...] as [N, C, K, T...]: for each place of the kernel, in row-major order, what it is
   * multiplied by.
   *
   * @param kernel the kernel's shape
   * @param places T
   */
  static Tensor of(Convolution op, Tensor x, Shape kernel, Shape places) {
    int spatial = places.rank();
    List<Integer> low = new ArrayList<>(List.of(0, 0));
    List<Integer> high = new ArrayList<>(List.of(0, 0));
    List<Integer> interior = new ArrayList<>(List.of(0, 0));
    low.addAll(op.padLow());
    high.addAll(op.padHigh());
    op.inputDilation().forEach(step -> interior.add(step - 1));
    Tensor padded =
        x.apply(new Pad(low, high, interior), List.of(x, x.constant(x.dtype(), 0.0))).getFirst();
    Shape window = kernel.slice(2, kernel.rank());
    List<Tensor> seen = new ArrayList<>();
    for (int k = 0; k < window.size(); k++) {
      int[] strides = window.strides();
      List<Integer> starts = new ArrayList<>(List.of(0, 0));
      List<Integer> limits = new ArrayList<>(List.of(x.shape().extent(0), x.shape().extent(1)));
      List<Integer> steps = new ArrayList<>(List.of(1, 1));
      for (int i = 0; i < spatial; i++) {
        int start = k / strides[i] % window.extent(i) * op.kernelDilation().get(i);
        starts.add(start);
        limits.add(start + Math.max(0, (places.extent(i) - 1) * op.strides().get(i) + 1));
        steps.add(op.strides().get(i));
      }
      seen.add(
          padded.apply(new Slice(starts, limits, steps), List.of(padded)).getFirst().expandDims(2));
    }
    return seen.size() == 1
        ? seen.getFirst()
        : seen.getFirst().concat(2, seen.subList(1, seen.size()).toArray(Tensor[]::new));
  }
}
