package dev.espalier.backend.cpu.kernel;

/**
 * Where the columns of one block of a {@link ConvolutionPlan} and the depth of one chunk stand in
 * the input, the patches, the kernel and the output. Of one worker, and filled anew for each block
 * and chunk.
 */
final class ConvolutionTables {
  /** For each phase its columns. */
  int[] counts = new int[0];

  /** From a phase to the next in {@link #sources} and {@link #targets}. */
  int stride;

  /** For each phase and column where the window's origin is in the patches. */
  int[] sources = new int[0];

  /** For each phase and column where it is in the output, from the group's first channel on. */
  int[] targets = new int[0];

  /** The images of the block. */
  int firstImage;

  int images;

  /** The channels of the chunk. */
  int firstChannel;

  int channels;

  /** The rows of the window in the chunk. */
  int firstRow;

  int rows;

  /** The lines of the input that patches are copied from: where each begins there and here. */
  Places linesFrom = new Places(0);

  Places linesTo = new Places(0);

  /** Of each line one run for each residue: where it begins there and here, and how long it is. */
  int runCount;

  int[] runsFrom = new int[0];
  int[] runsTo = new int[0];
  int[] runLengths = new int[0];

  /** For each index of the depth where it is in the patches and in the kernel. */
  final Places depthSources = new Places(ConvolutionPlan.DEPTH);

  final int[] depthWeights = new int[ConvolutionPlan.DEPTH];

  /** The indices of the depth that have two channels, if any may; they come first. */
  int depthPaired;

  /** Lines that columns fall into, and the column where each begins; the last is their end. */
  int columnLines;

  int[] columnLineStarts = new int[0];

  private int[] from = new int[0];
  private int[] lengths = new int[0];
  private int[] extents = new int[0];
  private int[] read = new int[0];
  private int[] write = new int[0];
  private int[] index = new int[0];

  /** Turns to a block of columns. */
  void block(ConvolutionPlan plan, int block, int columns) {
    int rank = plan.rank();
    int phases = plan.phases.size();
    if (from.length != rank) {
      from = new int[rank];
      lengths = new int[rank];
      extents = new int[rank + 1];
      read = new int[rank + 1];
      write = new int[rank + 1];
      index = new int[rank + 1];
    }
    if (counts.length < phases) {
      counts = new int[phases];
    }
    stride = columns;
    if (sources.length < phases * columns) {
      sources = new int[phases * columns];
      targets = new int[phases * columns];
    }
    int pieces = Math.ceilDiv(plan.extents[plan.cut], plan.cutLength);
    int piece = block % pieces * plan.cutLength;
    int rest = block / pieces;
    firstImage = 0;
    images = plan.batch;
    for (int axis = rank; axis >= 0; axis--) {
      int first = 0;
      int length = plan.extents[axis];
      if (axis == plan.cut) {
        first = piece;
        length = Math.min(plan.cutLength, length - piece);
      } else if (axis < plan.cut) {
        first = rest % plan.extents[axis];
        rest /= plan.extents[axis];
        length = 1;
      }
      if (axis == 0) {
        firstImage = first;
        images = length;
      } else {
        from[axis - 1] = first;
        lengths[axis - 1] = length;
      }
    }
    for (int phase = 0; phase < phases; phase++) {
      counts[phase] = columns(plan, plan.phases.get(phase), phase * columns);
    }
  }

  private int columns(ConvolutionPlan plan, ConvolutionPhase phase, int at) {
    int rank = plan.rank();
    int image = plan.imagesInside ? rank : 0;
    int shift = plan.imagesInside ? 0 : 1;
    extents[image] = images;
    read[image] = plan.imageStride;
    write[image] = plan.output.outer();
    int source = plan.direct ? firstImage * plan.imageStride : 0;
    int target = firstImage * write[image];
    for (int i = rank - 1; i >= 0; i--) {
      int stride = plan.output.spatial()[i];
      int period = plan.axes.get(i).period;
      extents[i + shift] = Math.clamp((long) phase.outputs()[i] - from[i], 0, lengths[i]);
      read[i + shift] = plan.positionStrides[i];
      write[i + shift] = period * stride;
      source += plan.direct ? from[i] * plan.positionStrides[i] : 0;
      target += (phase.first()[i] + from[i] * period) * stride;
    }
    int lines = 1;
    for (int i = 0; i < rank; i++) {
      lines *= extents[i];
      index[i] = 0;
    }
    int to = at;
    for (int line = 0; line < lines; line++) {
      for (int j = 0; j < extents[rank]; j++) {
        sources[to] = source + j * read[rank];
        targets[to] = target + j * write[rank];
        to++;
      }
      for (int i = rank - 1; i >= 0; i--) {
        source += read[i];
        target += write[i];
        if (++index[i] < extents[i]) {
          break;
        }
        source -= extents[i] * read[i];
        target -= extents[i] * write[i];
        index[i] = 0;
      }
    }
    return to - at;
  }

  /** Turns to a chunk of the depth. */
  void chunk(ConvolutionPlan plan, int chunk) {
    firstChannel = chunk / plan.rowChunks * plan.chunkChannels;
    channels = Math.min(plan.chunkChannels, plan.in - firstChannel);
    firstRow = chunk % plan.rowChunks * plan.chunkRows;
    int all = plan.phases.size() == 1 ? plan.phases.getFirst().rows() : 1;
    rows = Math.min(plan.chunkRows, all - firstRow);
  }

  /** Places of the window of a phase in the chunk. */
  int taps(ConvolutionPlan plan, ConvolutionPhase phase) {
    int taps = phase.weights().length;
    return plan.rowChunks == 1 ? taps : taps / phase.rows() * rows;
  }

