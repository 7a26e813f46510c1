package dev.espalier.backend.cpu.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * How a convolution is computed as products of matrices that are never made: the rows are the
 * output channels of a group, the columns the positions of the output over all images, and the
 * depth the input channels times the places of the window.
 *
 * <p>The columns fall into blocks, boxes of images and output positions. For a block and a chunk of
 * the depth, the inputs under the windows are copied once into the cache as patches, with zeros for
 * the padding and neighbours of the outputs' step apart, so that whatever place of the window meets
 * adjacent outputs is adjacent there; panels of the register tile are packed from them and
 * multiplied at once. Inputs that already lie so are read where they stand. Where there are few
 * outputs to an image but many images (a weight gradient), images are adjacent in the patches.
 *
 * <p>Rounded operands go in pairs of channels: an element of the patches and of the packed kernel
 * is two BF16 numbers, and the depth pairs of channels times places of the window, so that each
 * place counts for the one and then for the other channel. Zeros stand for the other of a last one.
 *
 * <p>A dilated input makes phases, classes of outputs that meet different places of the window: see
 * {@link ConvolutionAxis}. Each is a product by itself.
 *
 * <p>The depth is summed in chunks in order. Where it is long and the product small, it is cut into
 * parts whose sums are added in order at the end. All of it depends on the sizes alone, so the bits
 * of the result do not depend on threads or on the size of a register.
 */
public final class ConvolutionPlan {
  /** Depth of a panel at most: a panel stays in the first-level cache. */
  static final int DEPTH = 320;

  /** Columns of a block: at most, and at least where there are as many. */
  private static final int MOST_COLUMNS = 512;

  private static final int LEAST_COLUMNS = 64;

  /** Sums of a block: they stay in the second-level cache. */
  private static final int SUMS = 1 << 16;

  /** Tasks that are wanted for sharing among threads, if there is work for them. */
  private static final int TASKS = 16;

  /** Multiplications that are worth a task. */
  private static final long TASK_WORK = 1L << 18;

  /** Output channels of a task, if there are as many. */
  private static final int LEAST_ROWS = 24;

  /** A depth from which it may be cut into parts, and the least depth of a part. */
  private static final int DEEP = 4096;

  /** Elements of patches, where the window's rows can be taken a few at a time. */
  private static final int PATCHES = 1 << 17;

  /**
   * Outputs of a line up to which images are adjacent where inputs are copied anyway: so short a
   * line leaves half of the longest vector empty.
   */
  private static final int FEW = 8;

  /** What the distance of channels in rounded patches is a multiple of: the longest vector. */
  private static final int VECTOR = 16;

  /** Elements of the sums of all parts, and of a packed kernel. */
  private static final long MOST_MEMORY = 1L << 22;

  /** Whether both operands are rounded to BF16. */
  final boolean rounded;

  /** Channels that an element of the patches and of the depth stands for. */
  final int together;

  final int groups;
  final int batch;

  /** Input channels of a group. */
  final int in;

  /** Output channels of a group. */
  final int out;

  final int[] spatial;
  final int[] window;
  final ConvolutionLayout input;
  final ConvolutionLayout kernel;
  final ConvolutionLayout output;
  final List<ConvolutionAxis> axes;
  final List<ConvolutionPhase> phases;

  /** Positions of the output. */
  final int[] outputs;

  /** Whether the patches are the input itself. */
  final boolean direct;

  /** Whether images are adjacent in the patches and in the order of columns. */
  final boolean imagesInside;

  /** Images and positions of a phase that are cut into blocks. */
  final int[] extents;

  /** The axis of {@link #extents} that is cut; those before go one by one, those after whole. */
  final int cut;

  /** The length of a piece of that axis. */
  final int cutLength;

  /** Blocks of columns. */
  final int blocks;

  /** Columns of a block and phase at most. */
  final int columns;

  /** Input channels of a chunk. */
  final int chunkChannels;

  /** Places of the window along the first axis in a chunk. */
  final int chunkRows;

  final int channelChunks;
  final int rowChunks;

  /** Pieces of the depth whose sums are added at the end. */
  final int parts;

  /** Pieces in which the output channels are wanted. */
  final int rowPieces;

