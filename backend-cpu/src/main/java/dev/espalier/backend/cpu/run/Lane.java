package dev.espalier.backend.cpu.run;

/** The registers of a fused loop in one thread: for each an array and where its block begins. */
public final class Lane {
  private static final Object NOTHING = new Object();

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

  Object array(int register) {
    return arrays[register];
  }

  int at(int register) {
    return at[register];
  }

  float[] f(int register) {
    return (float[]) arrays[register];
  }

  double[] d(int register) {
    return (double[]) arrays[register];
  }

  int[] i(int register) {
    return (int[]) arrays[register];
  }

  long[] l(int register) {
    return (long[]) arrays[register];
  }

  byte[] b(int register) {
    return (byte[]) arrays[register];
  }

  short[] s(int register) {
    return (short[]) arrays[register];
  }
}
