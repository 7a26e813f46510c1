package dev.espalier.training.testing;

import java.util.Arrays;
import java.util.Random;

/** Random damage to the bytes of a file. */
public final class Damage {
  private Damage() {}

  /** A copy with up to three bits flipped, bytes overwritten, cut out or inserted. */
  public static byte[] apply(byte[] good, Random random) {
    byte[] bytes = good.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      switch (bytes.length == 0 ? 3 : random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> {
          byte[] more = new byte[1 + random.nextInt(9)];
          random.nextBytes(more);
          bytes = splice(bytes, at, at, more);
        }
        default ->
            bytes =
                splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(9)), new byte[0]);
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = new byte[from + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
  }
}
