package dev.espalier.backend.cpu.generate;

import org.jspecify.annotations.Nullable;

/** What runs a piece of loops: a variant that was seen to be fast, or else its operations. */
final class Kernel {
  private final KernelText text;
  private volatile @Nullable Variant used;

  /** Threads only write it where it changes, so that they do not fight for its cache line. */
  private volatile boolean ran;

  Kernel(KernelText text) {
    this.text = text;
  }

  KernelText text() {
    return text;
  }

  /** The variant to run now; null for the operations. */
  @Nullable Variant next() {
    if (!ran) {
      ran = true;
    }
    return used;
  }

  /** Whether it ran since this was last asked. */
  boolean ranSince() {
    boolean since = ran;
    ran = false;
    return since;
  }

  void use(Variant variant) {
    used = variant;
  }

  void useOperations() {
    used = null;
  }
}
