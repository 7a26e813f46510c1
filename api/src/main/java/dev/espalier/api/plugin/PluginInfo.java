package dev.espalier.api.plugin;

import java.util.Objects;

/**
 * Who a plugin is.
 *
 * @param id a unique name, lower case words joined by dots or hyphens
 * @param version the plugin's version
 * @param apiVersion the version of this interface that it was built against: pass {@link
 *     #API_VERSION}
 */
public record PluginInfo(String id, String version, int apiVersion) {
  /** The version of this interface; a constant, so that the compiler copies it into the plugin. */
  public static final int API_VERSION = 1;

  public PluginInfo {
    Objects.requireNonNull(id);
    Objects.requireNonNull(version);
  }
}
