package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.DoublePanels;
import dev.espalier.backend.cpu.kernel.FloatArray;
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
        float[] z = c.values();
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            float sum = 0;
            int x = ao + i / rows() * aTile + i % rows() * aRow;
            int y = bo + j / columns() * bPanel + j % columns();
            for (int k = 0; k < depth; k++) {
              sum += a.values()[x + k * aDepth] * b.values()[y + k * bDepth];
            }
            int at = co + i * cRow + j;
            z[at] = accumulate ? z[at] + sum : sum;
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
