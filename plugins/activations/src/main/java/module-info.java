/** The activations that come with Espalier. */
module dev.espalier.plugins.activations {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.activations;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.activations.ActivationsPlugin;
}
