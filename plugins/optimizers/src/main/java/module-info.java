/** The optimizers that come with Espalier. */
module dev.espalier.plugins.optimizers {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.optimizers;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.optimizers.OptimizersPlugin;
}
