package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleReduction;
import dev.espalier.backend.cpu.kernel.FloatReduction;

/** Room of one thread for the chains of a reduction. */
final class Chains {
  private final float[] floats = new float[FloatReduction.CHAINS];
  private final double[] doubles = new double[DoubleReduction.CHAINS];

  float[] floats() {
    return floats;
  }

  double[] doubles() {
    return doubles;
  }
}
