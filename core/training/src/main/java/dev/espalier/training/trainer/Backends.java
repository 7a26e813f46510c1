package dev.espalier.training.trainer;

import dev.espalier.api.backend.Backend;
import java.util.Map;
import java.util.Optional;

/** Opens backends. */
@FunctionalInterface
public interface Backends {
  /**
   * Opens a backend, and with it a device. Whoever opens it closes it.
   *
   * @param name which one; the best that can run here where absent
   * @param options for the backend, such as {@code threads}
   * @throws dev.espalier.api.EspalierException UNKNOWN_NAME, or BACKEND_UNAVAILABLE with the reason
   */
  Backend open(Optional<String> name, Map<String, String> options);
}
