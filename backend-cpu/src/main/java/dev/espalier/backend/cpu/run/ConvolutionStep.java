package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.ConvolutionShape;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.FloatConvolution;

/**
 * A convolution.
 *
 * @param arrays floats or doubles
 * @param shape the sizes
 * @param x the slot of the input
 * @param kernel the slot of the kernel
 * @param z the slot of the output
 */
public record ConvolutionStep(ArrayKind arrays, ConvolutionShape shape, int x, int kernel, int z)
    implements Step {
  @Override
  public void run(Frame frame, WorkerPool pool) {
    int xo = frame.offset(x);
    int wo = frame.offset(kernel);
    int zo = frame.offset(z);
    if (arrays == ArrayKind.FLOATS) {
      float[] in = frame.floats(x);
      float[] w = frame.floats(kernel);
      float[] out = frame.floats(z);
      pool.run(
          FloatConvolution.tasks(shape),
          frame.scratch(),
          (t, scratch) ->
              FloatConvolution.convolve(
                  shape, in, xo, w, wo, out, zo, t, t + 1, scratch.floatConvolution()));
    } else {
      double[] in = frame.doubles(x);
      double[] w = frame.doubles(kernel);
      double[] out = frame.doubles(z);
      pool.run(
          DoubleConvolution.tasks(shape),
          frame.scratch(),
          (t, scratch) ->
              DoubleConvolution.convolve(
                  shape, in, xo, w, wo, out, zo, t, t + 1, scratch.doubleConvolution()));
    }
  }

  @Override
  public String describe() {
    return "convolution " + arrays + " @" + x + ", @" + kernel + " -> @" + z;
  }
}
