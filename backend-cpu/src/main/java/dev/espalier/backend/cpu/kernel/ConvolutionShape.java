package dev.espalier.backend.cpu.kernel;

/**
 * The sizes and attributes of a convolution of an input [batch, channels, spatial...] with a kernel
 * [outChannels, channels / groups, window...] into [batch, outChannels, out...].
 *
 * @param batch images
 * @param channels channels of the input, a multiple of groups
 * @param outChannels channels of the output, a multiple of groups
 * @param groups independent parts the channels fall into
 * @param spatial the input's spatial axes
 * @param window the kernel's spatial axes
 * @param strides the step of the window along each axis, at least 1
 * @param low zeros before each axis of the dilated input, or elements cut if negative
 * @param high zeros after each axis, or elements cut if negative
 * @param dilation the step between neighbours of the input (1: adjacent)
 * @param windowDilation the step between neighbours of the kernel (1: adjacent)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
public record ConvolutionShape(
    int batch,
    int channels,
    int outChannels,
    int groups,
    int[] spatial,
    int[] window,
    int[] strides,
    int[] low,
    int[] high,
    int[] dilation,
    int[] windowDilation) {

  /** The length of one spatial axis of the output. */
  public int out(int axis) {
    int input = spatial[axis] == 0 ? 0 : (spatial[axis] - 1) * dilation[axis] + 1;
    int reach = window[axis] == 0 ? 0 : (window[axis] - 1) * windowDilation[axis] + 1;
    int room = input + low[axis] + high[axis] - reach;
    return room < 0 ? 0 : room / strides[axis] + 1;
  }

  /** Positions of the output per image and channel. */
  public int pixels() {
    int pixels = 1;
    for (int i = 0; i < spatial.length; i++) {
      pixels *= out(i);
    }
    return pixels;
  }

  int inputPixels() {
    int pixels = 1;
    for (int length : spatial) {
      pixels *= length;
    }
    return pixels;
  }

  /** The same with a spatial axis of length 1, for one that has none. */
  ConvolutionShape withOneAxis() {
    int[] one = {1};
    int[] zero = {0};
    return new ConvolutionShape(
        batch, channels, outChannels, groups, one, one, one, zero, zero, one, one);
  }
}
