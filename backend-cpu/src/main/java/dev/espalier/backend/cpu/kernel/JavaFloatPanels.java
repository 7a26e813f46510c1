package dev.espalier.backend.cpu.kernel;

/** Tiles by the Vector API, over packed operands. */
public final class JavaFloatPanels implements FloatPanels {
  private static final int MR = FloatTile.ROWS;
  private static final int NR = FloatTile.COLUMNS;

  private final float[] tile = new float[MR * NR];

  /** Panels with the widest vectors of the processor. */
  public JavaFloatPanels() {}

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
    float[] x = a.values();
    float[] y = b.values();
    float[] z = c.values();
    for (int j = 0; j < columns; j += NR) {
      int yo = bo + j / NR * bPanel;
      for (int i = 0; i < rows; i += MR) {
        int xo = ao + i / MR * aTile;
        int zo = co + i * cRow + j;
        if (rows - i >= MR && columns - j >= NR) {
          FloatTile.multiply(depth, x, xo, y, yo, z, zo, cRow, accumulate);
        } else {
          FloatTile.multiply(depth, x, xo, y, yo, tile, 0, NR, false);
          move(Math.min(MR, rows - i), Math.min(NR, columns - j), z, zo, cRow, accumulate);
        }
      }
    }
  }

  /** Of a tile that hangs over the edge of C as much as fits. */
  private void move(int rows, int columns, float[] c, int co, int stride, boolean accumulate) {
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
