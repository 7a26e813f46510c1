package dev.espalier.backend.cpu.kernel;

/**
 * The last elements of a block, fewer than a vector has, for kernels whose loops are over whole
 * vectors.
 *
 * <p>Masks in or behind such a loop are dear: the compiler makes calls of what they may come to,
 * and what is live across a call is in no register. So every constant of an elementary function
 * would be loaded again for each vector, which takes as long as the function itself.
 */
final class LastFloats {
  /** A vector of each thread: a run allocates nothing. */
  private static final ThreadLocal<float[]> VECTORS =
      ThreadLocal.withInitial(() -> new float[VectorLanes.FLOATS]);

  private LastFloats() {}

  /** A kernel of floats. */
  interface Kernel {
    /** Makes n elements. */
    void apply(float[] x, int xo, float[] out, int oo, int n);
  }

  /** Runs a kernel on a vector that begins with these elements. */
  static void apply(Kernel kernel, float[] x, int xo, float[] out, int oo, int n) {
    float[] vector = VECTORS.get();
    System.arraycopy(x, xo, vector, 0, n);
    kernel.apply(vector, 0, vector, 0, vector.length);
    System.arraycopy(vector, 0, out, oo, n);
  }
}
