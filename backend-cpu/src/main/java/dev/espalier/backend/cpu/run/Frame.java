package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.FloatArray;
import java.util.List;

/**
 * The memory of one run: for each slot an array and the place in it where the value begins. Frames
 * are kept between runs, so that a run allocates no memory for values.
 */
public final class Frame {
  private static final Object UNBOUND = new Object();

  private final Object[] arrays;
  private final Object[] views;
  private final int[] offsets;
  private final List<Frame> children;
  private final Scratch scratch;

  Frame(int slots, List<Frame> children, Scratch scratch) {
    this.arrays = new Object[slots];
    java.util.Arrays.fill(arrays, UNBOUND);
    this.views = arrays.clone();
    this.offsets = new int[slots];
    this.children = List.copyOf(children);
    this.scratch = scratch;
  }

  /** Lets a slot stand for a part of an array. */
  public void bind(int slot, Storage storage, int offset) {
    arrays[slot] = storage.array();
    views[slot] = storage.view();
    offsets[slot] = offset;
  }

  /** Lets a slot stand for what another frame's does, from so many elements further on. */
  void share(int slot, Frame other, int otherSlot, int shift) {
    arrays[slot] = other.arrays[otherSlot];
    views[slot] = other.views[otherSlot];
    offsets[slot] = other.offsets[otherSlot] + shift;
  }

  /** Forgets the array of a slot. */
  void unbind(int slot) {
    arrays[slot] = UNBOUND;
    views[slot] = UNBOUND;
  }

  /** Keeps something in a slot of its own for as long as there is the frame. */
  void keep(int slot, Object kept) {
    arrays[slot] = kept;
  }

  Object array(int slot) {
    return arrays[slot];
  }

  /** The array of a slot as machine code is given it, where it is. */
  Object view(int slot) {
    return views[slot];
  }

  int offset(int slot) {
    return offsets[slot];
  }

  /** The array of a slot, as matrix products take it. */
  FloatArray floatArray(int slot) {
    return (FloatArray) views[slot];
  }

  /** The array of a slot, as matrix products take it. */
  DoubleArray doubleArray(int slot) {
    return (DoubleArray) views[slot];
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
