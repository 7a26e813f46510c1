/** The losses that come with Espalier. */
module dev.espalier.plugins.losses {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.losses;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.losses.LossesPlugin;
}