  /** In the patches, from an image, channels and position (of each axis) to the next. */
  final int imageStride;

  final int channelStride;
  final int[] positionStrides;

  /** From a residue (of each axis) to the next. */
  final int[] residueStrides;

  /** Positions of a residue (of each axis) in the patches. */
  final int[] patchExtents;

  /** Elements of the patches. */
  final int patchLength;

  /**
   * The plan for a convolution whose operands and result stand as the layouts say, and whose
   * operands are rounded or not.
   */
  public ConvolutionPlan(
      ConvolutionShape given,
      ConvolutionLayout input,
      ConvolutionLayout kernel,
      ConvolutionLayout output,
      boolean rounded) {
    this.rounded = rounded;
    together = rounded ? 2 : 1;
    ConvolutionShape s = given.spatial().length == 0 ? given.withOneAxis() : given;
    int rank = s.spatial().length;
    this.input = given.spatial().length > 0 ? input : withOneAxis(input);
    this.kernel = given.spatial().length > 0 ? kernel : withOneAxis(kernel);
    this.output = given.spatial().length > 0 ? output : withOneAxis(output);
    groups = s.groups();
    batch = s.batch();
    in = s.channels() / groups;
    out = s.outChannels() / groups;
    spatial = s.spatial().clone();
    window = s.window().clone();
    axes = new ArrayList<>();
    outputs = new int[rank];
    extents = new int[rank + 1];
    extents[0] = batch;
    boolean inside = true;
    for (int i = 0; i < rank; i++) {
      ConvolutionAxis axis = new ConvolutionAxis(s, i);
      axes.add(axis);
      outputs[i] = s.out(i);
      extents[i + 1] = axis.outputs();
      inside &= axis.inside(spatial[i]);
    }
    long columnsInAll = 1;
    for (int extent : extents) {
      columnsInAll *= extent;
    }
    int last = axes.getLast().outputs();
    int lastStep = axes.getLast().step * this.input.spatial()[rank - 1];
    int adjacentImage = this.input.outer() == 1 ? batch : 1;
    boolean copied = axes.getLast().step == 1 && !inside;
    // Very short lines are worth it for any images, short ones where there are many.
    boolean isWorth = (copied && last <= 3) ? batch > 1 : batch > 2 * last;
    imagesInside = last <= (copied ? FEW : 3) && isWorth;
    direct =
        !rounded
            && inside
            && (imagesInside ? adjacentImage == batch : lastStep == 1 && (last >= 4 || batch == 1));
    phases = ConvolutionPhase.all(axes, this.kernel.spatial());
    long phaseCount = Math.max(1, phases.size());
    int taps = phases.stream().mapToInt(p -> p.weights().length).max().orElse(0);
    long depth = (long) in * taps;
    boolean deep = depth >= DEEP && depth >= 2 * columnsInAll;
    long room = Math.max(LEAST_COLUMNS, (deep ? 2L : 1L) * SUMS / Math.max(1, out * phaseCount));
    long wanted =
        deep
            ? Math.max(room, MOST_COLUMNS)
            : Math.clamp(
                Math.ceilDiv(columnsInAll * groups, TASKS),
                LEAST_COLUMNS,
                Math.min(room, MOST_COLUMNS));
    int axis = rank;
    long inner = 1;
    while (axis > 0 && inner * extents[axis] <= wanted) {
      inner *= extents[axis];
      axis--;
    }
    cut = axis;
    int pieces = Math.ceilDiv(extents[axis], Math.clamp(wanted / Math.max(1, inner), 1, 1 << 30));
    cutLength = pieces == 0 ? 0 : Math.ceilDiv(extents[axis], pieces);
    int outer = cutLength == 0 ? 0 : Math.ceilDiv(extents[axis], cutLength);
    for (int i = 0; i < axis; i++) {
      outer *= extents[i];
    }
    blocks = inner == 0 || out == 0 || phases.isEmpty() ? 0 : outer;
    columns = (int) inner * cutLength;

    // The chunks of the depth, and the patches of one.
    int rows = phases.size() == 1 ? phases.getFirst().rows() : 1;
    int perChunk = taps == 0 ? Math.max(1, in) : Math.max(1, DEPTH / taps);
    int chunks = Math.ceilDiv(in, perChunk);
    int windowPieces = 1;
    int wantedParts = 1;
    if (deep && blocks * groups < TASKS / 2) {
      long memory = MOST_MEMORY / Math.max(1, (long) out * columns * blocks * groups);
      wantedParts =
          Math.clamp(Math.min(depth / (DEEP / 4), memory), 1, Math.ceilDiv(TASKS, blocks * groups));
      chunks = Math.min(in, Math.ceilDiv(chunks, wantedParts) * wantedParts);
      windowPieces = Math.ceilDiv(wantedParts, Math.max(1, chunks));
    }
    int perPiece = Math.ceilDiv(in, Math.max(1, chunks));
    chunkChannels = Math.max(1, Math.ceilDiv(perPiece, together)) * together;
    channelChunks = taps == 0 ? 0 : Math.ceilDiv(in, chunkChannels);

    int images = cut == 0 ? cutLength : 1;
    int[] lengths = new int[rank];
    for (int i = 0; i < rank; i++) {
      lengths[i] = i + 1 == cut ? cutLength : i + 1 < cut ? 1 : extents[i + 1];
    }
    long rowLength = images;
    for (int i = 0; i < rank; i++) {
      rowLength *= axes.get(i).residues.length;
      if (i > 0) {
        rowLength *= axes.get(i).highest - axes.get(i).lowest + lengths[i];
      }
    }
    boolean byRows = phases.size() == 1 && rows > 1 && (taps > DEPTH || windowPieces > 1);
    int most = byRows ? Math.clamp(PATCHES / Math.max(1, rowLength) - lengths[0], 1, rows) : rows;
    chunkRows = Math.min(most, Math.max(1, byRows ? Math.ceilDiv(rows, windowPieces) : rows));
    rowChunks = Math.ceilDiv(rows, Math.max(1, chunkRows));
    parts = Math.clamp((long) channelChunks * rowChunks, 1, wantedParts);

    long tasks = (long) blocks * groups * parts;
    long worth = depth * columnsInAll * out * groups / TASK_WORK;
    rowPieces =
        tasks == 0
            ? 1
            : Math.clamp(Math.min(TASKS / 2, worth) / tasks, 1, Math.max(1, out / LEAST_ROWS));

    patchExtents = new int[rank];
    positionStrides = new int[rank];
    residueStrides = new int[rank];
    if (direct) {
      imageStride = this.input.outer();
      channelStride = this.input.inner();
      for (int i = 0; i < rank; i++) {
        positionStrides[i] = axes.get(i).step * this.input.spatial()[i];
        residueStrides[i] = this.input.spatial()[i];
      }
      patchLength = 0;
    } else {
      int stride = imagesInside ? images : 1;
      for (int i = rank - 1; i >= 0; i--) {
        ConvolutionAxis a = axes.get(i);
        int reach = i == 0 ? mostReach(rows) : a.highest - a.lowest;
        patchExtents[i] = reach + lengths[i];
        positionStrides[i] = stride;
        stride *= patchExtents[i];
      }
      for (int i = rank - 1; i >= 0; i--) {
        residueStrides[i] = stride;
        stride *= axes.get(i).residues.length;
      }
      channelStride = rounded ? Math.ceilDiv(stride, VECTOR) * VECTOR : stride;
      int imageLength = channelStride * chunkChannels / together;
      imageStride = imagesInside ? 1 : imageLength;
      patchLength = imagesInside ? imageLength : imageLength * images;
    }
  }

