package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A convolution of doubles (in truth a correlation: the kernel is not reversed), as a {@link
 * ConvolutionPlan} says.
 *
 * <p>The work falls into three rounds of independent tasks that write disjoint parts: {@link #pack}
 * packs the kernel, {@link #convolve} multiplies, and {@link #finish} adds the parts of the depth,
 * if there are several. Each element has the same bits whoever computes it.
 */
public final class DoubleConvolution {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private final ConvolutionPlan plan;
  private final ConvolutionTiling tiling;

  /** A convolution as planned. */
  public DoubleConvolution(ConvolutionPlan plan) {
    this.plan = plan;
    this.tiling = new ConvolutionTiling(plan);
  }

  /**
   * The arrays of a convolution and where in each it begins: what it reads, a packed kernel of
   * {@link #packedLength} and sums of {@link #sumsLength} elements.
   */
  public record Operands(
      DoubleArray input,
      int inputOffset,
      DoubleArray kernel,
      int kernelOffset,
      DoubleArray packed,
      int packedOffset,
      DoubleArray sums,
      int sumsOffset) {}

  /** The inner loops and the buffers of one worker; these grow on first use. */
  public static final class Workspace {
    private final DoublePanels panels;
    private final ConvolutionTables tables = new ConvolutionTables();
    private final DoublePatches patches;
    private DoubleArray panel = DoubleArray.ofLength(0);
    private DoubleArray kernel = DoubleArray.ofLength(0);
    private DoubleArray sums = DoubleArray.ofLength(0);
    private DoubleArray images = DoubleArray.ofLength(0);

    /** Buffers that grow on first use, and the inner loops of the calling thread. */
    public Workspace(DoublePanels panels) {
      this.panels = panels;
      this.patches = new DoublePatches(panels);
    }

    /** Room for images that only what comes after the convolution reads. */
    public DoubleArray images(int length) {
      if (images.length() < length) {
        images = DoubleArray.ofLength(length);
      }
      return images;
    }
  }

  /** Elements of the packed kernel; 0 if tasks pack what they need. */
  public int packedLength() {
    return tiling.packedLength();
  }

  /** Elements of the sums of the parts; 0 if there is one part. */
  public int sumsLength() {
    return plan.parts > 1 ? tiling.tasks() * tiling.sums() : 0;
  }

  /** How many tasks packing the kernel has. */
  public int packTasks() {
    return tiling.packTasks();
  }

  /** How many tasks the products have. */
  public int tasks() {
    return tiling.tasks();
  }

  /** How many tasks adding the parts has. */
  public int finishTasks() {
    return plan.parts > 1 ? tiling.tasks() / plan.parts * tiling.finishes() : 0;
  }

  /** Packs a piece of the kernel. */
  public void pack(Operands o, int task, Workspace work) {
    int group = task / plan.chunks();
    int chunk = task % plan.chunks();
    ConvolutionTables t = work.tables;
    t.chunk(plan, chunk);
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int depth = t.channels * t.taps(plan, plan.phases.get(phase));
      int to = o.packedOffset + tiling.packed(group, chunk, phase);
      for (int k = 0; k < depth; k += ConvolutionPlan.DEPTH) {
        int deep = Math.min(ConvolutionPlan.DEPTH, depth - k);
        t.depth(plan, plan.phases.get(phase), tiling.places(phase), k, deep);
        pack(o, group, 0, plan.out, deep, depth, o.packed, to + k * work.panels.rows(), work);
      }
    }
  }

  /** Packs rows of the kernel, {@code to[panel * depth * tile + k * tile + row]}. */
  private void pack(
      Operands o,
      int group,
      int fromRow,
      int toRow,
      int deep,
      int depth,
      DoubleArray to,
      int at,
      Workspace work) {
    int tile = work.panels.rows();
    int[] weights = work.tables.depthWeights;
    int outer = plan.kernel.outer();
    int start = o.kernelOffset + plan.kernel.offset() + group * plan.kernel.group();
    for (int row = fromRow; row < toRow; row += tile) {
      int rows = Math.min(tile, toRow - row);
      int from = start + row * outer;
      int target = at + (row - fromRow) * depth;
      for (int k = 0; rows < tile && k < deep; k++) {
        Arrays.fill(to.values(), target + k * tile + rows, target + (k + 1) * tile, 0);
      }
      for (int k = 0; k < deep; ) {
        int end = ConvolutionTables.runEnd(weights, k, deep);
        work.panels.interleave(
            o.kernel, from + weights[k], outer, rows, end - k, to, target + k * tile, tile);
        k = end;
      }
    }
  }

  /**
   * Computes all blocks of some images, for a plan {@link ConvolutionPlan#byImages}.
   *
   * @param output where the output goes
   * @param outputOffset where in the array it would begin for the first image, which may be before
   *     the array
   */
  public void images(Operands o, DoubleArray output, int outputOffset, int index, Workspace work) {
    int together = plan.blocksTogether();
    int pieces = tiling.tasks() / plan.blocks;
    for (int piece = 0; piece < pieces; piece++) {
      for (int block = index * together; block < (index + 1) * together; block++) {
        convolve(o, output, outputOffset, piece * plan.blocks + block, work);
      }
    }
  }

  /**
   * Computes a block of the output, or a part of its sums.
   *
   * @param output where the output goes, which begins at the offset
   */
  public void convolve(Operands o, DoubleArray output, int outputOffset, int task, Workspace work) {
    int part = task % plan.parts;
    int block = task / plan.parts % plan.blocks;
    int rest = task / plan.parts / plan.blocks;
    int firstRow = rest % tiling.rowTasks() * tiling.rows();
    int group = rest / tiling.rowTasks();
    int rows = Math.min(tiling.rows(), plan.out - firstRow);
    ConvolutionTables t = work.tables;
    t.block(plan, block, tiling.columns());
    DoubleArray sums = o.sums;
    int at = o.sumsOffset + task * tiling.sums();
    if (plan.parts == 1) {
      if (work.sums.length() < tiling.sums()) {
        work.sums = DoubleArray.ofLength(tiling.sums());
      }
      sums = work.sums;
      at = 0;
    }
    DoubleArray x = o.input;
    int base = o.inputOffset + plan.input.offset() + group * plan.input.group();
    int firstChunk = (int) ((long) plan.chunks() * part / plan.parts);
    int toChunk = (int) ((long) plan.chunks() * (part + 1) / plan.parts);
    for (int chunk = firstChunk; chunk < toChunk; chunk++) {
      t.chunk(plan, chunk);
      if (!plan.direct) {
        if (chunk == firstChunk || plan.rowChunks > 1) {
          work.patches.clear(plan);
          t.lines(plan);
        }
        work.patches.fill(plan, t, o.input, base);
        x = work.patches.array();
      }
      for (int phase = 0; phase < plan.phases.size(); phase++) {
        multiply(
            o,
            output,
            outputOffset,
            group,
            firstRow,
            rows,
            chunk,
            phase,
            x,
            plan.direct ? base : 0,
            sums,
            at + phase * tiling.rows() * tiling.columns(),
            chunk > firstChunk,
            work);
      }
    }
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int of = at + phase * tiling.rows() * tiling.columns();
      if (firstChunk == toChunk || plan.phases.get(phase).weights().length == 0) {
        Arrays.fill(sums.values(), of, of + tiling.rows() * tiling.columns(), 0);
      }
      if (plan.parts == 1 && !t.writesThrough(plan, phase, work.panels.columns())) {
        store(output, outputOffset, group, firstRow, rows, t, phase, sums.values(), of);
      }
    }
  }

  /** The product of a chunk and phase, added to the sums or in place of them. */
  private void multiply(
      Operands o,
      DoubleArray output,
      int outputOffset,
      int group,
      int firstRow,
      int rows,
      int chunk,
      int phase,
      DoubleArray x,
      int base,
      DoubleArray sums,
      int sumsAt,
      boolean accumulate,
      Workspace work) {
    ConvolutionTables t = work.tables;
    int depth = t.channels * t.taps(plan, plan.phases.get(phase));
    int count = t.counts[phase];
    if (depth == 0 || count == 0) {
      return;
    }
    int pieces = Math.ceilDiv(depth, ConvolutionPlan.DEPTH);
    int most = Math.ceilDiv(depth, pieces);
    for (int k = 0; k < depth; k += most) {
      int deep = Math.min(most, depth - k);
      t.depth(plan, plan.phases.get(phase), tiling.places(phase), k, deep);
      DoubleArray a = o.packed;
      int tile = work.panels.rows();
      int ao = o.packedOffset + tiling.packed(group, chunk, phase) + firstRow * depth + k * tile;
      int aTile = depth * tile;
      if (!tiling.packs()) {
        if (work.kernel.length() < tiling.rows() * ConvolutionPlan.DEPTH) {
          work.kernel = DoubleArray.ofLength(tiling.rows() * ConvolutionPlan.DEPTH);
        }
        a = work.kernel;
        ao = 0;
        aTile = deep * tile;
        pack(o, group, firstRow, firstRow + rows, deep, deep, a, 0, work);
      }
      int panel = work.panels.columns();
      if (work.panel.length() < ConvolutionPlan.DEPTH * panel + L) {
        work.panel = DoubleArray.ofLength(ConvolutionPlan.DEPTH * panel + L);
      }
      boolean through = t.writesThrough(plan, phase, panel);
      DoubleArray c = through ? output : sums;
      int row = through ? plan.output.inner() : tiling.columns();
      int start = through ? outputOffset + plan.outputStart(group, firstRow) : sumsAt;
      for (int j = 0; j < count; j += panel) {
        int some = Math.min(panel, count - j);
        int first = phase * t.stride + j;
        int to = start + (through ? t.targets[first] : j);
        boolean add = accumulate || k > 0;
        boolean inPlace =
            work.patches.columns(x.values(), base, t.sources, first, some, t.depthSources);
        if (inPlace && work.panels.takesPlaces()) {
          work.panels.multiply(
              rows,
              some,
              a,
              ao,
              aTile,
              x,
              work.patches.firstVector(),
              work.patches.secondVector(),
              t.depthSources,
              c,
              to,
              row,
              add);
          continue;
        }
        double[] right = work.panel.values();
        work.patches.panel(x.values(), base, t.sources, first, some, t.depthSources, right);
        work.panels.multiply(
            rows, some, deep, a, ao, 1, tile, aTile, work.panel, 0, panel, 0, c, to, row, add);
      }
    }
  }

  /** Copies finished sums into the output. */
  private void store(
      DoubleArray output,
      int outputOffset,
      int group,
      int firstRow,
      int rows,
      ConvolutionTables t,
      int phase,
      double[] sums,
      int at) {
    int channel = plan.output.inner();
    int start = outputOffset + plan.outputStart(group, firstRow);
    int first = phase * t.stride;
    int end = first + t.counts[phase];
    for (int j = first; j < end; ) {
      int next = ConvolutionTables.runEnd(t.targets, j, end);
      if (next - j >= L) {
        for (int i = 0; i < rows; i++) {
          System.arraycopy(
              sums,
              at + i * tiling.columns() + j - first,
              output.values(),
              start + i * channel + t.targets[j],
              next - j);
        }
      } else {
        next = shortRuns(t.targets, j, end);
        for (int i = 0; i < rows; i++) {
          scatter(
              sums,
              at + i * tiling.columns() - first,
              t.targets,
              j,
              next,
              output.values(),
              start + i * channel);
        }
      }
      j = next;
    }
  }

  /** The end of the columns from one on that are in runs shorter than a vector. */
  private static int shortRuns(int[] targets, int from, int end) {
    int j = from;
    while (j < end) {
      int next = ConvolutionTables.runEnd(targets, j, end);
      if (next - j >= L) {
        break;
      }
      j = next;
    }
    return j;
  }

  private static void scatter(
      double[] from, int at, int[] targets, int first, int end, double[] to, int start) {
    for (int j = first; j < end; j++) {
      to[start + targets[j]] = from[at + j];
    }
  }

  /** Adds the parts of a panel of a block's rows, in order, and copies them into the output. */
  public void finish(Operands o, DoubleArray output, int outputOffset, int task, Workspace work) {
    int row = task % tiling.finishes() * ConvolutionTiling.FINISHED_ROWS;
    int whole = task / tiling.finishes();
    int block = whole % plan.blocks;
    int rest = whole / plan.blocks;
    int group = rest / tiling.rowTasks();
    int firstRow = rest % tiling.rowTasks() * tiling.rows() + row;
    int rows =
        Math.min(
            ConvolutionTiling.FINISHED_ROWS, Math.min(tiling.rows() - row, plan.out - firstRow));
    if (rows <= 0) {
      return;
    }
    work.tables.block(plan, block, tiling.columns());
    int length = rows * tiling.columns();
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int at =
          o.sumsOffset
              + whole * plan.parts * tiling.sums()
              + (phase * tiling.rows() + row) * tiling.columns();
      for (int part = 1; part < plan.parts; part++) {
        add(o.sums.values(), at + part * tiling.sums(), at, length);
      }
      store(output, outputOffset, group, firstRow, rows, work.tables, phase, o.sums.values(), at);
    }
  }

  /** Adds elements to others; the length is a multiple of a vector's. */
  private static void add(double[] array, int from, int to, int length) {
    for (int i = 0; i < length; i += L) {
      DoubleVector.fromArray(S, array, to + i)
          .add(DoubleVector.fromArray(S, array, from + i))
          .intoArray(array, to + i);
    }
  }
}
