package dev.espalier.backend.cpu.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of a convolution that meet the same places of the window, one phase of each axis: see
 * {@link ConvolutionAxis}.
 *
 * @param first the first output along each axis
 * @param outputs how many along each axis
 * @param rows the places of the window along the first axis
 * @param weights for each place of the window, in order, where it is in the kernel
 * @param places for each place its index along each axis among those of the axis's phase
 * @param axes the phase of each axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
record ConvolutionPhase(
    int[] first,
    int[] outputs,
    int rows,
    int[] weights,
    int[][] places,
    List<ConvolutionAxis.Phase> axes) {

  /** Every combination of the axes' phases. */
  static List<ConvolutionPhase> all(List<ConvolutionAxis> axes, int[] kernelStrides) {
    int rank = axes.size();
    int count = 1;
    for (ConvolutionAxis axis : axes) {
      count *= axis.phases.size();
    }
    List<ConvolutionPhase> all = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      int[] first = new int[rank];
      int rest = p;
      for (int i = rank - 1; i >= 0; i--) {
        first[i] = rest % axes.get(i).phases.size();
        rest /= axes.get(i).phases.size();
      }
      List<ConvolutionAxis.Phase> own = new ArrayList<>();
      for (int i = 0; i < rank; i++) {
        own.add(axes.get(i).phases.get(first[i]));
      }
      all.add(of(first, own, kernelStrides));
    }
    return List.copyOf(all);
  }

  private static ConvolutionPhase of(
      int[] first, List<ConvolutionAxis.Phase> own, int[] kernelStrides) {
    int rank = first.length;
    int[] outputs = new int[rank];
    int taps = 1;
    for (int i = 0; i < rank; i++) {
      outputs[i] = own.get(i).outputs();
      taps *= own.get(i).places().length;
    }
    int[] weights = new int[taps];
    int[][] places = new int[taps][rank];
    for (int tap = 0; tap < taps; tap++) {
      int rest = tap;
      for (int i = rank - 1; i >= 0; i--) {
        int[] along = own.get(i).places();
        places[tap][i] = rest % along.length;
        rest /= along.length;
        weights[tap] += along[places[tap][i]] * kernelStrides[i];
      }
    }
    return new ConvolutionPhase(
        first, outputs, own.getFirst().places().length, weights, places, List.copyOf(own));
  }
}
