package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.DoublePanels;
import dev.espalier.backend.cpu.kernel.Places;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Tiles by machine code of our own, over operands of any strides. */
final class MachineDoublePanels implements DoublePanels {
  private final Vectors vectors;
  private final MemorySegment product;
  private final MemorySegment productAtPlaces;
  private final KernelCall call;

  MachineDoublePanels(MemorySegment product, MemorySegment productAtPlaces, Vectors vectors) {
    this.product = product;
    this.productAtPlaces = productAtPlaces;
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
      DoubleArray a,
      int ao,
      int aRow,
      int aDepth,
      int aTile,
      DoubleArray b,
      int bo,
      int bDepth,
      int bPanel,
      DoubleArray c,
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
    call.multiply(product, a.segment(), b.segment(), c.segment());
  }

  @Override
  public boolean takesPlaces() {
    return true;
  }

  @Override
  public void multiply(
      int rows,
      int columns,
      DoubleArray a,
      int ao,
      int aTile,
      DoubleArray b,
      int first,
      int second,
      Places places,
      DoubleArray c,
      int co,
      int cRow,
      boolean accumulate) {
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
    call.set(Parameter.AHEAD_START, 0);
    call.set(Parameter.AHEAD_STEP, 0);
    call.multiplyAtPlaces(
        productAtPlaces, a.segment(), b.segment(), c.segment(), places.segment(), b.segment());
  }

  /** A vector at each of the places from a start on. */
  private void requireInside(DoubleArray array, int start, Places places) {
    Objects.checkIndex((long) start + places.least(), (long) array.length());
    Objects.checkIndex((long) start + places.most() + vectors.lanes() - 1, (long) array.length());
  }

  /** Machine code checks nothing: what it touches is checked here. */
  private static void requireInside(DoubleArray array, int start, long last) {
    Objects.checkIndex(start, array.length());
    Objects.checkIndex(start + last, (long) array.length());
  }
}
