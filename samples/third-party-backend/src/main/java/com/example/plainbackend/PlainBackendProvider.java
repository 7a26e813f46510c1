package com.example.plainbackend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import java.util.Map;

/** Opens the backend, everywhere and without options. */
public final class PlainBackendProvider implements BackendProvider {
  @Override
  public Probe probe() {
    return new Usable("plain loops");
  }

  @Override
  public Backend open(Map<String, String> options) {
    if (!options.isEmpty()) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_KEY,
          "the plain backend has no options",
          options.keySet().toString(),
          "remove them");
    }
    return new PlainBackend();
  }
}
