package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.DoubleGemm.Matrix;
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
      Matrix a,
      int aTile,
      Matrix b,
      int bPanel,
      Matrix c,
      boolean accumulate) {
    int tile = rows();
    long lastRow = (rows - 1) / tile * (long) aTile + (rows - 1) % tile * (long) a.rowStride();
    requireInside(a, lastRow + (depth - 1L) * a.columnStride());
    requireInside(
        b,
        (columns - 1) / columns() * (long) bPanel + (depth - 1L) * b.rowStride() + columns() - 1);
    requireInside(c, (rows - 1L) * c.rowStride() + columns - 1);
    call.set(Parameter.ROWS, rows);
    call.setColumns(columns);
    call.set(Parameter.DEPTH, depth);
    call.setElements(Parameter.LEFT_START, a.offset());
    call.setElements(Parameter.LEFT_ROW, a.rowStride());
    call.setElements(Parameter.LEFT_DEPTH, a.columnStride());
    call.setElements(Parameter.LEFT_TILE, aTile);
    call.setElements(Parameter.RIGHT_START, b.offset());
    call.setElements(Parameter.RIGHT_DEPTH, b.rowStride());
    call.setElements(Parameter.RIGHT_PANEL, bPanel);
    call.setElements(Parameter.RESULT_START, c.offset());
    call.setElements(Parameter.RESULT_ROW, c.rowStride());
    call.set(Parameter.ACCUMULATE, accumulate ? 1 : 0);
    call.multiply(
        product,
        MemorySegment.ofArray(a.array()),
        MemorySegment.ofArray(b.array()),
        MemorySegment.ofArray(c.array()));
  }

  @Override
  public boolean takesPlaces() {
    return true;
  }

  @Override
  public void multiply(
      int rows,
      int columns,
      Matrix a,
      int aTile,
      double[] b,
      int first,
      int second,
      Places places,
      Matrix c,
      boolean accumulate) {
    int tile = rows();
    int lanes = vectors.lanes();
    int depth = places.count();
    Objects.checkIndex(columns - 1, columns());
    requireInside(a, (rows - 1) / tile * (long) aTile + (depth - 1L) * tile + (rows - 1) % tile);
    requireInside(b, first, places);
    if (columns > lanes) {
      requireInside(b, second, places);
    }
    requireInside(c, (rows - 1L) * c.rowStride() + columns - 1);
    call.set(Parameter.ROWS, rows);
    call.setColumns(columns);
    call.set(Parameter.DEPTH, depth);
    call.setElements(Parameter.LEFT_START, a.offset());
    call.setElements(Parameter.LEFT_DEPTH, tile);
    call.setElements(Parameter.LEFT_TILE, aTile);
    call.setElements(Parameter.RIGHT_START, first);
    call.setElements(Parameter.RIGHT_PANEL, (long) second - first);
    call.setElements(Parameter.RESULT_START, c.offset());
    call.setElements(Parameter.RESULT_ROW, c.rowStride());
    call.set(Parameter.ACCUMULATE, accumulate ? 1 : 0);
    call.multiplyAtPlaces(
        productAtPlaces,
        MemorySegment.ofArray(a.array()),
        MemorySegment.ofArray(b),
        MemorySegment.ofArray(c.array()),
        MemorySegment.ofArray(places.array()));
  }

  /** A vector at each of the places from a start on. */
  private void requireInside(double[] array, int start, Places places) {
    Objects.checkIndex((long) start + places.least(), (long) array.length);
    Objects.checkIndex((long) start + places.most() + vectors.lanes() - 1, (long) array.length);
  }

  /** Machine code checks nothing: what it touches is checked here. */
  private static void requireInside(Matrix matrix, long last) {
    Objects.checkIndex(matrix.offset(), matrix.array().length);
    Objects.checkIndex(matrix.offset() + last, (long) matrix.array().length);
  }
}
