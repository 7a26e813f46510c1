package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.ConvolutionPlan;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.FloatConvolution;

/** A convolution. */
public sealed interface ConvolutionStep extends Step {
  /**
   * Where the operands of a convolution are.
   *
   * @param x the slot of the input
   * @param kernel the slot of the kernel
   * @param packed a slot for the packed kernel
   * @param sums a slot for the sums of parts
   * @param z the slot of the output
   */
  record Slots(int x, int kernel, int packed, int sums, int z) {
    private String describe(ConvolutionPlan plan) {
      return "convolution " + plan + " @" + x + ", @" + kernel + " -> @" + z;
    }
  }

  /**
   * A convolution of floats.
   *
   * @param plan how it is computed
   * @param convolution its kernels
   * @param slots the operands
   * @param roundsInput whether the input is rounded to BF16
   * @param roundsKernel whether the kernel is
   */
  record Floats(
      ConvolutionPlan plan,
      FloatConvolution convolution,
      Slots slots,
      boolean roundsInput,
      boolean roundsKernel)
      implements ConvolutionStep {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      FloatConvolution.Operands operands =
          new FloatConvolution.Operands(
              frame.floats(slots.x()),
              frame.offset(slots.x()),
              frame.floats(slots.kernel()),
              frame.offset(slots.kernel()),
              frame.floats(slots.packed()),
              frame.offset(slots.packed()),
              frame.floats(slots.sums()),
              frame.offset(slots.sums()),
              frame.floats(slots.z()),
              frame.offset(slots.z()),
              roundsInput,
              roundsKernel);
      Scratch own = frame.scratch();
      pool.run(
          convolution.packTasks(),
          own,
          (t, scratch) -> convolution.pack(operands, t, scratch.floatConvolution()));
      pool.run(
          convolution.tasks(),
          own,
          (t, scratch) -> convolution.convolve(operands, t, scratch.floatConvolution()));
      pool.run(
          convolution.finishTasks(),
          own,
          (t, scratch) -> convolution.finish(operands, t, scratch.floatConvolution()));
    }

    @Override
    public String describe() {
      return slots.describe(plan);
    }
  }

  /**
   * A convolution of doubles.
   *
   * @param plan how it is computed
   * @param convolution its kernels
   * @param slots the operands
   */
  record Doubles(ConvolutionPlan plan, DoubleConvolution convolution, Slots slots)
      implements ConvolutionStep {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      DoubleConvolution.Operands operands =
          new DoubleConvolution.Operands(
              frame.doubles(slots.x()),
              frame.offset(slots.x()),
              frame.doubles(slots.kernel()),
              frame.offset(slots.kernel()),
              frame.doubles(slots.packed()),
              frame.offset(slots.packed()),
              frame.doubles(slots.sums()),
              frame.offset(slots.sums()),
              frame.doubles(slots.z()),
              frame.offset(slots.z()));
      Scratch own = frame.scratch();
      pool.run(
          convolution.packTasks(),
          own,
          (t, scratch) -> convolution.pack(operands, t, scratch.doubleConvolution()));
      pool.run(
          convolution.tasks(),
          own,
          (t, scratch) -> convolution.convolve(operands, t, scratch.doubleConvolution()));
      pool.run(
          convolution.finishTasks(),
          own,
          (t, scratch) -> convolution.finish(operands, t, scratch.doubleConvolution()));
    }

    @Override
    public String describe() {
      return slots.describe(plan);
    }
  }
}
