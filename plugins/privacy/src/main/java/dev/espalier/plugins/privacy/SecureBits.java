package dev.espalier.plugins.privacy;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cryptographically secure random bits: AES-256 in counter mode under a key that the platform's
 * secure generator makes for each instance and that is kept nowhere else. Used by one thread.
 */
final class SecureBits {
  private static final int BLOCK = 1 << 14;

  private final Cipher cipher;
  private final byte[] zeros = new byte[BLOCK];
  private final byte[] bytes = new byte[BLOCK];
  private final LongBuffer words = ByteBuffer.wrap(bytes).asLongBuffer().limit(0);

  SecureBits() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    try {
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }

  /** 64 bits. */
  long word() {
    if (!words.hasRemaining()) {
      try {
        cipher.update(zeros, 0, BLOCK, bytes);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a stream cipher fills whole blocks", e);
      }
      words.clear();
    }
    return words.get();
  }

  /** Uniform on 0 to bound - 1, exactly: words that would favour a result are thrown away. */
  long below(long bound) {
    if (bound == 1) {
      return 0;
    }
    int shift = Long.numberOfLeadingZeros(bound - 1);
    while (true) {
      long candidate = word() >>> shift;
      if (candidate < bound) {
        return candidate;
      }
    }
  }

  /** Uniform on the odd multiples of 2^-54 in (0, 1). */
  double uniform() {
    return ((word() >>> 11) + 0.5) * 0x1p-53;
  }
}
