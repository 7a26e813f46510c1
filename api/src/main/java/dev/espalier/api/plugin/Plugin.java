package dev.espalier.api.plugin;

/**
 * A plugin: found by {@link java.util.ServiceLoader} (declare it both with {@code provides} in the
 * module descriptor and in {@code META-INF/services}), asked once for what it contributes.
 */
public interface Plugin {
  /** Who this is. */
  PluginInfo info();

  /**
   * Registers names, citations and factories. Cheap: it makes nothing and touches no device.
   *
   * @param to what registrations are made on
   */
  void contribute(Registrar to);
}
