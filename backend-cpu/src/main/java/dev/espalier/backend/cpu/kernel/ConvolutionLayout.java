package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/**
 * Where the elements of a convolution's operand or result stand in its array, so that transposes,
 * reversals and slices of it need not be carried out.
 *
 * @param offset the first element
 * @param group from a group to the next
 * @param outer from an image to the next in the input and the output, from an output channel of a
 *     group to the next in the kernel
 * @param inner from a channel of a group to the next: in the output its channels, else the input's
 * @param spatial from an element to the next along each spatial axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
public record ConvolutionLayout(int offset, int group, int outer, int inner, int[] spatial) {

  /** The layout of a row-major input [batch, channels, spatial...]. */
  public static ConvolutionLayout input(ConvolutionShape s) {
    int[] spatial = CopyPlan.rowMajor(s.spatial());
    int pixels = s.inputPixels();
    return new ConvolutionLayout(
        0, s.channels() / s.groups() * pixels, s.channels() * pixels, pixels, spatial);
  }

  /** The layout of a row-major kernel [outChannels, channels / groups, window...]. */
  public static ConvolutionLayout kernel(ConvolutionShape s) {
    int places = Arrays.stream(s.window()).reduce(1, (a, b) -> a * b);
    int depth = s.channels() / s.groups() * places;
    return new ConvolutionLayout(
        0, s.outChannels() / s.groups() * depth, depth, places, CopyPlan.rowMajor(s.window()));
  }

  /** The layout of a row-major output [batch, outChannels, spatial...]. */
  public static ConvolutionLayout output(ConvolutionShape s) {
    int[] outputs = new int[s.spatial().length];
    Arrays.setAll(outputs, s::out);
    int pixels = s.pixels();
    return new ConvolutionLayout(
        0,
        s.outChannels() / s.groups() * pixels,
        s.outChannels() * pixels,
        pixels,
        CopyPlan.rowMajor(outputs));
  }
}
