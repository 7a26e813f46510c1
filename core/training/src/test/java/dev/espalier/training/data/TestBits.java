package dev.espalier.training.data;

/** Random words for tests: SplitMix64's finalizer over key and index (Steele, Lea, Flood 2014). */
public final class TestBits {
  private TestBits() {}

  /** The words of a key. */
  public static RandomBits of(long key) {
    return index -> {
      long z = key + 0x9e3779b97f4a7c15L * (index + 1);
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return (int) ((z ^ (z >>> 31)) >>> 32);
    };
  }
}
