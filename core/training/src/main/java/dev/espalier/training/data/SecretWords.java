package dev.espalier.training.data;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Words of the platform's secure generator: fresh ones whatever the index, never the same again.
 */
final class SecretWords implements RandomBits {
  private final SecureRandom random = new SecureRandom();
  private final byte[] bytes = new byte[1 << 13];
  private final ByteBuffer words = ByteBuffer.wrap(bytes).limit(0);

  @Override
  public int word(long index) {
    if (!words.hasRemaining()) {
      random.nextBytes(bytes);
      words.clear();
    }
    return words.getInt();
  }
}
