/** Bilevel optimization. */
module dev.espalier.plugins.bilevel {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.bilevel;
  exports dev.espalier.plugins.bilevel.hypergradient;
  exports dev.espalier.plugins.bilevel.implicit;
  exports dev.espalier.plugins.bilevel.linear;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.bilevel.BilevelPlugin;
}