  /** For each place of a phase's window where it is in the patches, the first axis from 0 on. */
  int[] places(ConvolutionPhase phase) {
    int[] places = new int[phase.weights().length];
    for (int tap = 0; tap < places.length; tap++) {
      for (int i = 0; i < rank(); i++) {
        ConvolutionAxis axis = axes.get(i);
        ConvolutionAxis.Phase own = phase.axes().get(i);
        int place = phase.places()[tap][i];
        int residue = own.residues()[place];
        int base = direct || i == 0 ? 0 : axis.lowest;
        places[tap] +=
            (direct ? axis.residues[residue] : residue) * residueStrides[i]
                + (own.quotients()[place] - base) * positionStrides[i];
      }
    }
    return places;
  }

  /** The distance of the least from the greatest quotient on the first axis, in any chunk. */
  private int mostReach(int rows) {
    if (rowChunks == 1) {
      return axes.getFirst().highest - axes.getFirst().lowest;
    }
    int[] quotients = axes.getFirst().phases.getFirst().quotients();
    int most = 0;
    for (int row = 0; row < rows; row += chunkRows) {
      most = Math.max(most, quotients[Math.min(rows, row + chunkRows) - 1] - quotients[row]);
    }
    return most;
  }

  private static ConvolutionLayout withOneAxis(ConvolutionLayout layout) {
    return new ConvolutionLayout(
        layout.offset(), layout.group(), layout.outer(), layout.inner(), new int[] {1});
  }

