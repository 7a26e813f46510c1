package dev.espalier.training.trainer;

import java.util.Map;
import java.util.Optional;

/**
 * Which backend a run asks for.
 *
 * @param kind its registered name; any that is usable where absent
 * @param options for the backend, such as {@code threads}
 */
public record BackendSettings(Optional<String> kind, Map<String, String> options) {
  public BackendSettings {
    options = Map.copyOf(options);
  }
}
