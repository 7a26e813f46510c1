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

  /** A convolution of floats. */
  final class Floats implements ConvolutionStep {
    private final ConvolutionPlan plan;
    private final FloatConvolution convolution;
    private final Slots slots;
    private final boolean roundsInput;
    private final boolean roundsKernel;
    private final WorkerPool.Task packing = this::pack;
    private final WorkerPool.Task convolving = this::convolve;
    private final WorkerPool.Task finishing = this::finish;

    /**
     * A convolution.
     *
     * @param plan how it is computed
     * @param convolution its kernels
     * @param slots the operands
     * @param roundsInput whether the input is rounded to BF16
     * @param roundsKernel whether the kernel is
     */
    public Floats(
        ConvolutionPlan plan,
        FloatConvolution convolution,
        Slots slots,
        boolean roundsInput,
        boolean roundsKernel) {
      this.plan = plan;
      this.convolution = convolution;
      this.slots = slots;
      this.roundsInput = roundsInput;
      this.roundsKernel = roundsKernel;
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      pool.run(convolution.packTasks(), frame, packing);
      pool.run(convolution.tasks(), frame, convolving);
      pool.run(convolution.finishTasks(), frame, finishing);
    }

    private void pack(Frame frame, Scratch scratch, int index) {
      convolution.pack(operands(frame), index, scratch.floatConvolution());
    }

    private void convolve(Frame frame, Scratch scratch, int index) {
      convolution.convolve(operands(frame), index, scratch.floatConvolution());
    }

    private void finish(Frame frame, Scratch scratch, int index) {
      convolution.finish(operands(frame), index, scratch.floatConvolution());
    }

    private FloatConvolution.Operands operands(Frame frame) {
      return new FloatConvolution.Operands(
          frame.floatArray(slots.x()),
          frame.offset(slots.x()),
          frame.floatArray(slots.kernel()),
          frame.offset(slots.kernel()),
          frame.floatArray(slots.packed()),
          frame.offset(slots.packed()),
          frame.floatArray(slots.sums()),
          frame.offset(slots.sums()),
          frame.floatArray(slots.z()),
          frame.offset(slots.z()),
          roundsInput,
          roundsKernel);
    }

    @Override
    public String describe() {
      return slots.describe(plan);
    }
  }

  /** A convolution of doubles. */
  final class Doubles implements ConvolutionStep {
    private final ConvolutionPlan plan;
    private final DoubleConvolution convolution;
    private final Slots slots;
    private final WorkerPool.Task packing = this::pack;
    private final WorkerPool.Task convolving = this::convolve;
    private final WorkerPool.Task finishing = this::finish;

    /**
     * A convolution.
     *
     * @param plan how it is computed
     * @param convolution its kernels
     * @param slots the operands
     */
    public Doubles(ConvolutionPlan plan, DoubleConvolution convolution, Slots slots) {
      this.plan = plan;
      this.convolution = convolution;
      this.slots = slots;
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      pool.run(convolution.packTasks(), frame, packing);
      pool.run(convolution.tasks(), frame, convolving);
      pool.run(convolution.finishTasks(), frame, finishing);
    }

    private void pack(Frame frame, Scratch scratch, int index) {
      convolution.pack(operands(frame), index, scratch.doubleConvolution());
    }

    private void convolve(Frame frame, Scratch scratch, int index) {
      convolution.convolve(operands(frame), index, scratch.doubleConvolution());
    }

    private void finish(Frame frame, Scratch scratch, int index) {
      convolution.finish(operands(frame), index, scratch.doubleConvolution());
    }

    private DoubleConvolution.Operands operands(Frame frame) {
      return new DoubleConvolution.Operands(
          frame.doubleArray(slots.x()),
          frame.offset(slots.x()),
          frame.doubleArray(slots.kernel()),
          frame.offset(slots.kernel()),
          frame.doubleArray(slots.packed()),
          frame.offset(slots.packed()),
          frame.doubleArray(slots.sums()),
          frame.offset(slots.sums()),
          frame.doubleArray(slots.z()),
          frame.offset(slots.z()));
    }

    @Override
    public String describe() {
      return slots.describe(plan);
    }
  }
}