  /** The depth of a phase and the chunk. */
  int depth(ConvolutionPlan plan, ConvolutionPhase phase) {
    return Math.ceilDiv(channels, plan.together) * taps(plan, phase);
  }

  /** Tabulates part of the depth of a phase and the chunk. */
  void depth(ConvolutionPlan plan, ConvolutionPhase phase, int[] places, int start, int count) {
    int taps = taps(plan, phase);
    int firstTap = plan.rowChunks == 1 ? 0 : phase.weights().length / phase.rows() * firstRow;
    int channel = start / taps;
    int tap = start % taps;
    int shift =
        plan.direct
            ? firstChannel * plan.channelStride
            : -plan.lowest(firstRow) * plan.positionStrides[0];
    depthPaired = Math.clamp(channels / 2 * taps - start, 0, count);
    depthSources.clear();
    for (int k = 0; k < count; k++) {
      depthSources.add(shift + channel * plan.channelStride + places[firstTap + tap]);
      depthWeights[k] =
          (firstChannel + channel * plan.together) * plan.kernel.inner()
              + phase.weights()[firstTap + tap];
      if (++tap == taps) {
        tap = 0;
        channel++;
      }
    }
  }

  /** Tabulates what the patches of the block and chunk are copied from. */
  void lines(ConvolutionPlan plan) {
    int rank = plan.rank();
    int total = 1;
    for (int i = 0; i < rank - 1; i++) {
      total *= plan.axes.get(i).residues.length * plan.patchExtents[i];
    }
    if (linesFrom.array().length < total) {
      linesFrom = new Places(total);
      linesTo = new Places(total);
    }
    linesFrom.clear();
    linesTo.clear();
    for (int line = 0; line < total; line++) {
      int rest = line;
      int source = 0;
      int target = 0;
      boolean inside = true;
      for (int i = rank - 2; i >= 0; i--) {
        ConvolutionAxis axis = plan.axes.get(i);
        int y = rest % plan.patchExtents[i];
        rest /= plan.patchExtents[i];
        int residue = rest % axis.residues.length;
        rest /= axis.residues.length;
        long at = (long) axis.step * (lowest(plan, i) + y) + axis.residues[residue];
        inside &= at >= 0 && at < plan.spatial[i] && y < reach(plan, i);
        source += (int) at * plan.input.spatial()[i];
        target += residue * plan.residueStrides[i] + y * plan.positionStrides[i];
      }
      if (inside) {
        linesFrom.add(source);
        linesTo.add(target);
      }
    }
    runs(plan, rank - 1);
  }

  /** The quotient of the first patch along an axis. */
  private int lowest(ConvolutionPlan plan, int axis) {
    return from[axis] + (axis == 0 ? plan.lowest(firstRow) : plan.axes.get(axis).lowest);
  }

  /** Patches along an axis that the block needs. */
  private int reach(ConvolutionPlan plan, int axis) {
    int most = axis + 1 == plan.cut ? plan.cutLength : lengths[axis];
    return plan.patchExtents[axis] - most + lengths[axis];
  }

  private void runs(ConvolutionPlan plan, int last) {
    ConvolutionAxis axis = plan.axes.get(last);
    runCount = axis.residues.length;
    if (runsFrom.length < runCount) {
      runsFrom = new int[runCount];
      runsTo = new int[runCount];
      runLengths = new int[runCount];
    }
    long first = (long) axis.step * lowest(plan, last);
    for (int residue = 0; residue < runCount; residue++) {
      long at = first + axis.residues[residue];
      int skipped = at >= 0 ? 0 : (int) Math.ceilDiv(-at, axis.step);
      long room = plan.spatial[last] - at;
      int end = Math.clamp(Math.ceilDiv(room, axis.step), 0, reach(plan, last));
      runsFrom[residue] = (int) (at + (long) skipped * axis.step) * plan.input.spatial()[last];
      runsTo[residue] = residue * plan.residueStrides[last] + skipped * plan.positionStrides[last];
      runLengths[residue] = Math.max(0, end - skipped);
    }
  }

  /**
   * Whether products of a phase go straight to the output: they are whole, and the columns of each
   * panel are adjacent there.
   */
  boolean writesThrough(ConvolutionPlan plan, int phase, int panel) {
    int first = phase * stride;
    int end = first + counts[phase];
    boolean whole =
        plan.parts == 1 && plan.chunks() > 0 && plan.phases.get(phase).weights().length > 0;
    for (int j = first; whole && j < end; j += panel) {
      int next = Math.min(end, j + panel);
      whole = runEnd(targets, j, next) == next;
    }
    return whole;
  }

  /** Tabulates the lines of some columns that are a step apart in the output; the shortest. */
  int lines(int first, int end, int step) {
    if (columnLineStarts.length <= end - first) {
      columnLineStarts = new int[end - first + 1];
    }
    columnLines = 0;
    int shortest = end - first;
    for (int j = first; j < end; ) {
      columnLineStarts[columnLines++] = j;
      int next = j + 1;
      while (next < end && targets[next] == targets[next - 1] + step) {
        next++;
      }
      shortest = Math.min(shortest, next - j);
      j = next;
    }
    columnLineStarts[columnLines] = end;
    return shortest;
  }

  /** The columns of a block are runs in the output: the end of the one that begins at a column. */
  static int runEnd(int[] table, int column, int end) {
    int first = table[column] - column;
    int j = column + 1;
    while (j < end && table[j] - j == first) {
      j++;
    }
    return j;
  }
}
