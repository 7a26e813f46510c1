/** Optimizers that ask about curvature. */
module dev.espalier.plugins.secondorder {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.secondorder;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.secondorder.SecondOrderPlugin;
}
