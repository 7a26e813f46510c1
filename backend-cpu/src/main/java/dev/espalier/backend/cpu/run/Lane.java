package dev.espalier.backend.cpu.run;

/** The registers of a fused loop in one thread: for each an array and where its block begins. */
public final class Lane {
  private static final Object NOTHING = new Object();

  private final Chains chains = new Chains();
  private Object[] arrays = new Object[0];
  private int[] at = new int[0];

  void reserve(int registers) {
    if (arrays.length < registers) {
      arrays = new Object[registers];
      java.util.Arrays.fill(arrays, NOTHING);
      at = new int[registers];
    }
  }

  void set(int register, Object array, int offset) {
    arrays[register] = array;
    at[register] = offset;
  }

  void move(int register, int offset) {
    at[register] = offset;
  }

  /** Room for the chains of a reduction. */
  Chains chains() {
    return chains;
  }

  Object array(int register) {
    return arrays[register];
  }

  /** Where the block of a register begins. */
  public int at(int register) {
    return at[register];
  }

  /** The array of a register of floats. */
  public float[] f(int register) {
    return (float[]) arrays[register];
  }

  /** The array of a register of doubles. */
  public double[] d(int register) {
    return (double[]) arrays[register];
  }

  /** The array of a register of ints. */
  public int[] i(int register) {
    return (int[]) arrays[register];
  }

  /** The array of a register of longs. */
  public long[] l(int register) {
    return (long[]) arrays[register];
  }

  /** The array of a register of bytes. */
  public byte[] b(int register) {
    return (byte[]) arrays[register];
  }

  /** The array of a register of shorts. */
  public short[] s(int register) {
    return (short[]) arrays[register];
  }
}
