package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.ConvolutionPlan;
import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.FloatArray;
import dev.espalier.backend.cpu.kernel.FloatConvolution;
import java.util.List;
import java.util.Optional;

/** A convolution, and perhaps a loop that follows on each task's images. */
public abstract sealed class ConvolutionStep implements Step {
  final Slots slots;
  private final ConvolutionPlan plan;
  private final Optional<Chain> chain;
  private final WorkerPool.Task packing = this::pack;
  private final WorkerPool.Task convolving = this::convolve;
  private final WorkerPool.Task finishing = this::finish;
  private final WorkerPool.Task chaining = this::chain;

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
  public record Slots(int x, int kernel, int packed, int sums, int z, int kept) {}

  private ConvolutionStep(ConvolutionPlan plan, Slots slots, Optional<Chain> chain) {
    this.plan = plan;
    this.slots = slots;
    this.chain = chain;
  }

  /** Packs a piece of the kernel. */
  abstract void pack(Frame frame, Scratch scratch, int index);

  /** Computes a block of the output. */
  abstract void convolve(Frame frame, Scratch scratch, int index);

  /** Adds the parts of a block. */
  abstract void finish(Frame frame, Scratch scratch, int index);

  /**
   * Computes the images of a task.
   *
   * @param alone whether they stay with the thread
   * @param length elements of the images
   * @param offset where the first of all images would begin
   * @return the array they are in
   */
  abstract Object images(
      Frame frame, Scratch scratch, int index, boolean alone, int length, int offset);

  /** Has the products ask for what the loop reads and writes of its rows. */
  abstract void ask(FusedLoop loop, Frame frame, Scratch scratch, int from, int to);

  final void run(Frame frame, WorkerPool pool, int packTasks, int tasks, int finishTasks) {
    pool.run(packTasks, frame, packing);
    if (chain.isPresent()) {
      pool.run(plan.imageTasks(), frame, chaining);
      chain.get().loop().finish(frame);
      return;
    }
    pool.run(tasks, frame, convolving);
    pool.run(finishTasks, frame, finishing);
  }

  /** Computes the images of a task and runs the loop on them. */
  private void chain(Frame frame, Scratch scratch, int index) {
    Chain next = chain.orElseThrow();
    int image = plan.imageLength();
    int from = plan.firstImage(index) * image;
    int to = plan.firstImage(index + 1) * image;
    int offset = next.alone() ? -from : frame.offset(slots.z());
    int width = next.loop().shape().width();
    ask(next.loop(), frame, scratch, from / width, to / width);
    Object z = images(frame, scratch, index, next.alone(), to - from, offset);
    next.loop().rows(frame, scratch, from / width, to / width, slots.z(), z, offset);
  }

  @Override
  public final List<Segment> segments() {
    return chain.map(c -> c.loop().segments()).orElse(List.of());
  }

  @Override
  public final String describe() {
    return "convolution "
        + plan
        + " @"
        + slots.x()
        + ", @"
        + slots.kernel()
        + " -> "
        + chain
            .map(c ->
                (c.alone() ? "" : "@" + slots.z() + ", ") + "by images to " + c.loop().describe())
            .orElse("@" + slots.z());
  }

  /** A convolution of floats. */
  public static final class Floats extends ConvolutionStep {
    private final FloatConvolution convolution;

    /**
     * A convolution.
     *
     * @param plan how it is computed
     * @param convolution its kernels
     * @param slots the operands
     * @param chain what follows on the images, for {@link ConvolutionPlan#byImages}
     */
    public Floats(
        ConvolutionPlan plan, FloatConvolution convolution, Slots slots, Optional<Chain> chain) {
      super(plan, slots, chain);
      this.convolution = convolution;
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      run(frame, pool, convolution.packTasks(), convolution.tasks(), convolution.finishTasks());
    }

    @Override
    void pack(Frame frame, Scratch scratch, int index) {
      convolution.pack(operands(frame), index, scratch.floatConvolution());
    }

    @Override
    void convolve(Frame frame, Scratch scratch, int index) {
      convolution.convolve(
          operands(frame),
          frame.floatArray(slots.z()),
          frame.offset(slots.z()),
          index,
          scratch.floatConvolution());
    }

