package dev.espalier.engine.reference;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import java.util.Map;

/** Opens the reference interpreter as a backend, everywhere and without options. */
public final class ReferenceBackendProvider implements BackendProvider {
  /** A provider. */
  public ReferenceBackendProvider() {}

  @Override
  public Probe probe() {
    return new Usable("the reference interpreter, slow and exact");
  }

  /**
   * Opens the backend.
   *
   * @throws EspalierException UNKNOWN_KEY for any option
   */
  @Override
  public Backend open(Map<String, String> options) {
    if (!options.isEmpty()) {
      String key = options.keySet().stream().sorted().findFirst().orElseThrow();
      throw new EspalierException(
          ErrorCode.UNKNOWN_KEY,
          "the reference backend has no options",
          key,
          "remove the option " + key);
    }
    return new ReferenceBackend();
  }
}
