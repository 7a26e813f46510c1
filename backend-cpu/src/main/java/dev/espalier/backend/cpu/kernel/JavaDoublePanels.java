package dev.espalier.backend.cpu.kernel;

import dev.espalier.backend.cpu.kernel.DoubleGemm.Matrix;

/** Tiles by the Vector API, over packed operands. */
public final class JavaDoublePanels implements DoublePanels {
  private static final int MR = DoubleTile.ROWS;
  private static final int NR = DoubleTile.COLUMNS;

  private final double[] tile = new double[MR * NR];

  /** Panels with the widest vectors of the processor. */
  public JavaDoublePanels() {}

  @Override
  public int rows() {
    return MR;
  }

  @Override
  public int columns() {
    return NR;
  }

  @Override
  public boolean takesStrides() {
    return false;
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
    int stride = c.rowStride();
    for (int j = 0; j < columns; j += NR) {
      int bo = b.offset() + j / NR * bPanel;
      for (int i = 0; i < rows; i += MR) {
        int ao = a.offset() + i / MR * aTile;
        int co = c.offset() + i * stride + j;
        if (rows - i >= MR && columns - j >= NR) {
          DoubleTile.multiply(
              depth, a.array(), ao, b.array(), bo, c.array(), co, stride, accumulate);
        } else {
          DoubleTile.multiply(depth, a.array(), ao, b.array(), bo, tile, 0, NR, false);
          move(
              Math.min(MR, rows - i), Math.min(NR, columns - j), c.array(), co, stride, accumulate);
        }
      }
    }
  }

  /** Of a tile that hangs over the edge of C as much as fits. */
  private void move(int rows, int columns, double[] c, int co, int stride, boolean accumulate) {
    for (int i = 0; i < rows; i++) {
      if (accumulate) {
        for (int j = 0; j < columns; j++) {
          c[co + i * stride + j] += tile[i * NR + j];
        }
      } else {
        System.arraycopy(tile, i * NR, c, co + i * stride, columns);
      }
    }
  }
}
