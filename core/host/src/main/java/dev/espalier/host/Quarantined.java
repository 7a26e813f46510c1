package dev.espalier.host;

import dev.espalier.host.scan.Printable;
import java.util.Locale;
import java.util.Objects;

/**
 * A plugin that was set aside, and why. The other plugins go on.
 *
 * @param plugin its id, or its class or file where it did not get as far as saying its id
 * @param location where it lies, as {@link PluginOrigin#location()} says it; of a provider that
 *     cannot be read, where it was looked for
 * @param phase where it failed
 * @param cause what happened
 * @param repair what the reader can do about it
 */
public record Quarantined(
    String plugin, String location, Phase phase, String cause, String repair) {
  /** Where a plugin can fail, in the order of its way in. */
  public enum Phase {
    /** Its jar cannot be read: damaged, no jar at all, or a descriptor that is not valid. */
    READ,
    /** A signature of its jar does not fit the jar's content. */
    SIGNATURE,
    /** The lock does not pin it. */
    LOCK,
    /** A module that it requires is not there, or it ships a package of Espalier. */
    RESOLVE,
    /** Its service file or its class cannot be loaded. */
    LOAD,
    /** Its constructor or its static initializer fails. */
    CONSTRUCT,
    /** It does not say properly who it is. */
    IDENTIFY,
    /** It was built against another version of the plugin API. */
    API_VERSION,
    /** Another plugin has its id. */
    DUPLICATE_ID,
    /** It fails while it contributes, or does not come to an end. */
    CONTRIBUTE,
    /** What it registers is not valid. */
    REGISTER,
    /**
     * A factory of it makes nothing from its own defaults, so its hyperparameters have no schema.
     */
    SCHEMA;

    /** As it is printed: lower case, words joined by hyphens. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Names in a jar may be any text, and may not write to a terminal: control characters go. */
  public Quarantined {
    plugin = Printable.plain(plugin);
    location = Printable.plain(location);
    Objects.requireNonNull(phase);
    cause = Printable.plain(cause);
    repair = Printable.plain(repair);
  }
}
