package dev.espalier.api.backend;

import java.util.Map;

/** Finds out whether a backend can run here, and opens it. */
public interface BackendProvider {
  /** What a look around gave. */
  sealed interface Probe {}

  /**
   * The backend can be opened.
   *
   * @param description the device, for people
   */
  record Usable(String description) implements Probe {}

  /**
   * The backend cannot be opened.
   *
   * @param reason what is missing
   * @param repair what the reader can do about it
   */
  record Unusable(String reason, String repair) implements Probe {}

  /** Looks around. Never throws, opens nothing that stays open. */
  Probe probe();

  /**
   * Opens the backend.
   *
   * @param options such as {@code threads}; see the backend
   */
  Backend open(Map<String, String> options);

  /**
   * Opens the backend, which may use matrix products of a plugin where its options say so.
   *
   * @param options such as {@code threads}; see the backend
   * @param products makes them by name
   */
  default Backend open(Map<String, String> options, MatrixProducts.Source products) {
    return open(options);
  }
}