  @Override
  public String toString() {
    long columnsInAll = 1;
    for (int extent : extents) {
      columnsInAll *= extent;
    }
    String taps =
        phases.stream()
            .map(p -> Integer.toString(p.weights().length))
            .collect(java.util.stream.Collectors.joining("+"));
    return groups
        + " x ["
        + out
        + ", "
        + in
        + " x "
        + taps
        + ", "
        + columnsInAll
        + "] in "
        + rowPieces
        + " x "
        + blocks
        + " x "
        + parts
        + " tasks of "
        + columns
        + " columns, "
        + chunks()
        + " chunks"
        + (direct ? ", direct" : "")
        + (imagesInside ? ", images inside" : "")
        + (rounded ? ", in bf16" : "");
  }

  /**
   * Whether a task may have whole images, all of their channels, without there being too few tasks:
   * what comes after the convolution can then follow on each while it is in the cache.
   */
  public boolean byImages() {
    int tasks = blocks * groups * rowPieces;
    return parts == 1
        && blocks > 0
        && (imageTasks() == tasks || imageTasks() >= TASKS)
        && isRowMajor(output);
  }

  private boolean isRowMajor(ConvolutionLayout layout) {
    int pixels = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      if (outputs[i] != 1 && layout.spatial()[i] != pixels) {
        return false;
      }
      pixels *= outputs[i];
    }
    return layout.offset() == 0
        && (out == 1 || layout.inner() == pixels)
        && (groups == 1 || layout.group() == out * pixels)
        && (batch == 1 || layout.outer() == imageLength());
  }

  /** Elements of an image of the output. */
  public int imageLength() {
    int length = groups * out;
    for (int extent : outputs) {
      length *= extent;
    }
    return length;
  }

  /** How many tasks of whole images there are. */
  public int imageTasks() {
    return Math.ceilDiv(batch, imagesTogether());
  }

  /** The first image of a task of whole images, which is the number of images behind the last. */
  public int firstImage(int task) {
    return Math.min(batch, task * imagesTogether());
  }

  /** Where the output of a channel of a group begins. */
  int outputStart(int group, int channel) {
    return output.offset() + group * output.group() + channel * output.inner();
  }

  /** The first image of a block. */
  int firstImageOf(int block) {
    return cut == 0 ? block * cutLength : block / Math.max(1, blocksTogether());
  }

  /** From the first to the last element of a channel of the input, and one more; 0 if reversed. */
  int inputSpan() {
    return span(spatial, input.spatial());
  }

  /** The same of a channel of the kernel. */
  int kernelSpan() {
    return span(window, kernel.spatial());
  }

  private static int span(int[] extents, int[] strides) {
    int span = 1;
    for (int i = 0; i < extents.length; i++) {
      if (strides[i] < 0) {
        return 0;
      }
      span += (extents[i] - 1) * strides[i];
    }
    return span;
  }

  int imagesTogether() {
    return cut == 0 ? Math.max(1, cutLength) : 1;
  }

  /** Blocks that a task of whole images has. */
  int blocksTogether() {
    return cut == 0 ? 1 : blocks / batch;
  }

  int rank() {
    return spatial.length;
  }

  /** Pieces of the depth that are packed and multiplied by themselves. */
  int chunks() {
    return channelChunks * rowChunks;
  }

  /** The least quotient on the first axis in the chunk of that row of the window. */
  int lowest(int row) {
    ConvolutionAxis first = axes.getFirst();
    return rowChunks == 1 ? first.lowest : first.phases.getFirst().quotients()[row];
  }
}
