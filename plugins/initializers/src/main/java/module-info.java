/** The initializers that come with Espalier. */
module dev.espalier.plugins.initializers {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.initializers;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.initializers.InitializersPlugin;
}
