package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A convolution of floats (in truth a correlation: the kernel is not reversed), as a {@link
 * ConvolutionPlan} says.
 *
 * <p>The work falls into three rounds of independent tasks that write disjoint parts: {@link #pack}
 * packs the kernel, {@link #convolve} multiplies, and {@link #finish} adds the parts of the depth,
 * if there are several. Each element has the same bits whoever computes it.
 */
public final class FloatConvolution {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private final ConvolutionPlan plan;
  private final ConvolutionTiling tiling;

  /** A convolution as planned. */
  public FloatConvolution(ConvolutionPlan plan) {
    this.plan = plan;
    this.tiling = new ConvolutionTiling(plan);
  }

  /**
   * The arrays of a convolution and where in each it begins: what it reads, a packed kernel of
   * {@link #packedLength} and sums of {@link #sumsLength} elements.
   */
  public record Operands(
      FloatArray input,
      int inputOffset,
      FloatArray kernel,
      int kernelOffset,
      FloatArray packed,
      int packedOffset,
      FloatArray sums,
      int sumsOffset) {}

  /** The inner loops and the buffers of one worker; these grow on first use. */
  public static final class Workspace {
    private final FloatPanels panels;
    private final ConvolutionTables tables = new ConvolutionTables();
    private final Ahead ahead = new Ahead();
    private final Ahead after = new Ahead();
    private int part;
    private int parts = 1;
    private final Places panelRows = new Places(ConvolutionPlan.DEPTH);
    private final FloatPatches patches;
    private FloatArray panel = FloatArray.ofLength(0);
    private FloatArray kernel = FloatArray.ofLength(0);
    private FloatArray sums = FloatArray.ofLength(0);
    private FloatArray images = FloatArray.ofLength(0);
    private FloatArray rows = FloatArray.ofLength(0);

    /** Buffers that grow on first use, and the inner loops of the calling thread. */
    public Workspace(FloatPanels panels) {
      this.panels = panels;
      this.patches = new FloatPatches(panels);
    }

    /** What is wanted when the images of the next task are done. */
    public Ahead after() {
      return after;
    }

    /** Where the rows of a panel stand that was packed. */
    private Places panelRows(int deep) {
      if (panelRows.count() != deep) {
        panelRows.clear();
        for (int k = 0; k < deep; k++) {
          panelRows.add(k * panels.columns());
        }
      }
      return panelRows;
    }

    /** Room for images that only what comes after the convolution reads. */
    public FloatArray images(int length) {
      if (images.length() < length) {
        images = FloatArray.ofLength(length);
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
    int most = ConvolutionPlan.DEPTH / plan.together;
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int depth = t.depth(plan, plan.phases.get(phase));
      int to = o.packedOffset + tiling.packed(group, chunk, phase);
      for (int k = 0; k < depth; k += most) {
        int deep = Math.min(most, depth - k);
        t.depth(plan, plan.phases.get(phase), tiling.places(phase), k, deep);
        pack(o, group, 0, plan.out, k, deep, depth, o.packed, to, work);
      }
    }
  }

  /**
   * Packs rows of the kernel, {@code to[(panel * depth + fromDepth + k) * tile + row]}; where the
   * inner loops take rounded numbers one by one, there are two rows of the tile for each k.
   */
  private void pack(
      Operands o,
      int group,
      int fromRow,
      int toRow,
      int fromDepth,
      int deep,
      int depth,
      FloatArray to,
      int at,
      Workspace work) {
    int tile = work.panels.rows();
    int step = step(work) * tile;
    int outer = plan.kernel.outer();
    int first = o.kernelOffset + plan.kernel.offset() + group * plan.kernel.group();
    for (int row = fromRow; row < toRow; row += tile) {
      int rows = Math.min(tile, toRow - row);
      int from = first + row * outer;
      int target = at + ((row - fromRow) / tile * depth + fromDepth) * step;
      if (!plan.rounded) {
        gather(o, from, outer, rows, deep, deep, to, target, tile, work);
        continue;
      }
      if (work.rows.length() < 2 * deep * tile) {
        work.rows = FloatArray.ofLength(ConvolutionPlan.DEPTH * tile);
      }
      int second = from + plan.kernel.inner();
      gather(o, from, outer, rows, deep, deep, work.rows, 0, tile, work);
      gather(
          o,
          second,
          outer,
          rows,
          deep,
          work.tables.depthPaired,
          work.rows,
          deep * tile,
          tile,
          work);
      Bf16Pairs.round(work.rows.values(), 0, to.values(), target, 2, deep * tile);
      if (!work.panels.takesPairs()) {
        Bf16Pairs.split(to.values(), target, deep, tile);
      }
    }
  }

  /**
   * Copies rows of the kernel to {@code to[at + k * tile + row]}, zeros where there are no more.
   */
  private static void gather(
      Operands o,
      int from,
      int outer,
      int rows,
      int deep,
      int depth,
      FloatArray to,
      int at,
      int tile,
      Workspace work) {
    int[] weights = work.tables.depthWeights;
    for (int k = 0; rows < tile && k < depth; k++) {
      Arrays.fill(to.values(), at + k * tile + rows, at + (k + 1) * tile, 0);
    }
    for (int k = 0; k < depth; ) {
      int end = ConvolutionTables.runEnd(weights, k, depth);
      work.panels.interleave(
          o.kernel, from + weights[k], outer, rows, end - k, to, at + k * tile, tile);
      k = end;
    }
    Arrays.fill(to.values(), at + depth * tile, at + deep * tile, 0);
  }

  /** Rows of the packed tiles and panels for each index of the depth. */
  private int step(Workspace work) {
    return work.panels.takesPairs() ? 1 : plan.together;
  }

  /**
   * Computes all blocks of some images, for a plan {@link ConvolutionPlan#byImages}.
   *
   * @param output where the output goes
   * @param outputOffset where in the array it would begin for the first image, which may be before
   *     the array
   */
  public void images(Operands o, FloatArray output, int outputOffset, int index, Workspace work) {
    int together = plan.blocksTogether();
    int pieces = tiling.tasks() / plan.blocks;
    work.part = 0;
    work.parts = pieces * together;
    for (int piece = 0; piece < pieces; piece++) {
      for (int block = index * together; block < (index + 1) * together; block++) {
        convolve(o, output, outputOffset, piece * plan.blocks + block, work);
        work.part++;
      }
    }
    work.after.clear(0);
  }

  /**
   * Computes a block of the output, or a part of its sums.
   *
   * @param output where the output goes, which begins at the offset
   */
  public void convolve(Operands o, FloatArray output, int outputOffset, int task, Workspace work) {
    int part = task % plan.parts;
    int block = task / plan.parts % plan.blocks;
    int rest = task / plan.parts / plan.blocks;
    int firstRow = rest % tiling.rowTasks() * tiling.rows();
    int group = rest / tiling.rowTasks();
    int rows = Math.min(tiling.rows(), plan.out - firstRow);
    ConvolutionTables t = work.tables;
    t.block(plan, block, tiling.columns());
    FloatArray sums = o.sums;
    int at = o.sumsOffset + task * tiling.sums();
    if (plan.parts == 1) {
      if (work.sums.length() < tiling.sums()) {
        work.sums = FloatArray.ofLength(tiling.sums());
      }
      sums = work.sums;
      at = 0;
    }
    FloatArray x = o.input;
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
      askAhead(o, group, firstRow, rows, block, chunk, work);
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
      if (firstChunk == toChunk || plan.phases.get(phase).weights().length == 0) {
        int of = at + phase * tiling.rows() * tiling.columns();
        Arrays.fill(sums.values(), of, of + tiling.rows() * tiling.columns(), 0);
      }
    }
    work.ahead.clear(0);
    if (plan.parts == 1) {
      store(output, outputOffset, group, firstRow, rows, work, sums.values(), at);
    }
  }

  /** Has the products of a chunk ask for what the next one reads. */
  private void askAhead(
      Operands o, int group, int firstRow, int rows, int block, int chunk, Workspace work) {
    ConvolutionTables t = work.tables;
    Ahead ahead = work.ahead;
    long steps = 0;
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int panels = Math.ceilDiv(t.counts[phase], work.panels.columns());
      steps += (long) panels * t.depth(plan, plan.phases.get(phase));
    }
    ahead.clear(steps * Math.ceilDiv(rows, work.panels.rows()));
    if (chunk + 1 == plan.chunks()) {
      ahead.add(work.after, work.part, work.parts);
    }
    int next = (chunk + 1) % plan.chunks();
    int nextBlock = next == 0 ? block + 1 : block;
    int image = plan.firstImageOf(nextBlock);
    if (nextBlock == plan.blocks || (plan.chunks() == 1 && image == t.firstImage)) {
      return;
    }
    int channel = next / plan.rowChunks * plan.chunkChannels;
    int channels = Math.min(plan.chunkChannels, plan.in - channel);
    int images = Math.min(plan.imagesTogether(), plan.batch - image);
    ConvolutionLayout x = plan.input;
    int from = o.inputOffset + x.offset() + group * x.group() + channel * x.inner();
    ahead.addBoxes(
        o.input,
        from + image * x.outer(),
        images,
        x.outer(),
        channels,
        x.inner(),
        plan.inputSpan());
    if (!tiling.packs()) {
      ConvolutionLayout w = plan.kernel;
      int of = o.kernelOffset + w.offset() + group * w.group() + channel * w.inner();
      ahead.addBoxes(
          o.kernel,
          of + firstRow * w.outer(),
          rows,
          w.outer(),
          channels,
          w.inner(),
          plan.kernelSpan());
    }
  }

  /** The product of a chunk and phase, added to the sums or in place of them. */
  private void multiply(
      Operands o,
      FloatArray output,
      int outputOffset,
      int group,
      int firstRow,
      int rows,
      int chunk,
      int phase,
      FloatArray x,
      int base,
      FloatArray sums,
      int sumsAt,
      boolean accumulate,
      Workspace work) {
    ConvolutionTables t = work.tables;
    int depth = t.depth(plan, plan.phases.get(phase));
    int count = t.counts[phase];
    if (depth == 0 || count == 0) {
      return;
    }
    int pieces = Math.ceilDiv(depth, ConvolutionPlan.DEPTH / plan.together);
    int most = Math.ceilDiv(depth, pieces);
    int tile = work.panels.rows();
    int step = step(work);
    boolean paired = plan.rounded && work.panels.takesPairs();
    for (int k = 0; k < depth; k += most) {
      int deep = Math.min(most, depth - k);
      t.depth(plan, plan.phases.get(phase), tiling.places(phase), k, deep);
      FloatArray a = o.packed;
      int aTile = depth * step * tile;
      int ao =
          o.packedOffset
              + tiling.packed(group, chunk, phase)
              + (firstRow * depth + k * tile) * step;
      if (!tiling.packs()) {
        if (work.kernel.length() < tiling.rows() * ConvolutionPlan.DEPTH) {
          work.kernel = FloatArray.ofLength(tiling.rows() * ConvolutionPlan.DEPTH);
        }
        a = work.kernel;
        ao = 0;
        aTile = deep * step * tile;
        pack(o, group, firstRow, firstRow + rows, 0, deep, deep, a, 0, work);
      }
      int panel = work.panels.columns();
      if (work.panel.length() < ConvolutionPlan.DEPTH * panel + L) {
        work.panel = FloatArray.ofLength(ConvolutionPlan.DEPTH * panel + L);
      }
      FloatPatches patches = work.patches;
      Places places = t.depthSources;
      boolean atPlaces = work.panels.takesPlaces() && paired == plan.rounded;
      boolean through = t.writesThrough(plan, phase, work.panels.columns());
      FloatArray c = through ? output : sums;
      int row = through ? plan.output.inner() : tiling.columns();
      int start = through ? outputOffset + plan.outputStart(group, firstRow) : sumsAt;
      for (int j = 0; j < count; j += panel) {
        int some = Math.min(panel, count - j);
        int first = phase * t.stride + j;
        int to = start + (through ? t.targets[first] : j);
        boolean add = accumulate || k > 0;
        boolean inPlace = patches.columns(x.values(), base, t.sources, first, some, places);
        if (!inPlace || !atPlaces) {
          patches.panel(x.values(), base, t.sources, first, some, places, work.panel.values());
        }
        if (atPlaces) {
          FloatArray b = inPlace ? x : work.panel;
          int one = inPlace ? patches.firstVector() : 0;
          int two = inPlace ? patches.secondVector() : panel / 2;
          Places at = inPlace ? places : work.panelRows(deep);
          work.panels.multiply(
              rows, some, a, ao, aTile, b, one, two, at, paired, work.ahead, c, to, row, add);
          continue;
        }
        if (paired) {
          work.panels.multiplyPairs(
              rows, some, deep, a, ao, aTile, work.panel, 0, panel, c, to, row, add);
          continue;
        }
        if (plan.rounded) {
          Bf16Pairs.split(work.panel.values(), 0, deep, panel);
        }
        int rowsDeep = deep * step;
        work.panels.multiply(
            rows, some, rowsDeep, a, ao, 1, tile, aTile, work.panel, 0, panel, 0, c, to, row, add);
      }
    }
  }

  /** Copies finished sums into the output. */
  private void store(
      FloatArray output,
      int outputOffset,
      int group,
      int firstRow,
      int rows,
      Workspace work,
      float[] sums,
      int at) {
    ConvolutionTables t = work.tables;
    int start = outputOffset + plan.outputStart(group, firstRow);
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int from = at + phase * tiling.rows() * tiling.columns();
      if (t.writesThrough(plan, phase, work.panels.columns())) {
        continue;
      }
      if (inTurnWithNext(t, phase) && !t.writesThrough(plan, phase + 1, work.panels.columns())) {
        storeInTurn(rows, t, phase, sums, from, output.values(), start);
        phase++;
      } else {
        store(rows, t, phase, sums, from, output.values(), start);
      }
    }
  }

  /**
   * Whether each output of the next phase stands behind the same one of a phase, on lines of a
   * vector at least.
   */
  private boolean inTurnWithNext(ConvolutionTables t, int phase) {
    if (phase + 1 == plan.phases.size() || t.counts[phase] != t.counts[phase + 1]) {
      return false;
    }
    int first = phase * t.stride;
    int end = first + t.counts[phase];
    for (int j = first; j < end; j++) {
      if (t.targets[j + t.stride] != t.targets[j] + 1) {
        return false;
      }
    }
    return t.lines(first, end, /* step= */ 2) >= L;
  }

  /** Copies the sums of a phase and of the next, whose lines the tables have been asked for. */
  private void storeInTurn(
      int rows, ConvolutionTables t, int phase, float[] sums, int at, float[] to, int start) {
    int odd = tiling.rows() * tiling.columns();
    for (int i = 0; i < rows; i++) {
      int row = start + i * plan.output.inner();
      int from = at + i * tiling.columns() - phase * t.stride;
      for (int line = 0; line < t.columnLines; line++) {
        int j = t.columnLineStarts[line];
        int length = t.columnLineStarts[line + 1] - j;
        FloatInterleaving.inTurn(sums, from + j, from + j + odd, length, to, row + t.targets[j]);
      }
    }
  }

  private void store(
      int rows, ConvolutionTables t, int phase, float[] sums, int at, float[] to, int start) {
    int channel = plan.output.inner();
    int first = phase * t.stride;
    int end = first + t.counts[phase];
    for (int j = first; j < end; ) {
      int next = ConvolutionTables.runEnd(t.targets, j, end);
      if (next - j >= L) {
        for (int i = 0; i < rows; i++) {
          int from = at + i * tiling.columns() + j - first;
          System.arraycopy(sums, from, to, start + i * channel + t.targets[j], next - j);
        }
      } else {
        next = shortRuns(t.targets, j, end);
        for (int i = 0; i < rows; i++) {
          int from = at + i * tiling.columns() - first;
          scatter(sums, from, t.targets, j, next, to, start + i * channel);
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
      float[] from, int at, int[] targets, int first, int end, float[] to, int start) {
    for (int j = first; j < end; j++) {
      to[start + targets[j]] = from[at + j];
    }
  }

  /** Adds the parts of a panel of a block's rows, in order, and copies them into the output. */
  public void finish(Operands o, FloatArray output, int outputOffset, int task, Workspace work) {
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
    int first = o.sumsOffset + whole * plan.parts * tiling.sums() + row * tiling.columns();
    for (int phase = 0; phase < plan.phases.size(); phase++) {
      int at = first + phase * tiling.rows() * tiling.columns();
      for (int part = 1; part < plan.parts; part++) {
        add(o.sums.values(), at + part * tiling.sums(), at, length);
      }
    }
    store(output, outputOffset, group, firstRow, rows, work, o.sums.values(), first);
  }

  /** Adds elements to others; the length is a multiple of a vector's. */
  private static void add(float[] array, int from, int to, int length) {
    for (int i = 0; i < length; i += L) {
      FloatVector.fromArray(S, array, to + i)
          .add(FloatVector.fromArray(S, array, from + i))
          .intoArray(array, to + i);
    }
  }
}
