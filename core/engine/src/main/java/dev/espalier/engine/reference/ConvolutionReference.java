package dev.espalier.engine.reference;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Convolution, as its formula says. */
final class ConvolutionReference {
  private ConvolutionReference() {}

  /** Operands x, kernel. */
  static NdArray convolution(Convolution op, TensorType to, List<NdArray> in) {
    NdArray x = in.get(0);
    NdArray kernel = in.get(1);
    Shape kernelShape = kernel.type().shape();
    int channels = kernelShape.extent(1);
    Shape windowShape = kernelShape.slice(2, kernelShape.rank());
    int outputsOfGroup = kernelShape.extent(0) / op.groups();
    Positions results = new Positions(to.shape());
    Positions xs = new Positions(x.type().shape());
    Positions window = new Positions(windowShape);
    double[] values = new double[to.shape().size()];
    for (int i = 0; i < values.length; i++) {
      int[] y = results.of(i);
      int output = y[1];
      int firstChannel = output / outputsOfGroup * channels;
      for (int c = 0; c < channels; c++) {
        for (int k = 0; k < windowShape.size(); k++) {
          int[] at = y.clone();
          at[1] = firstChannel + c;
          if (moveToInput(op, window.of(k), x.type().shape(), at)) {
            int weight = (output * channels + c) * windowShape.size() + k;
            values[i] += x.getDouble(xs.at(at)) * kernel.getDouble(weight);
          }
        }
      }
    }
    return Elements.ofDoubles(to, values);
  }

  /**
   * Replaces the place in the output by the place in x that the window's entry k meets.
   *
   * @return false where that is padding or a gap of the dilation
   */
  private static boolean moveToInput(Convolution op, int[] k, Shape x, int[] at) {
    for (int i = 0; i < k.length; i++) {
      int dilated =
          at[i + 2] * op.strides().get(i) + k[i] * op.kernelDilation().get(i) - op.padLow().get(i);
      int apart = op.inputDilation().get(i);
      if (dilated < 0 || dilated % apart != 0 || dilated / apart >= x.extent(i + 2)) {
        return false;
      }
      at[i + 2] = dilated / apart;
    }
    return true;
  }
}
