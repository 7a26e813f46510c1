package dev.espalier.backend.cpu.run;

import java.util.List;

/**
 * The memory of one run: for each slot an array and the place in it where the value begins. Frames
 * are kept between runs, so that a run allocates no memory for values.
 */
public final class Frame {
  private static final Object UNBOUND = new Object();

  private final Object[] arrays;
  private final int[] offsets;
  private final List<Frame> children;
  private final Scratch scratch;

  Frame(int slots, List<Frame> children, Scratch scratch) {
    this.arrays = new Object[slots];
    java.util.Arrays.fill(arrays, UNBOUND);
    this.offsets = new int[slots];
    this.children = List.copyOf(children);
    this.scratch = scratch;
  }

  /** Lets a slot stand for a part of an array. */
  public void bind(int slot, Object array, int offset) {
    arrays[slot] = array;
    offsets[slot] = offset;
  }

  /** Forgets the array of a slot. */
  void unbind(int slot) {
    bind(slot, UNBOUND, 0);
  }

  Object array(int slot) {
    return arrays[slot];
  }

  int offset(int slot) {
    return offsets[slot];
  }

  float[] floats(int slot) {
    return (float[]) arrays[slot];
  }

  double[] doubles(int slot) {
    return (double[]) arrays[slot];
  }

  int[] ints(int slot) {
    return (int[]) arrays[slot];
  }

  long[] longs(int slot) {
    return (long[]) arrays[slot];
  }

  byte[] bytes(int slot) {
    return (byte[]) arrays[slot];
  }

  /** The frame of a graph inside. */
  Frame child(int index) {
    return children.get(index);
  }

  /** The temporaries of the thread that runs the frame. */
  Scratch scratch() {
    return scratch;
  }
}
