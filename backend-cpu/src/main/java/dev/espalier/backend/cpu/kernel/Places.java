package dev.espalier.backend.cpu.kernel;

/**
 * Where the rows of a matrix stand, in any order, counted from where it begins. Of one worker, and
 * filled anew for each matrix.
 */
public final class Places {
  private final int[] at;
  private int count;
  private int least;
  private int most;

  /** Room for so many rows. */
  public Places(int length) {
    at = new int[length];
  }

  /** No rows yet. */
  public void clear() {
    count = 0;
    least = Integer.MAX_VALUE;
    most = Integer.MIN_VALUE;
  }

  /** The next row. */
  public void add(int place) {
    at[count++] = place;
    least = Math.min(least, place);
    most = Math.max(most, place);
  }

  /** The place of each row; beyond the last without meaning. */
  public int[] array() {
    return at;
  }

  /** How many rows. */
  public int count() {
    return count;
  }

  /** The least place. */
  public int least() {
    return least;
  }

  /** The greatest place. */
  public int most() {
    return most;
  }
}
