/** Matrix products by oneDNN, where its library is installed. */
module dev.espalier.plugins.onednn {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.onednn;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.onednn.OnednnPlugin;
}
