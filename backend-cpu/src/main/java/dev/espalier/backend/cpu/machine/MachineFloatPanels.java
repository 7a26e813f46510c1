package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.Ahead;
import dev.espalier.backend.cpu.kernel.FloatArray;
import dev.espalier.backend.cpu.kernel.FloatPanels;
import dev.espalier.backend.cpu.kernel.Places;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/** Tiles by machine code of our own, over operands of any strides. */
final class MachineFloatPanels implements FloatPanels {
  private final Vectors vectors;
  private final MemorySegment product;
  private final MemorySegment productAtPlaces;
  private final Optional<MemorySegment> productOfPairs;
  private final Optional<MemorySegment> productOfPairsAtPlaces;
  private final MemorySegment transpose;
  private final MemorySegment everySecond;
  private final KernelCall call;

  MachineFloatPanels(
      MemorySegment product,
      MemorySegment productAtPlaces,
      Optional<MemorySegment> productOfPairs,
      Optional<MemorySegment> productOfPairsAtPlaces,
      MemorySegment transpose,
      MemorySegment everySecond,
      Vectors vectors) {
    this.product = product;
    this.productAtPlaces = productAtPlaces;
    this.productOfPairs = productOfPairs;
    this.productOfPairsAtPlaces = productOfPairsAtPlaces;
    this.transpose = transpose;
    this.everySecond = everySecond;
    this.vectors = vectors;
    this.call = new KernelCall(vectors);
  }

  @Override
  public int rows() {
    return ProductCode.rows(vectors);
  }

  @Override
  public int columns() {
    return ProductCode.columns(vectors);
  }

  @Override
  public boolean takesStrides() {
    return true;
  }

  @Override
  public void multiply(
      int rows,
      int columns,
      int depth,
      FloatArray a,
      int ao,
      int aRow,
      int aDepth,
      int aTile,
      FloatArray b,
      int bo,
      int bDepth,
      int bPanel,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate) {
    multiply(
        product,
        rows,
        columns,
        depth,
        a,
        ao,
        aRow,
        aDepth,
        aTile,
        b,
        bo,
        bDepth,
        bPanel,
        c,
        co,
        cRow,
        accumulate);
  }

  @Override
  public boolean takesPairs() {
    return productOfPairs.isPresent();
  }

  @Override
  public void multiplyPairs(
      int rows,
      int columns,
      int pairs,
      FloatArray a,
      int ao,
      int aTile,
      FloatArray b,
      int bo,
      int bPanel,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate) {
    MemorySegment function = productOfPairs.orElseThrow(UnsupportedOperationException::new);
    multiply(
        function,
        rows,
        columns,
        pairs,
        a,
        ao,
        1,
        rows(),
        aTile,
        b,
        bo,
        columns(),
        bPanel,
        c,
        co,
        cRow,
        accumulate);
  }

  private void multiply(
      MemorySegment function,
      int rows,
      int columns,
      int depth,
      FloatArray a,
      int ao,
      int aRow,
      int aDepth,
      int aTile,
      FloatArray b,
      int bo,
      int bDepth,
      int bPanel,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate) {
    int tile = rows();
    int panel = columns();
    long lastRow = (rows - 1) / tile * (long) aTile + (rows - 1) % tile * (long) aRow;
    requireInside(a, ao, lastRow + (depth - 1L) * aDepth);
    requireInside(b, bo, (columns - 1) / panel * (long) bPanel + (depth - 1L) * bDepth + panel - 1);
    requireInside(c, co, (rows - 1L) * cRow + columns - 1);
    call.set(Parameter.ROWS, rows);
    call.setColumns(columns);
    call.set(Parameter.DEPTH, depth);
    call.setElements(Parameter.LEFT_START, ao);
    call.setElements(Parameter.LEFT_ROW, aRow);
    call.setElements(Parameter.LEFT_DEPTH, aDepth);
    call.setElements(Parameter.LEFT_TILE, aTile);
    call.setElements(Parameter.RIGHT_START, bo);
    call.setElements(Parameter.RIGHT_DEPTH, bDepth);
    call.setElements(Parameter.RIGHT_PANEL, bPanel);
    call.setElements(Parameter.RESULT_START, co);
    call.setElements(Parameter.RESULT_ROW, cRow);
    call.set(Parameter.ACCUMULATE, accumulate ? 1 : 0);
    call.multiply(function, a.segment(), b.segment(), c.segment());
  }

