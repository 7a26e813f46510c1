package dev.espalier.backend.cpu.kernel;

/** Transposition of a few rows into columns, four rows at a time. */
final class FloatPacking {
  private FloatPacking() {}

  /**
   * {@code to[start + k * width + i] = from[fo + i * step + k]} for i below count and k below
   * depth.
   */
  static void interleave(
      float[] from, int fo, int step, int count, int depth, float[] to, int start, int width) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      int p = fo + i * step;
      int q = p + step;
      int r = q + step;
      int s = r + step;
      int t = start + i;
      for (int k = 0; k < depth; k++) {
        to[t] = from[p + k];
        to[t + 1] = from[q + k];
        to[t + 2] = from[r + k];
        to[t + 3] = from[s + k];
        t += width;
      }
    }
    for (; i < count; i++) {
      int p = fo + i * step;
      for (int k = 0; k < depth; k++) {
        to[start + k * width + i] = from[p + k];
      }
    }
  }
}
