package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.DoublePanels;
import dev.espalier.backend.cpu.kernel.FloatGemm.Matrix;
import dev.espalier.backend.cpu.kernel.FloatPanels;
import dev.espalier.backend.cpu.kernel.PanelKernels;

/** Kernels that round after the product too. */
record Wrong(PanelKernels right) implements PanelKernels {
  @Override
  public FloatPanels floats() {
    FloatPanels loops = right.floats();
    return new FloatPanels() {
      @Override
      public int rows() {
        return loops.rows();
      }

      @Override
      public int columns() {
        return loops.columns();
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
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            float sum = 0;
            int x = a.offset() + i / rows() * aTile + i % rows() * a.rowStride();
            int y = b.offset() + j / columns() * bPanel + j % columns();
            for (int k = 0; k < depth; k++) {
              sum += a.array()[x + k * a.columnStride()] * b.array()[y + k * b.rowStride()];
            }
            int at = c.offset() + i * c.rowStride() + j;
            c.array()[at] = accumulate ? c.array()[at] + sum : sum;
          }
        }
      }
    };
  }

  @Override
  public DoublePanels doubles() {
    return right.doubles();
  }

  @Override
  public String description() {
    return "wrong";
  }
}
