package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.ConvolutionPlan;
import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.FloatArray;
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
   * @param kept a slot where the operands are kept
   */
  record Slots(int x, int kernel, int packed, int sums, int z, int kept) {
    private String describe(ConvolutionPlan plan) {
      return "convolution " + plan + " @" + x + ", @" + kernel + " -> @" + z;
    }
  }

  /** A convolution of floats. */
  final class Floats implements ConvolutionStep {
    private final ConvolutionPlan plan;
    private final FloatConvolution convolution;
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
    public Floats(ConvolutionPlan plan, FloatConvolution convolution, Slots slots) {
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
      convolution.pack(operands(frame), index, scratch.floatConvolution());
    }

    private void convolve(Frame frame, Scratch scratch, int index) {
      convolution.convolve(operands(frame), index, scratch.floatConvolution());
    }

    private void finish(Frame frame, Scratch scratch, int index) {
      convolution.finish(operands(frame), index, scratch.floatConvolution());
    }

    private FloatConvolution.Operands operands(Frame frame) {
      FloatArray x = frame.floatArray(slots.x());
      FloatArray kernel = frame.floatArray(slots.kernel());
      FloatArray packed = frame.floatArray(slots.packed());
      FloatArray sums = frame.floatArray(slots.sums());
      FloatArray z = frame.floatArray(slots.z());
      if (frame.array(slots.kept()) instanceof FloatConvolution.Operands kept
          && kept.input() == x
          && kept.inputOffset() == frame.offset(slots.x())
          && kept.kernel() == kernel
          && kept.kernelOffset() == frame.offset(slots.kernel())
          && kept.packed() == packed
          && kept.packedOffset() == frame.offset(slots.packed())
          && kept.sums() == sums
          && kept.sumsOffset() == frame.offset(slots.sums())
          && kept.output() == z
          && kept.outputOffset() == frame.offset(slots.z())) {
        return kept;
      }
      FloatConvolution.Operands fresh =
          new FloatConvolution.Operands(
              x,
              frame.offset(slots.x()),
              kernel,
              frame.offset(slots.kernel()),
              packed,
              frame.offset(slots.packed()),
              sums,
              frame.offset(slots.sums()),
              z,
              frame.offset(slots.z()));
      frame.keep(slots.kept(), fresh);
      return fresh;
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
      DoubleArray x = frame.doubleArray(slots.x());
      DoubleArray kernel = frame.doubleArray(slots.kernel());
      DoubleArray packed = frame.doubleArray(slots.packed());
      DoubleArray sums = frame.doubleArray(slots.sums());
      DoubleArray z = frame.doubleArray(slots.z());
      if (frame.array(slots.kept()) instanceof DoubleConvolution.Operands kept
          && kept.input() == x
          && kept.inputOffset() == frame.offset(slots.x())
          && kept.kernel() == kernel
          && kept.kernelOffset() == frame.offset(slots.kernel())
          && kept.packed() == packed
          && kept.packedOffset() == frame.offset(slots.packed())
          && kept.sums() == sums
          && kept.sumsOffset() == frame.offset(slots.sums())
          && kept.output() == z
          && kept.outputOffset() == frame.offset(slots.z())) {
        return kept;
      }
      DoubleConvolution.Operands fresh =
          new DoubleConvolution.Operands(
              x,
              frame.offset(slots.x()),
              kernel,
              frame.offset(slots.kernel()),
              packed,
              frame.offset(slots.packed()),
              sums,
              frame.offset(slots.sums()),
              z,
              frame.offset(slots.z()));
      frame.keep(slots.kept(), fresh);
      return fresh;
    }

    @Override
    public String describe() {
      return slots.describe(plan);
    }
  }
}
