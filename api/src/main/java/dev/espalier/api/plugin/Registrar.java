package dev.espalier.api.plugin;

/** Takes what a plugin contributes. */
public interface Registrar {
  /**
   * Registers an extension.
   *
   * @param <T> what the extension point takes
   * @param point the extension point
   * @param name the name in run files: lower case words joined by hyphens
   * @param citation where the definition comes from
   * @param factory makes it from its hyperparameters
   */
  <T> void register(
      ExtensionPoint<T> point, String name, Citation citation, Factory<? extends T> factory);
}
