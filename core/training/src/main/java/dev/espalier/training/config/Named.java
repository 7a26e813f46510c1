package dev.espalier.training.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of a run by name, with its hyperparameters.
 *
 * @param kind the name, as it is registered
 * @param params hyperparameters that were given, by key
 */
public record Named(String kind, Map<String, Object> params) {
  /** Copies the map, keeping its order. */
  public Named {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }
}