  /**
   * By squares of 8 rows and columns where they fit, a group of 8 rows after the other from the
   * last on: what stands over the panel's width falls into the next row, which a group that comes
   * later writes, and never behind the panel: half a square at least is in its own row.
   */
  @Override
  public void interleave(
      FloatArray from,
      int fo,
      int step,
      int count,
      int depth,
      FloatArray to,
      int start,
      int width) {
    if (step < 0) {
      FloatPanels.super.interleave(from, fo, step, count, depth, to, start, width);
      return;
    }
    int size = TransposeCode.SIZE;
    boolean over =
        count == width
            && count % size != 0
            && count >= size / 2
            && fo + (long) (Math.ceilDiv(count, size) * size - 1) * step + depth <= from.length();
    int rows = over ? Math.ceilDiv(count, size) * size : count / size * size;
    int squares = (over ? depth - 1 : depth) / size * size;
    if (rows > 0 && squares > 0) {
      Objects.checkFromIndexSize(fo, (rows - 1L) * step + squares, (long) from.length());
      Objects.checkFromIndexSize(start, (squares - 1L) * width + rows, (long) to.length());
      call.set(Parameter.DEPTH, squares);
      call.setElements(Parameter.LEFT_ROW, step);
      call.setElements(Parameter.RESULT_ROW, width);
      for (int i = rows - size; i >= 0; i -= size) {
        call.setElements(Parameter.LEFT_START, fo + (long) i * step);
        call.setElements(Parameter.RESULT_START, start + i);
        call.transpose(transpose, from.segment(), to.segment());
      }
    }
    FloatPanels.super.interleave(
        from,
        fo + squares,
        step,
        Math.min(count, rows),
        depth - squares,
        to,
        start + squares * width,
        width);
    if (rows < count) {
      FloatPanels.super.interleave(
          from, fo + rows * step, step, count - rows, depth, to, start + rows, width);
    }
  }

  @Override
  public void everySecond(
      FloatArray from,
      int fo,
      int fromStep,
      FloatArray to,
      int start,
      int toStep,
      int planes,
      Places linesFrom,
      Places linesTo,
      int length) {
    int lines = linesFrom.count();
    long furthest = fo + (planes - 1L) * Math.max(0, fromStep) + linesFrom.most() + 2L * length;
    // What stands behind the last float is read with it.
    if (length < EverySecondCode.SIZE || lines == 0 || furthest > from.length()) {
      FloatPanels.super.everySecond(
          from, fo, fromStep, to, start, toStep, planes, linesFrom, linesTo, length);
      return;
    }
    requireInside(
        from, fo + (planes - 1L) * Math.min(0, fromStep) + linesFrom.least(), furthest - 1);
    requireInside(
        to,
        start + (planes - 1L) * Math.min(0, toStep) + linesTo.least(),
        start + (planes - 1L) * Math.max(0, toStep) + linesTo.most() + length - 1);
    Objects.checkIndex(lines - 1, linesTo.count());
    call.set(EverySecondCode.PLANES, planes);
    call.set(EverySecondCode.LINES, lines);
    call.setElements(EverySecondCode.LAST, length - EverySecondCode.SIZE);
    call.setElements(Parameter.LEFT_START, fo);
    call.setElements(Parameter.LEFT_ROW, fromStep);
    call.setElements(Parameter.RESULT_START, start);
    call.setElements(Parameter.RESULT_ROW, toStep);
    call.everySecond(
        everySecond, from.segment(), to.segment(), linesFrom.segment(), linesTo.segment());
  }

  private static void requireInside(FloatArray array, long least, long most) {
    Objects.checkIndex(least, (long) array.length());
    Objects.checkIndex(most, (long) array.length());
  }

  @Override
  public boolean takesPlaces() {
    return true;
  }

  @Override
  public void multiply(
      int rows,
      int columns,
      FloatArray a,
      int ao,
      int aTile,
      FloatArray b,
      int first,
      int second,
      Places places,
      boolean pairs,
      Ahead ahead,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate) {
    MemorySegment function =
        pairs
            ? productOfPairsAtPlaces.orElseThrow(UnsupportedOperationException::new)
            : productAtPlaces;
    int tile = rows();
    int lanes = vectors.lanes();
    int depth = places.count();
    Objects.checkIndex(columns - 1, columns());
    long lastRow = (rows - 1) / tile * (long) aTile + (rows - 1) % tile;
    requireInside(a, ao, lastRow + (depth - 1L) * tile);
    requireInside(b, first, places);
    if (columns > lanes) {
      requireInside(b, second, places);
    }
    requireInside(c, co, (rows - 1L) * cRow + columns - 1);
    call.set(Parameter.ROWS, rows);
    call.setColumns(columns);
    call.set(Parameter.DEPTH, depth);
    call.setElements(Parameter.LEFT_START, ao);
    call.setElements(Parameter.LEFT_DEPTH, tile);
    call.setElements(Parameter.LEFT_TILE, aTile);
    call.setElements(Parameter.RIGHT_START, first);
    call.setElements(Parameter.RIGHT_PANEL, (long) second - first);
    call.setElements(Parameter.RESULT_START, co);
    call.setElements(Parameter.RESULT_ROW, cRow);
    call.set(Parameter.ACCUMULATE, accumulate ? 1 : 0);
    ahead.turn(depth * Math.ceilDiv(rows, tile));
    call.set(Parameter.AHEAD_START, ahead.start());
    call.set(Parameter.AHEAD_STEP, ahead.step());
    call.multiplyAtPlaces(
        function, a.segment(), b.segment(), c.segment(), places.segment(), ahead.segment(b));
  }

  /** A vector at each of the places from a start on. */
  private void requireInside(FloatArray array, int start, Places places) {
    Objects.checkIndex((long) start + places.least(), (long) array.length());
    Objects.checkIndex((long) start + places.most() + vectors.lanes() - 1, (long) array.length());
  }

  /** Machine code checks nothing: what it touches is checked here. */
  private static void requireInside(FloatArray array, int start, long last) {
    requireInside(array, (long) start, start + last);
  }
}