    @Override
    void finish(Frame frame, Scratch scratch, int index) {
      convolution.finish(
          operands(frame),
          frame.floatArray(slots.z()),
          frame.offset(slots.z()),
          index,
          scratch.floatConvolution());
    }

    @Override
    void ask(FusedLoop loop, Frame frame, Scratch scratch, int from, int to) {
      loop.ask(frame, from, to, slots.z(), scratch.floatConvolution().after());
    }

    @Override
    Object images(Frame frame, Scratch scratch, int index, boolean alone, int length, int offset) {
      FloatConvolution.Workspace work = scratch.floatConvolution();
      FloatArray to = alone ? work.images(length) : frame.floatArray(slots.z());
      convolution.images(operands(frame), to, offset, index, work);
      return to.values();
    }

    private FloatConvolution.Operands operands(Frame frame) {
      FloatArray x = frame.floatArray(slots.x());
      FloatArray kernel = frame.floatArray(slots.kernel());
      FloatArray packed = frame.floatArray(slots.packed());
      FloatArray sums = frame.floatArray(slots.sums());
      if (frame.array(slots.kept()) instanceof FloatConvolution.Operands kept
          && kept.input() == x
          && kept.inputOffset() == frame.offset(slots.x())
          && kept.kernel() == kernel
          && kept.kernelOffset() == frame.offset(slots.kernel())
          && kept.packed() == packed
          && kept.packedOffset() == frame.offset(slots.packed())
          && kept.sums() == sums
          && kept.sumsOffset() == frame.offset(slots.sums())) {
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
              frame.offset(slots.sums()));
      frame.keep(slots.kept(), fresh);
      return fresh;
    }
  }

  /** A convolution of doubles. */
  public static final class Doubles extends ConvolutionStep {
    private final DoubleConvolution convolution;

    /**
     * A convolution.
     *
     * @param plan how it is computed
     * @param convolution its kernels
     * @param slots the operands
     * @param chain what follows on the images, for {@link ConvolutionPlan#byImages}
     */
    public Doubles(
        ConvolutionPlan plan, DoubleConvolution convolution, Slots slots, Optional<Chain> chain) {
      super(plan, slots, chain);
      this.convolution = convolution;
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      run(frame, pool, convolution.packTasks(), convolution.tasks(), convolution.finishTasks());
    }

    @Override
    void pack(Frame frame, Scratch scratch, int index) {
      convolution.pack(operands(frame), index, scratch.doubleConvolution());
    }

    @Override
    void convolve(Frame frame, Scratch scratch, int index) {
      convolution.convolve(
          operands(frame),
          frame.doubleArray(slots.z()),
          frame.offset(slots.z()),
          index,
          scratch.doubleConvolution());
    }

    @Override
    void finish(Frame frame, Scratch scratch, int index) {
      convolution.finish(
          operands(frame),
          frame.doubleArray(slots.z()),
          frame.offset(slots.z()),
          index,
          scratch.doubleConvolution());
    }

    @Override
    void ask(FusedLoop loop, Frame frame, Scratch scratch, int from, int to) {
      // Their products ask for nothing.
    }

    @Override
    Object images(Frame frame, Scratch scratch, int index, boolean alone, int length, int offset) {
      DoubleConvolution.Workspace work = scratch.doubleConvolution();
      DoubleArray to = alone ? work.images(length) : frame.doubleArray(slots.z());
      convolution.images(operands(frame), to, offset, index, work);
      return to.values();
    }

    private DoubleConvolution.Operands operands(Frame frame) {
      DoubleArray x = frame.doubleArray(slots.x());
      DoubleArray kernel = frame.doubleArray(slots.kernel());
      DoubleArray packed = frame.doubleArray(slots.packed());
      DoubleArray sums = frame.doubleArray(slots.sums());
      if (frame.array(slots.kept()) instanceof DoubleConvolution.Operands kept
          && kept.input() == x
          && kept.inputOffset() == frame.offset(slots.x())
          && kept.kernel() == kernel
          && kept.kernelOffset() == frame.offset(slots.kernel())
          && kept.packed() == packed
          && kept.packedOffset() == frame.offset(slots.packed())
          && kept.sums() == sums
          && kept.sumsOffset() == frame.offset(slots.sums())) {
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
              frame.offset(slots.sums()));
      frame.keep(slots.kept(), fresh);
      return fresh;
    }
  }
}
