package dev.espalier.host;

import java.util.Objects;

/**
 * A plugin that was set aside, and why. The other plugins go on.
 *
 * @param plugin its id, or its class where it did not get as far as saying its id
 * @param phase where it failed
 * @param cause what happened
 * @param repair what the reader can do about it
 */
public record Quarantined(String plugin, Phase phase, String cause, String repair) {
  /** Where a plugin can fail. */
  public enum Phase {
    /** Its service file or its class cannot be read. */
    LOAD,
    /** Its constructor or its static initializer fails. */
    CONSTRUCT,
    /** It does not say properly who it is. */
    IDENTIFY,
    /** It was built against another version of the plugin API. */
    API_VERSION,
    /** Another plugin has its id. */
    DUPLICATE_ID,
    /** It fails while it contributes. */
    CONTRIBUTE,
    /** What it registers is not valid. */
    REGISTER
  }

  public Quarantined {
    Objects.requireNonNull(plugin);
    Objects.requireNonNull(phase);
    Objects.requireNonNull(cause);
    Objects.requireNonNull(repair);
  }
}
