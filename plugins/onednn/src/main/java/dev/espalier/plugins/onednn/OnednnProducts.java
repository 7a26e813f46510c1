package dev.espalier.plugins.onednn;

import dev.espalier.api.backend.BackendProvider.Probe;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.BackendProvider.Usable;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.plugins.onednn.Lookup.Callable;
import dev.espalier.plugins.onednn.Lookup.Found;
import dev.espalier.plugins.onednn.Lookup.Missing;
import java.util.function.Supplier;

/**
 * Matrix products by oneDNN: F32 on every processor, BF16 where oneDNN has instructions for it
 * (AVX-512, AMX). The library is looked for at the first question and stays loaded.
 */
public final class OnednnProducts implements MatrixProducts {
  private final Supplier<Found> lookup;
  private volatile Found found = new Missing("not yet looked for");
  private boolean looked;

  /** Looks for this system's library, when it is asked. */
  public OnednnProducts() {
    this(Lookup::find);
  }

  OnednnProducts(Supplier<Found> lookup) {
    this.lookup = lookup;
  }

  private synchronized Found found() {
    if (!looked) {
      found = lookup.get();
      looked = true;
    }
    return found;
  }

  @Override
  public Probe probe() {
    try {
      return switch (found()) {
        case Callable(Library library) -> new Usable("oneDNN " + library.version());
        case Missing(String reason) ->
            new Unusable(
                reason,
                "install oneDNN (Debian: libdnnl3 or libdnnl2; or libdnnl.so.3 of the Maven"
                    + " artifact org.bytedeco:dnnl, classifier linux-x86_64), and name the file in"
                    + " "
                    + Lookup.VARIABLE
                    + " where the system does not find it");
      };
    } catch (RuntimeException | LinkageError e) {
      // Such as native access that is denied to this module: a look around never throws.
      return new Unusable(
          "oneDNN cannot be asked: " + e,
          "start Java with --enable-native-access=dev.espalier.plugins.onednn");
    }
  }

  private Library library() {
    return switch (found) {
      case Callable(Library library) -> library;
      case Missing(String reason) -> throw new IllegalStateException(reason);
    };
  }

  @Override
  public boolean takesBf16() {
    return library().takesBf16();
  }

  @Override
  public void multiply(
      Block block,
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      float[] result,
      int resultAt) {
    library().multiply(block, left, leftAt, right, rightAt, result, resultAt);
  }

  @Override
  public void multiplyBf16(
      Block block,
      short[] left,
      int leftAt,
      short[] right,
      int rightAt,
      float[] result,
      int resultAt) {
    library().multiplyBf16(block, left, leftAt, right, rightAt, result, resultAt);
  }
}
